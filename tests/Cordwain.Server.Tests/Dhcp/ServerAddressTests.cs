using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Hosting;

namespace Cordwain.Server.Tests.Dhcp;

public sealed class ServerAddressTests
{
    static readonly DeviceAddress First = Link("10.1.0.1/24"), Second = Link("10.2.0.1/24"), Elsewhere = Link("10.3.0.1/24");
    static readonly DhcpMessage Discover = DhcpMessages.From(DhcpMessageType.Discover);

    public static TheoryData<string, DhcpMessage, string, string> Messages => new()
    {
        // what speaks for the address        message                                                                                    sent to              answered by
        { "nothing: the first",               Discover,                                                                                  "255.255.255.255",   "10.1.0.1" },
        { "the address asked",                Discover,                                                                                  "10.2.0.1",          "10.2.0.1" },
        { "an address of another interface",  Discover,                                                                                  "10.3.0.1",          "10.3.0.1" },
        { "the broadcast address of a link",  Discover,                                                                                  "10.2.0.255",        "10.2.0.1" },
        { "the relay's network",              Discover with { Giaddr = Ipv4Address.Parse("10.2.0.254") },                                "255.255.255.255",   "10.2.0.1" },
        { "the client's network",             Discover with { Ciaddr = Ipv4Address.Parse("10.2.0.50") },                                 "255.255.255.255",   "10.2.0.1" },
        { "the address wished for",           Discover.With(DhcpOptions.RequestedIpAddress, Ipv4Address.Parse("10.2.0.50")),             "255.255.255.255",   "10.2.0.1" },
        { "the server that was chosen",       Discover.With(DhcpOptions.ServerIdentifier, Ipv4Address.Parse("10.2.0.1")),                "255.255.255.255",   "10.2.0.1" },
        { "somebody else was chosen",         Discover.With(DhcpOptions.ServerIdentifier, Ipv4Address.Parse("10.2.0.9")),                "255.255.255.255",   "10.1.0.1" },
        { "a relay of a distant network",     Discover with { Giaddr = Ipv4Address.Parse("10.9.0.254") },                                "10.1.0.1",          "10.1.0.1" },
    };

    [Theory, MemberData(nameof(Messages))]
    public void Chooses(string what, DhcpMessage message, string destination, string expected)
    {
        var chosen = ServerAddress.Choose(message, Ipv4Address.Parse(destination), [First, Second], [First, Second, Elsewhere], []);

        Assert.True(chosen.Address == Ipv4Address.Parse(expected), $"{what}: {chosen.Address}");
    }

    [Fact]
    public void A_configured_network_comes_before_the_first_address() =>
        Assert.Equal(Second, ServerAddress.Choose(Discover, Ipv4Address.Broadcast, [First, Second], [First, Second], [new(Ipv4Address.Parse("10.2.0.0"), 24)]));

    static DeviceAddress Link(string text)
    {
        var parts = text.Split('/');
        var address = Ipv4Address.Parse(parts[0]);
        return new(address, new(address, int.Parse(parts[1], null)));
    }
}
