using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Cordwain.Protocols.Capture;

/// <summary>Reads pcapng: blocks of type, length, body, length. Knows sections, interfaces and the two kinds of packet; passes over the rest.</summary>
static class PcapngReader
{
    const uint SectionHeader = 0x0A0D0D0A, InterfaceDescription = 1, SimplePacket = 3, EnhancedPacket = 6, ByteOrderMagic = 0x1A2B3C4D;
    const ushort TimestampResolution = 9;
    const int BlockOverhead = 12;

    public static bool TryRead(ReadOnlyMemory<byte> file, out ImmutableArray<CapturedFrame> frames, out string error)
    {
        var list = ImmutableArray.CreateBuilder<CapturedFrame>();
        var interfaces = new List<(LinkType Link, double TicksPerUnit)>();
        var endian = new CaptureFile.Endian(true);
        error = "";
        for (var rest = file; rest.Length > 0;)
        {
            if (rest.Length < BlockOverhead)
            {
                error = "the file is cut inside a block";
                break;
            }

            var type = BinaryPrimitives.ReadUInt32LittleEndian(rest.Span);
            if (type == SectionHeader)
            {
                endian = new(BinaryPrimitives.ReadUInt32LittleEndian(rest.Span[8..]) == ByteOrderMagic);
                interfaces.Clear();
            }

            type = endian.U32(rest.Span);
            var length = endian.U32(rest.Span[4..]);
            if (length < BlockOverhead || length % 4 != 0 || length > rest.Length)
            {
                error = "the file is damaged or cut: a block runs past its end";
                break;
            }

            ReadBlock(type, rest[8..((int)length - 4)], endian, interfaces, list);
            rest = rest[(int)length..];
        }

        frames = list.ToImmutable();
        return error.Length == 0;
    }

    static void ReadBlock(
        uint type, ReadOnlyMemory<byte> body, CaptureFile.Endian endian,
        List<(LinkType Link, double TicksPerUnit)> interfaces, ImmutableArray<CapturedFrame>.Builder frames)
    {
        var span = body.Span;
        switch (type)
        {
            case InterfaceDescription when span.Length >= 8:
                interfaces.Add(((LinkType)endian.U16(span), TicksPerUnit(span[8..], endian)));
                break;
            case EnhancedPacket when span.Length >= 20 && endian.U32(span) is var index && index < interfaces.Count:
                var captured = endian.U32(span[12..]);
                if (captured > span.Length - 20)
                    break;
                var units = ((ulong)endian.U32(span[4..]) << 32) | endian.U32(span[8..]);
                var ticks = units * interfaces[(int)index].TicksPerUnit;
                frames.Add(new(ticks < long.MaxValue ? new((long)ticks) : TimeSpan.Zero, interfaces[(int)index].Link, body.Slice(20, (int)captured)));
                break;
            case SimplePacket when span.Length >= 4 && interfaces.Count > 0:
                var length = Math.Min(endian.U32(span), (uint)(span.Length - 4));
                frames.Add(new(TimeSpan.Zero, interfaces[0].Link, body.Slice(4, (int)length)));
                break;
        }
    }

    /// <summary>Option if_tsresol: a power of ten, or of two when the high bit is set; microseconds when absent.</summary>
    static double TicksPerUnit(ReadOnlySpan<byte> options, CaptureFile.Endian endian)
    {
        while (options.Length >= 4)
        {
            var code = endian.U16(options);
            int length = endian.U16(options[2..]);
            if (4 + length > options.Length)
                break;
            if (code == TimestampResolution && length >= 1)
            {
                var resolution = options[4];
                return TimeSpan.TicksPerSecond / ((resolution & 0x80) != 0 ? Math.Pow(2, resolution & 0x7F) : Math.Pow(10, resolution));
            }

            options = options[Math.Min(options.Length, 4 + ((length + 3) & ~3))..];
        }

        return TimeSpan.TicksPerMicrosecond;
    }
}
