using System.Buffers.Binary;
using System.Text;

namespace Cordwain.Server.Metrics.Otlp;

/// <summary>Writes protobuf messages (protobuf.dev/programming-guides/encoding): as much of it as OTLP needs.</summary>
sealed class ProtobufWriter
{
    const int Varints = 0, Fixed64s = 1, Lengths = 2, LongestVarint = 10;

    byte[] _bytes = new byte[32 << 10];
    int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Varint(int field, ulong value)
    {
        Tag(field, Varints);
        Varint(value);
    }

    public void Fixed64(int field, ulong value)
    {
        Tag(field, Fixed64s);
        Fixed64(value);
    }

    public void Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>An element of a packed field, within <see cref="Message"/>.</summary>
    public void Fixed64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    /// <inheritdoc cref="Fixed64(ulong)"/>
    public void Double(double value) => Fixed64(BitConverter.DoubleToUInt64Bits(value));

    public void Text(int field, string value)
    {
        Tag(field, Lengths);
        var length = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)length);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    /// <summary>What is written until the end of the block is the message in this field, or the elements of a packed one.</summary>
    public Block Message(int field)
    {
        Tag(field, Lengths);
        return new(this, _length);
    }

    // The length stands before the message and is known after it, so the message makes room. Messages are nested six deep, and most are short.
    void End(int begun)
    {
        Span<byte> length = stackalloc byte[LongestVarint];
        length = length[..Encode(length, (ulong)(_length - begun))];
        Take(length.Length);
        var message = _bytes.AsSpan(begun, _length - begun);
        message[..^length.Length].CopyTo(message[length.Length..]);
        length.CopyTo(message);
    }

    void Tag(int field, int type) => Varint((ulong)(field << 3 | type));

    void Varint(ulong value)
    {
        Span<byte> encoded = stackalloc byte[LongestVarint];
        encoded = encoded[..Encode(encoded, value)];
        encoded.CopyTo(Take(encoded.Length));
    }

    static int Encode(Span<byte> to, ulong value)
    {
        var at = 0;
        for (; value > 0x7f; value >>= 7)
            to[at++] = (byte)(value | 0x80);
        to[at++] = (byte)value;
        return at;
    }

    Span<byte> Take(int count)
    {
        if (_bytes.Length - _length < count)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + count));
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }

    public readonly ref struct Block(ProtobufWriter writer, int begun)
    {
        public void Dispose() => writer.End(begun);
    }
}
