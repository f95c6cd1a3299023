using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;
using CsCheck;

namespace Cordwain.Server.Tests.Dhcp;

public sealed class UdpFrameTests
{
    static readonly FrameEnd Server = new(MacAddress.Parse("52:54:00:00:00:fe"), Ipv4Address.Parse("10.77.0.1"), 67);
    static readonly FrameEnd Client = new(MacAddress.Parse("52:54:00:12:34:56"), Ipv4Address.Parse("10.77.0.130"), 68);

    [Fact]
    public void Is_laid_out_as_the_RFCs_draw_it()
    {
        var frame = new byte[100];

        var length = UdpFrame.Write(frame, Server, Client, "hello"u8);

        Assert.Equal(
            "525400123456" + "5254000000FE" + "0800"
            + "4500" + "0021" + "0000" + "4000" + "40" + "11" + "25B0" + "0A4D0001" + "0A4D0082"
            + "0043" + "0044" + "000D" + "A65E" + "68656C6C6F",
            Convert.ToHexString(frame, 0, length));
    }

    [Fact]
    public void Both_checksums_add_up_to_zero() => Gen.Byte.Array[0, 1472].Sample(payload =>
    {
        var frame = new byte[2000];
        var length = UdpFrame.Write(frame, Server, Client, payload);

        // RFC 1071: over data with its checksum in place, the checksum is zero.
        byte[] pseudo = [.. frame[26..34], 0, 17, .. frame[38..40]];
        byte[] datagram = [.. frame[34..length], .. payload.Length % 2 == 1 ? new byte[1] : []];
        return UdpFrame.Checksum(frame.AsSpan(14, 20)) == 0 && UdpFrame.Checksum([.. pseudo, .. datagram]) == 0;
    });

    [Fact]
    public void Reads_what_it_writes() => Gen.Byte.Array[0, 1472].Sample(payload =>
    {
        var frame = new byte[2000];
        var length = UdpFrame.Write(frame, Server, Client, payload);
        return UdpFrame.TryRead(frame.AsSpan(0, length), out var from, out var to, out var read)
            && from == Server && to == Client && read.SequenceEqual(payload);
    });

    [Fact]
    public void A_short_frame_is_padded_by_Ethernet_and_the_padding_is_not_payload()
    {
        var frame = new byte[60];
        UdpFrame.Write(frame, Server, Client, "hello"u8);

        Assert.True(UdpFrame.TryRead(frame, out _, out _, out var payload));
        Assert.Equal("hello"u8.ToArray(), payload.ToArray());
    }

    public static TheoryData<string, int, string> Refused => new()
    {
        // what is wrong                     at byte   bytes there
        { "not IPv4",                        12,       "86DD" },
        { "IP version 6",                    14,       "65" },
        { "IP header shorter than itself",   14,       "44" },
        { "IP length beyond the frame",      16,       "0FFF" },
        { "IP length without room for UDP",  16,       "001B" },
        { "a fragment",                      20,       "2000" },
        { "a later fragment",                20,       "0001" },
        { "TCP",                             23,       "06" },
        { "UDP length beyond the packet",    38,       "00FF" },
        { "UDP length below its header",     38,       "0007" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Refuses(string what, int offset, string bytes)
    {
        var frame = new byte[60];
        UdpFrame.Write(frame, Server, Client, "hello"u8);
        Convert.FromHexString(bytes).CopyTo(frame, offset);

        Assert.False(UdpFrame.TryRead(frame, out _, out _, out _), what);
    }

    [Fact]
    public void Never_fails_on_anything() => Gen.Byte.Array[0, 200].Sample(bytes => { UdpFrame.TryRead(bytes, out _, out _, out _); });

    [Fact]
    public void Says_so_when_the_buffer_is_too_small() => Assert.Equal(0, UdpFrame.Write(new byte[46], Server, Client, "hello"u8));
}
