using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Server.Linux;
using CsCheck;

namespace Cordwain.Server.Tests.Linux;

/// <summary>Little-endian hosts; the hex is what a kernel sends.</summary>
public sealed class NetlinkMessagesTests
{
    // struct ifinfomsg: family, pad, type 1 (Ethernet), index 7, flags UP|BROADCAST|RUNNING|MULTICAST
    const string Ethernet = "0000" + "0100" + "07000000" + "43100100" + "00000000";

    [Fact]
    public void Reads_a_link()
    {
        var device = Link(Ethernet
            + "0900" + "0300" + "6C616E3000" + "000000"            // IFLA_IFNAME lan0, padded
            + "0800" + "0400" + "DC050000"                         // IFLA_MTU 1500
            + "0A00" + "0100" + "525400123456" + "0000"            // IFLA_ADDRESS, padded
            + "1000" + "1280" + "0900" + "0100" + "7665746800" + "000000");   // IFLA_LINKINFO { IFLA_INFO_KIND veth }, flagged as nested

        Assert.Equal(
            new NetworkDevice(7, "lan0") { IsUp = true, Mac = MacAddress.Parse("52:54:00:12:34:56"), Kind = "veth", Mtu = 1500 }, device);
    }

    [Fact]
    public void A_hardware_address_of_another_kind_is_no_mac() =>
        Assert.Null(Link("0000" + "FEFF" + "07000000" + "43100100" + "00000000" + "0900" + "0300" + "74756E3000" + "000000" + "0A00" + "0100" + "525400123456" + "0000")?.Mac);

    [Fact]
    public void A_link_that_is_off_is_not_up() =>
        Assert.False(Link("0000" + "0100" + "07000000" + "02100000" + "00000000" + "0900" + "0300" + "6C616E3000" + "000000")?.IsUp);

    [Fact]
    public void A_link_without_a_cable_is_up_and_has_no_carrier() =>
        Assert.Equal((true, false), Link("0000" + "0100" + "07000000" + "03100000" + "00000000" + "0900" + "0300" + "6C616E3000" + "000000") is { } link ? (link.IsUp, link.HasCarrier) : default);

    [Fact]
    public void A_link_without_a_name_is_refused() => Assert.Null(Link(Ethernet));

    [Fact]
    public void Reads_an_address_with_its_network()
    {
        // struct ifaddrmsg: AF_INET, /24, flags, scope, index 7; IFA_ADDRESS, IFA_LOCAL
        var body = Convert.FromHexString("02188000" + "07000000" + "0800" + "0100" + "0A4D0005" + "0800" + "0200" + "0A4D0005");

        Assert.True(NetlinkMessages.TryReadAddress(body, out var device, out var address));
        Assert.Equal((7, "10.77.0.5", "10.77.0.0/24"), (device, address.Address.ToString(), address.Network.ToString()));
    }

    [Fact]
    public void On_a_point_to_point_link_our_address_is_the_local_one()
    {
        var body = Convert.FromHexString("02208000" + "07000000" + "0800" + "0100" + "0A000002" + "0800" + "0200" + "0A000001");

        Assert.True(NetlinkMessages.TryReadAddress(body, out _, out var address));
        Assert.Equal(("10.0.0.1", "10.0.0.2/32"), (address.Address.ToString(), address.Network.ToString()));
    }

    [Theory]
    [InlineData("reachable", "0200", true)]
    [InlineData("stale", "0400", true)]
    [InlineData("permanent", "8000", true)]
    [InlineData("incomplete", "0100", false)]
    [InlineData("failed", "2000", false)]
    public void A_neighbour_counts_when_the_kernel_would_use_it(string state, string flags, bool counts)
    {
        // struct ndmsg: AF_INET, index 7, state, flags, type; NDA_DST, NDA_LLADDR
        var body = Convert.FromHexString("02000000" + "07000000" + flags + "0001" + "0800" + "0100" + "0A4D0064" + "0A00" + "0200" + "525400123456" + "0000");

        Assert.True(counts == NetlinkMessages.TryReadNeighbour(body, out var neighbour), state);
        Assert.Equal(counts ? "10.77.0.100" : "0.0.0.0", neighbour.Address.ToString());
    }

    [Fact]
    public void Never_fails_on_anything() => Gen.Byte.Array[0, 100].Sample(bytes =>
    {
        NetlinkMessages.TryReadLink(bytes, out _);
        NetlinkMessages.TryReadAddress(bytes, out _, out _);
        NetlinkMessages.TryReadNeighbour(bytes, out _);
    });

    static NetworkDevice? Link(string hex) => NetlinkMessages.TryReadLink(Convert.FromHexString(hex), out var device) ? device : null;
}
