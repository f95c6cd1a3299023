using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;
using CsCheck;

namespace Cordwain.Server.Tests.Dhcp;

public sealed class ArpPacketTests
{
    [Fact]
    public void A_probe_asks_in_the_name_of_nobody()
    {
        var frame = new byte[ArpPacket.FrameLength];

        ArpPacket.WriteProbe(frame, MacAddress.Parse("52:54:00:00:00:fe"), Ipv4Address.Parse("10.77.0.100"));

        Assert.Equal(
            "FFFFFFFFFFFF" + "5254000000FE" + "0806" + "0001" + "0800" + "06" + "04" + "0001"
            + "5254000000FE" + "00000000" + "000000000000" + "0A4D0064",
            Convert.ToHexString(frame));
    }

    public static TheoryData<string, string, string?> Senders => new()
    {
        { "a reply",            "5254000000FE525400123456" + "0806" + "0001080006040002" + "525400123456" + "0A4D0064" + "5254000000FE00000000", "10.77.0.100" },
        { "a request",          "FFFFFFFFFFFF525400123456" + "0806" + "0001080006040001" + "525400123456" + "0A4D0064" + "0000000000000A4D0001", "10.77.0.100" },
        { "an inverse request", "FFFFFFFFFFFF525400123456" + "0806" + "0001080006040008" + "525400123456" + "0A4D0064" + "0000000000000A4D0001", null },
        { "another hardware",   "FFFFFFFFFFFF525400123456" + "0806" + "0006080006040001" + "525400123456" + "0A4D0064" + "0000000000000A4D0001", null },
        { "IPv4 itself",        "FFFFFFFFFFFF525400123456" + "0800" + "0001080006040001" + "525400123456" + "0A4D0064" + "0000000000000A4D0001", null },
        { "cut",                "FFFFFFFFFFFF525400123456" + "0806" + "0001080006040001" + "525400123456" + "0A4D0064" + "0000000000000A4D00",   null },
    };

    [Theory, MemberData(nameof(Senders))]
    public void Reads_who_has_which_address(string what, string hex, string? address)
    {
        var read = ArpPacket.TryReadSender(Convert.FromHexString(hex), out var sender, out var mac);

        Assert.True(read == (address is not null), what);
        Assert.Equal(address ?? "0.0.0.0", sender.ToString());
        Assert.Equal(read ? "52:54:00:12:34:56" : "00:00:00:00:00:00", mac.ToString());
    }

    [Fact]
    public void Never_fails_on_anything() => Gen.Byte.Array[0, 100].Sample(bytes =>
    {
        ArpPacket.TryReadSender(bytes, out _, out _);
        PingProbe.TryReadReply(bytes, 1, out _);
    });
}
