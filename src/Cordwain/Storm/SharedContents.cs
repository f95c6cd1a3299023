using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Numerics;

namespace Cordwain.Storm;

/// <summary>A running check sum of a file; quick enough for every byte of a storm.</summary>
struct ContentSum
{
    uint _crc;

    public long Length { get; private set; }

    public readonly uint Value => _crc;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        var crc = _crc;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var octet in bytes)
            crc = BitOperations.Crc32C(crc, octet);
        _crc = crc;
    }
}

/// <summary>What each name's bytes were for the first machine; the others must get the same.</summary>
sealed class SharedContents
{
    readonly ConcurrentDictionary<string, (long Length, uint Sum)> _seen = new(StringComparer.Ordinal);

    /// <exception cref="StormException">Another machine got other bytes.</exception>
    public void Compare(string name, long length, uint sum)
    {
        var first = _seen.GetOrAdd(name, (length, sum));
        if (first != (length, sum))
            throw new StormException(StormFailures.DifferentBytes, $"{name}: {length} bytes here, {first.Length} bytes for another machine" + (first.Length == length ? ", and not the same" : ""));
    }
}
