using System.Buffers.Binary;
using Cordwain.Protocols.Capture;
using Cordwain.Protocols.Tests.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tests.Capture;

public sealed class CaptureFileTests
{
    static readonly UdpDatagram Sample = new(
        MacAddress.Parse("52:54:00:00:00:01"), MacAddress.Parse("ff:ff:ff:ff:ff:ff"),
        Ipv4Address.Parse("10.77.0.1"), 67, Ipv4Address.Broadcast, 68, "hello"u8.ToArray());

    static byte[] Frame(UdpDatagram datagram)
    {
        var frame = new byte[UdpDatagram.Overhead + datagram.Payload.Length];
        Assert.Equal(frame.Length, datagram.EncodeEthernet(frame));
        return frame;
    }

    [Fact]
    public void A_frame_has_right_lengths_and_checksums()
    {
        var frame = Frame(Sample);
        Assert.Equal("FFFFFFFFFFFF5254000000010800" + "45000021000000004011707F" + "0A4D0001FFFFFFFF" + "0043" + "0044" + "000D" + "B12D" + "68656C6C6F",
            Convert.ToHexString(frame));

        var check = new InternetChecksum();
        check.Add(frame.AsSpan(14, 20));
        Assert.Equal(0, check.Value);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var file = CaptureFile.WritePcap([new(TimeSpan.FromTicks(12_345_678_90), LinkType.Ethernet, Frame(Sample)), new(TimeSpan.FromSeconds(3), LinkType.Ethernet, Frame(Sample with { SourcePort = 4011 }))]);
        Assert.True(CaptureFile.TryRead(file, out var frames, out var error), error);
        Assert.Equal(2, frames.Length);
        Assert.Equal(TimeSpan.FromTicks(12_345_678_90), frames[0].Time);
        Assert.True(UdpDatagram.TryParse(frames[1], out var datagram));
        Assert.Equal(4011, datagram.SourcePort);
        Assert.Equal("hello"u8, datagram.Payload.Span);
        Assert.Equal(Sample.SourceMac, datagram.SourceMac);
    }

    [Theory, InlineData(true, 6), InlineData(false, 9)]
    public void Reads_pcapng_in_either_byte_order(bool littleEndian, byte resolution)
    {
        var frame = Frame(Sample);
        var file = new List<byte>();
        void U32(uint value)
        {
            var bytes = new byte[4];
            if (littleEndian)
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            else
                BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            file.AddRange(bytes);
        }

        void U16(ushort high, ushort low) => U32(littleEndian ? (uint)(high | (low << 16)) : (uint)((high << 16) | low));

        U32(0x0A0D0D0A); U32(28); U32(0x1A2B3C4D); U16(1, 0); U32(uint.MaxValue); U32(uint.MaxValue); U32(28);
        U32(1); U32(32); U16(1, 0); U32(0); U16(9, 1); file.AddRange([resolution, 0, 0, 0]); U32(0); U32(32);
        U32(5); U32(16); U32(0); U32(16);   // statistics: passed over
        var padded = (frame.Length + 3) & ~3;
        var units = resolution == 6 ? 1_500_000u : 1_500_000_000u;
        U32(6); U32((uint)(32 + padded)); U32(0); U32(0); U32(units); U32((uint)frame.Length); U32((uint)frame.Length);
        file.AddRange(frame);
        file.AddRange(new byte[padded - frame.Length]);
        U32((uint)(32 + padded));

        Assert.True(CaptureFile.TryRead(file.ToArray(), out var frames, out var error), error);
        Assert.Equal(TimeSpan.FromSeconds(1.5), Assert.Single(frames).Time);
        Assert.True(UdpDatagram.TryParse(frames[0], out var datagram));
        Assert.Equal("hello"u8, datagram.Payload.Span);

        Assert.False(CaptureFile.TryRead(file.ToArray().AsMemory(..^5), out frames, out error));
        Assert.Contains("cut", error, StringComparison.Ordinal);
    }

    public static TheoryData<string, LinkType, string, bool> Frames
    {
        get
        {
            var ip = Convert.ToHexString(Frame(Sample))[28..];
            const string Macs = "FFFFFFFFFFFF525400000001";
            return new()
            {
                { "Ethernet",                     LinkType.Ethernet,     Macs + "0800" + ip,                                    true },
                { "tagged",                       LinkType.Ethernet,     Macs + "8100000A0800" + ip,                            true },
                { "doubly tagged",                LinkType.Ethernet,     Macs + "88A8000181000002" + "0800" + ip,               true },
                { "with padding behind",          LinkType.Ethernet,     Macs + "0800" + ip + Packets.Zeros(13),                true },
                { "cooked",                       LinkType.LinuxCooked,  "000000010006" + "5254000000010000" + "0800" + ip,     true },
                { "cooked, version 2",            LinkType.LinuxCooked2, "08000000" + "00000002" + "00010006" + "5254000000010000" + ip, true },
                { "raw",                          LinkType.RawIp,        ip,                                                    true },
                { "BSD loopback",                 LinkType.Null,         "02000000" + ip,                                       true },
                { "ARP",                          LinkType.Ethernet,     Macs + "0806" + ip,                                    false },
                { "only a header",                LinkType.Ethernet,     Macs,                                                  false },
                { "IPv6",                         LinkType.RawIp,        "6" + ip[1..],                                         false },
                { "TCP",                          LinkType.RawIp,        ip[..18] + "06" + ip[20..],                            false },
                { "first of several fragments",   LinkType.RawIp,        ip[..12] + "2000" + ip[16..],                          false },
                { "later fragment",               LinkType.RawIp,        ip[..12] + "0010" + ip[16..],                          false },
                { "IP length over the frame",     LinkType.RawIp,        ip[..4] + "0100" + ip[8..],                            false },
                { "UDP length over the packet",   LinkType.RawIp,        ip[..48] + "0100" + ip[52..],                          false },
                { "UDP length below its header",  LinkType.RawIp,        ip[..48] + "0007" + ip[52..],                          false },
                { "IP header of 16 bytes",        LinkType.RawIp,        "44" + ip[2..],                                        false },
                { "IP header over the frame",     LinkType.RawIp,        "4F" + ip[2..],                                        false },
                { "unknown link",                 (LinkType)147,         ip,                                                    false },
            };
        }
    }

    [Theory, MemberData(nameof(Frames))]
    public void Takes_frames_apart(string what, LinkType link, string hex, bool expected)
    {
        var found = UdpDatagram.TryParse(new(TimeSpan.Zero, link, Convert.FromHexString(hex)), out var datagram);
        Assert.True(expected == found, what);
        if (found)
            Assert.Equal("hello"u8, datagram.Payload.Span);
    }

    [Fact]
    public void Damaged_files_give_what_came_before_the_damage()
    {
        var file = CaptureFile.WritePcap([new(TimeSpan.Zero, LinkType.Ethernet, Frame(Sample)), new(TimeSpan.Zero, LinkType.Ethernet, Frame(Sample))]);
        Assert.False(CaptureFile.TryRead(file.AsMemory(..^1), out var frames, out var error));
        Assert.Single(frames);
        Assert.Contains("cut", error, StringComparison.Ordinal);
        Assert.False(CaptureFile.TryRead("this is a text file, no capture"u8.ToArray(), out _, out error));
        Assert.Contains("no capture file", error, StringComparison.Ordinal);
    }
}
