using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Cordwain.Protocols.Capture;

/// <summary>Reads and writes capture files: pcap (all four magics) and pcapng, as tcpdump, tshark and dumpcap write them.</summary>
public static class CaptureFile
{
    const uint PcapMicroseconds = 0xA1B2C3D4, PcapNanoseconds = 0xA1B23C4D, PcapngMagic = 0x0A0D0D0A;
    const int FileHeaderLength = 24, RecordHeaderLength = 16;

    /// <summary>The longest frame a reader accepts; a longer one is a damaged length.</summary>
    const int LongestFrame = 262144;

    /// <param name="frames">What could be read, also when a later part of the file is damaged.</param>
    /// <param name="error">What is wrong; empty when the whole file was read.</param>
    public static bool TryRead(ReadOnlyMemory<byte> file, out ImmutableArray<CapturedFrame> frames, out string error)
    {
        frames = [];
        error = "this is no capture file: it begins neither like pcap nor like pcapng";
        if (file.Length < FileHeaderLength)
            return false;

        var magic = BinaryPrimitives.ReadUInt32LittleEndian(file.Span);
        if (magic == PcapngMagic)
            return PcapngReader.TryRead(file, out frames, out error);

        var littleEndian = magic is PcapMicroseconds or PcapNanoseconds;
        if (!littleEndian)
            magic = BinaryPrimitives.ReverseEndianness(magic);
        return magic is PcapMicroseconds or PcapNanoseconds
            && TryReadPcap(file, new Endian(littleEndian), magic == PcapNanoseconds, out frames, out error);
    }

    /// <summary>Writes a pcap file, little-endian, with microseconds; all frames must be of one kind of link.</summary>
    /// <exception cref="ArgumentException">The frames are of several kinds of link.</exception>
    public static byte[] WritePcap(IReadOnlyList<CapturedFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var link = frames.Count > 0 ? frames[0].LinkType : LinkType.Ethernet;
        var file = new ArrayBufferWriter<byte>();
        WriteU32(file, PcapMicroseconds, 0x0004_0002, 0, 0, LongestFrame, (uint)link);
        foreach (var frame in frames)
        {
            if (frame.LinkType != link)
                throw new ArgumentException("A pcap file holds frames of one kind of link.", nameof(frames));
            var length = (uint)frame.Bytes.Length;
            WriteU32(file, (uint)(long)frame.Time.TotalSeconds, (uint)(frame.Time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond), length, length);
            file.Write(frame.Bytes.Span);
        }

        return file.WrittenSpan.ToArray();
    }

    static bool TryReadPcap(ReadOnlyMemory<byte> file, Endian endian, bool nanoseconds, out ImmutableArray<CapturedFrame> frames, out string error)
    {
        var list = ImmutableArray.CreateBuilder<CapturedFrame>();
        var link = (LinkType)(endian.U32(file.Span[20..]) & 0xFFFF);
        error = "";
        for (var rest = file[FileHeaderLength..]; rest.Length > 0;)
        {
            var length = rest.Length >= RecordHeaderLength ? endian.U32(rest.Span[8..]) : uint.MaxValue;
            if (length > LongestFrame || RecordHeaderLength + (int)length > rest.Length)
            {
                error = "the file is damaged or cut: a record runs past its end";
                break;
            }

            var fraction = (long)endian.U32(rest.Span[4..]);
            var ticks = nanoseconds ? fraction / TimeSpan.NanosecondsPerTick : fraction * TimeSpan.TicksPerMicrosecond;
            list.Add(new(new(endian.U32(rest.Span) * TimeSpan.TicksPerSecond + ticks), link, rest.Slice(RecordHeaderLength, (int)length)));
            rest = rest[(RecordHeaderLength + (int)length)..];
        }

        frames = list.ToImmutable();
        return error.Length == 0;
    }

    static void WriteU32(ArrayBufferWriter<byte> file, params ReadOnlySpan<uint> values)
    {
        foreach (var value in values)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.GetSpan(4), value);
            file.Advance(4);
        }
    }

    internal readonly struct Endian(bool little)
    {
        public uint U32(ReadOnlySpan<byte> bytes) => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

        public ushort U16(ReadOnlySpan<byte> bytes) => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }
}
