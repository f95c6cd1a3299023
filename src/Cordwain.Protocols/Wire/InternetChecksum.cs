using System.Buffers.Binary;

namespace Cordwain.Protocols.Wire;

/// <summary>The checksum of IP and UDP: the complement of the one's complement sum of 16-bit words (RFC 1071).</summary>
public struct InternetChecksum
{
    ulong _sum;

    /// <summary>Adds bytes; only the last addition may have an odd length.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 2; bytes = bytes[2..])
            _sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (bytes is [var last])
            _sum += (uint)last << 8;
    }

    public void Add(uint value) => _sum += (value >> 16) + (value & 0xFFFF);

    public readonly ushort Value
    {
        get
        {
            var sum = _sum;
            while (sum > 0xFFFF)
                sum = (sum >> 16) + (sum & 0xFFFF);
            return (ushort)~sum;
        }
    }
}
