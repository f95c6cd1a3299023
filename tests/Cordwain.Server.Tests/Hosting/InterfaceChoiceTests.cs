using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Server.Tests.Hosting;

public sealed class InterfaceChoiceTests
{
    public static TheoryData<string, string, string?, string?, string?> Found => new()
    {
        // what                              name              kind         address            null: served, else part of the reason
        { "a card",                          "eth0",           null,        "192.168.1.5/24",  null },
        { "carrier-grade NAT",               "eth0",           null,        "100.64.0.5/10",   null },
        { "a VLAN",                          "eth0.20",        "vlan",      "10.20.0.1/24",    null },
        { "a bond",                          "bond0",          "bond",      "172.16.0.1/24",   null },
        { "the operator's own bridge",       "br0",            "bridge",    "10.0.0.1/24",     null },
        { "a bridge with a short name",      "br-lan",         "bridge",    "10.0.0.1/24",     null },
        { "a container's inner end",         "eth0",           "veth",      "10.0.3.7/24",     null },
        { "a public address",                "eth0",           null,        "203.0.113.5/24",  "private network" },
        { "just outside 172.16/12",          "eth0",           null,        "172.32.0.1/24",   "private network" },
        { "a link-local address",            "eth0",           null,        "169.254.7.7/16",  "private network" },
        { "no address",                      "eth0",           null,        null,              "no IPv4 address" },
        { "docker's default bridge",         "docker0",        "bridge",    "172.17.0.1/16",   "containers" },
        { "docker's other bridges",          "br-0123456789ab", "bridge",   "172.18.0.1/16",   "containers" },
        { "libvirt",                         "virbr0",         "bridge",    "192.168.122.1/24", "virtual machines" },
        { "kubernetes",                      "cni0",           "bridge",    "10.42.0.1/24",    "containers" },
        { "a container's outer end",         "veth1a2b3c",     "veth",      null,              "no IPv4 address" },
        { "OpenVPN",                         "tun0",           "tun",       "10.8.0.1/24",     "tunnel" },
        { "WireGuard under any name",        "home",           "wireguard", "10.9.0.1/24",     "tunnel" },
        { "WireGuard, kind not known",       "wg0",            null,        "10.9.0.1/24",     "tunnel" },
    };

    [Theory, MemberData(nameof(Found))]
    public void Finds_networks_of_machines(string what, string name, string? kind, string? address, string? reason)
    {
        var verdict = Assert.Single(InterfaceChoice.Choose([Device(name, kind, address)], [], []));

        Assert.True(verdict.IsServed == (reason is null), $"{what}: {verdict.Because}");
        Assert.Contains(reason ?? "private network", verdict.Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker0", true)]
    [InlineData("eth0", false)]
    [InlineData("eth1", true)]
    [InlineData("eth10", true)]
    public void Serves_what_the_configuration_names_and_nothing_else(string name, bool served) =>
        Assert.Equal(served, Assert.Single(InterfaceChoice.Choose([Device(name, null, "203.0.113.5/24")], ["docker0", "eth1*"], [])).IsServed);

    [Fact]
    public void An_interface_in_a_configured_subnet_is_served_whatever_it_looks_like()
    {
        Ipv4Network[] networks = [new(Ipv4Address.Parse("203.0.113.0"), 24)];

        Assert.True(Assert.Single(InterfaceChoice.Choose([Device("virbr0", "bridge", "203.0.113.5/24")], [], networks)).IsServed);
        Assert.False(Assert.Single(InterfaceChoice.Choose([Device("lo", null, "203.0.113.5/24") with { IsLoopback = true }], [], networks)).IsServed);
    }

    [Fact]
    public void An_interface_that_is_down_waits_even_when_it_is_named() =>
        Assert.Equal("it is down", Assert.Single(InterfaceChoice.Choose([Device("eth0", null, "10.0.0.1/24") with { IsUp = false }], ["eth0"], [])).Because);

    [Fact]
    public void Names_that_fit_nothing_are_missing_and_patterns_never_are() =>
        Assert.Equal(["eth7"], InterfaceChoice.Missing([Device("eth0", null, null)], ["eth0", "eth7", "en*"]));

    static NetworkDevice Device(string name, string? kind, string? address) => new(2, name)
    {
        Kind = kind,
        Mac = MacAddress.Parse("52:54:00:00:00:01"),
        Addresses = address?.Split('/') is [var own, var length] ? [new(Ipv4Address.Parse(own), new(Ipv4Address.Parse(own), int.Parse(length, null)))] : [],
    };
}
