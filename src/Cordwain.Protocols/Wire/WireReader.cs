using System.Buffers.Binary;

namespace Cordwain.Protocols.Wire;

/// <summary>Reads big-endian fields from one datagram.</summary>
/// <remarks>
/// A read past the end sets <see cref="Overran"/> and yields zero, so a parser is a plain list of fields
/// in wire order followed by one check. The reader never throws and never allocates.
/// </remarks>
public ref struct WireReader(ReadOnlySpan<byte> datagram)
{
    readonly ReadOnlySpan<byte> _datagram = datagram;

    public int Position { get; private set; }

    public bool Overran { get; private set; }

    /// <summary>Bytes not read yet; 0 after an overrun, so that a loop over what remains ends.</summary>
    public readonly int Remaining => Overran ? 0 : _datagram.Length - Position;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => Overran ? [] : _datagram[Position..];

    public byte U8() => Take(1) is [var value] ? value : (byte)0;

    public ushort U16() => Take(2) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    public uint U32() => Take(4) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    public Ipv4Address Ipv4() => new(U32());

    /// <summary>Passes over a field and says where it was.</summary>
    public Range TakeRange(int count)
    {
        var start = Position;
        Take(count);
        return start..Position;
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (Overran || count > Remaining)
        {
            Overran = true;
            return [];
        }

        Position += count;
        return _datagram.Slice(Position - count, count);
    }
}
