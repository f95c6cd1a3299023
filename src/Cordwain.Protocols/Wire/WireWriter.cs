using System.Buffers.Binary;

namespace Cordwain.Protocols.Wire;

/// <summary>Writes big-endian fields into a buffer of fixed size.</summary>
/// <remarks>A write past the end sets <see cref="Overran"/> and writes nothing, so an encoder is a plain list of fields followed by one check.</remarks>
public ref struct WireWriter(Span<byte> buffer)
{
    readonly Span<byte> _buffer = buffer;

    public int Position { get; private set; }

    public bool Overran { get; private set; }

    public readonly int Remaining => _buffer.Length - Position;

    public readonly ReadOnlySpan<byte> Written => _buffer[..Position];

    public void U8(byte value)
    {
        if (Take(1) is [_, ..] bytes)
            bytes[0] = value;
    }

    public void U16(ushort value)
    {
        if (Take(2) is { IsEmpty: false } bytes)
            BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
    }

    public void U32(uint value)
    {
        if (Take(4) is { IsEmpty: false } bytes)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
    }

    public void Ipv4(Ipv4Address value) => U32(value.Value);

    public void Bytes(scoped ReadOnlySpan<byte> value)
    {
        if (Take(value.Length) is { IsEmpty: false } bytes)
            value.CopyTo(bytes);
    }

    public void Zeros(int count) => Take(count).Clear();

    /// <summary>The next <paramref name="count"/> bytes to fill, or an empty span when they do not fit.</summary>
    public Span<byte> Take(int count)
    {
        if (Overran || count > Remaining)
        {
            Overran = true;
            return [];
        }

        Position += count;
        return _buffer.Slice(Position - count, count);
    }
}
