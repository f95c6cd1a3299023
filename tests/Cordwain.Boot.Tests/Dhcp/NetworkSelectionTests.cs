using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Dhcp;

public sealed class NetworkSelectionTests
{
    static readonly BootCatalog Catalog = new()
    {
        Revision = "test",
        Networks =
        [
            Network("office", "10.77.0.0", 24),
            Network("rack-b", "192.168.20.0", 24),
            Network("rack-c", "192.168.30.0", 24) with { Relays = [Ipv4Address.Parse("172.16.0.1")] },
            Network("lab", "10.99.0.0", 24) with { Interfaces = ["eth2"] },
        ],
    };

    public static TheoryData<string, string, string, string, string, string, string?> Messages => new()
    {
        // what                                       interface  ours          giaddr          ciaddr           82.5           network
        { "on our link",                              "eth0",    "10.77.0.1",  "",             "",              "",             "office" },
        { "a relay in its subnet",                    "eth0",    "10.77.0.1",  "192.168.20.1", "",              "",             "rack-b" },
        { "a relay that speaks for a network",        "eth0",    "10.77.0.1",  "172.16.0.1",   "",              "",             "rack-c" },
        { "a relay nobody knows",                     "eth0",    "10.77.0.1",  "172.16.0.2",   "",              "",             null },
        { "link selection before giaddr",             "eth0",    "10.77.0.1",  "172.16.0.1",   "",              "192.168.20.0", "rack-b" },
        { "a renewal past the relay",                 "eth0",    "10.77.0.1",  "",             "192.168.20.50", "",             "rack-b" },
        { "a renewal on our link",                    "eth0",    "10.77.0.1",  "",             "10.77.0.50",    "",             "office" },
        { "an interface that is named",               "eth2",    "10.5.0.1",   "",             "",              "",             "lab" },
        { "an interface that is named for another",   "eth0",    "10.99.0.1",  "",             "",              "",             null },
        { "an interface of no network",               "eth9",    "10.6.0.1",   "",             "",              "",             null },
    };

    [Theory, MemberData(nameof(Messages))]
    public void Belongs_to(string what, string device, string ours, string giaddr, string ciaddr, string link, string? expected)
    {
        var options = new DhcpOptionSet.Builder().Set(DhcpOptions.MessageType, (byte)DhcpMessageType.Request);
        if (Ipv4Address.TryParse(link, out var selected))
            options.SetRaw(82, [5, 4, (byte)(selected.Value >> 24), (byte)(selected.Value >> 16), (byte)(selected.Value >> 8), (byte)selected.Value]);
        var message = new DhcpMessage { Op = 1, Giaddr = Read(giaddr), Ciaddr = Read(ciaddr), Options = options.Build() };

        var network = NetworkSelection.Of(message, new(device, Read(ours), 67, Read(ciaddr), 68), Catalog, out var because);

        Assert.True(expected == network?.Name, $"{what}: {network?.Name}, {because}");
        Assert.Equal(expected is null, because.Contains("under 'networks'", StringComparison.Ordinal));
    }

    [Fact]
    public void Subnet_selection_of_the_client_counts_where_no_relay_says_otherwise()
    {
        var message = new DhcpMessage { Op = 1, Options = new DhcpOptionSet.Builder().Set(DhcpOptions.SubnetSelection, Ipv4Address.Parse("192.168.20.0")).Build() };
        Assert.Equal("rack-b", NetworkSelection.Of(message, new("eth0", Read("10.77.0.1"), 67, default, 68), Catalog, out _)?.Name);
    }

    [Fact]
    public void Our_address_in_the_network_is_named_where_the_interface_has_several()
    {
        var arrival = new DhcpArrival("eth0", Read("10.0.0.1"), 67, default, 68) { Links = [(Read("10.0.0.1"), new(Read("10.0.0.0"), 24)), (Read("10.77.0.3"), new(Read("10.77.0.0"), 24))] };
        Assert.Equal(Read("10.77.0.3"), NetworkSelection.ServerIn(Catalog.Networks[0], arrival));
        Assert.Equal("office", NetworkSelection.Of(new() { Op = 1 }, arrival, Catalog, out _)?.Name);
    }

    static Ipv4Address Read(string text) => Ipv4Address.TryParse(text, out var address) ? address : Ipv4Address.Any;

    static NetworkDefinition Network(string name, string subnet, int prefix) => new() { Name = name, Subnet = new(Ipv4Address.Parse(subnet), prefix) };
}
