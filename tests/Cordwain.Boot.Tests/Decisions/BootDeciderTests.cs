using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Decisions;

public sealed class BootDeciderTests
{
    static readonly BootRequest Bios = new()
    {
        Machine = new(Lab.Mac),
        Channel = BootChannel.Dhcp,
        Server = Lab.Server,
        Architecture = new ClientArchitecture(0),
        IsPxeClient = true,
        VendorClass = "PXEClient:Arch:00000:UNDI:002001",
        Network = "office",
    };

    static readonly BootRequest Ipxe = Bios with { IsIpxe = true, UserClasses = ["iPXE"] };

    static readonly MachineDefinition Web01 = new() { Name = "web01", Macs = [Lab.Mac], Boot = "debian-12" };

    static readonly BootRule Undionly = new("rules[0]", new() { Arch = [new(0)], Ipxe = false }, new() { File = "{{ machine.platform }}/undionly.kpxe" });

    public static TheoryData<string, BootRequest, BootCatalog> Cases => new()
    {
        { "bios", Bios, Lab.Catalog(NetworkRole.Server) },
        { "off", Bios, Lab.Catalog(NetworkRole.Off) },
        { "blocked", Bios, Lab.Catalog(NetworkRole.Server, Web01 with { Blocked = true }) },
        { "not-a-boot-client-beside-a-server", Bios with { Channel = BootChannel.ProxyDhcp, IsPxeClient = false, VendorClass = "udhcp" }, Lab.Catalog(NetworkRole.Proxy) },
        { "not-a-boot-client", Bios with { IsPxeClient = false, VendorClass = "udhcp" }, Lab.Catalog(NetworkRole.Server) },
        { "unknown-architecture", Bios with { Architecture = new ClientArchitecture(99) }, Lab.Catalog(NetworkRole.Server) },
        { "itanium", Bios with { Architecture = new ClientArchitecture(2) }, Lab.Catalog(NetworkRole.Server) },
        { "no-loader-installed", Bios, Lab.Catalog(NetworkRole.Server) with { Loaders = LoaderCatalog.Empty } },
        { "no-riscv-loader", Bios with { Architecture = new ClientArchitecture(27) }, Lab.Catalog(NetworkRole.Server) },
        { "no-architecture", Bios with { Architecture = null, VendorClass = "PXEClient" }, Lab.Catalog(NetworkRole.Server) },
        { "http-without-architecture", Bios with { Architecture = null, IsPxeClient = false, IsHttpClient = true, VendorClass = "HTTPClient" }, Lab.Catalog(NetworkRole.Server) },
        { "tftp-turned-off", Bios, Lab.Catalog(NetworkRole.Server) with { TftpEnabled = false } },
        { "only-lpxelinux", Bios, Lab.Catalog(NetworkRole.Server) with { Loaders = new(["lpxelinux.0"]) } },
        { "raspberry-pi", Bios with { Machine = new(MacAddress.Parse("dc:a6:32:00:00:01")) }, Lab.Catalog(NetworkRole.Proxy) },
        { "u-boot-http", Bios with { Architecture = new ClientArchitecture(24), VendorClass = "HTTPClient", IsHttpClient = true, IsPxeClient = false }, Lab.Catalog(NetworkRole.Server) },
        { "ipxe-assigned", Ipxe, Lab.Catalog(NetworkRole.Server, Web01) },
        { "ipxe-assigned-to-nothing-there", Ipxe, Lab.Catalog(NetworkRole.Server, Web01 with { Boot = "no-such" }) },
        { "ipxe-assigned-once-and-done", Ipxe, Lab.Catalog(NetworkRole.Server, Web01 with { Once = true, Armed = false }) },
        { "bios-assigned", Bios, Lab.Catalog(NetworkRole.Server, Web01) },
        { "ipxe-with-a-disk", Ipxe, Lab.Catalog(NetworkRole.Server, Web01 with { Boot = "disk" }) },
        { "ipxe-with-a-disk-beside-a-server", Ipxe with { Channel = BootChannel.ProxyDhcp }, Lab.Catalog(NetworkRole.Proxy, Web01 with { Boot = "disk" }) },
        { "machine-has-its-style", Bios, Lab.Catalog(NetworkRole.Server, Web01 with { Style = AnswerStyle.PxeMenu }) },
        { "rule-names-a-file", Bios, Lab.Catalog(NetworkRole.Server) with { Rules = [Undionly] } },
        { "rule-does-not-apply", Ipxe, Lab.Catalog(NetworkRole.Server) with { Rules = [Undionly] } },
        { "rule-with-a-wrong-variable", Bios, Lab.Catalog(NetworkRole.Server) with { Rules = [Undionly with { Then = new() { File = "{{ machine.nonsense }}" } }] } },
        { "rule-chooses-an-entry", Ipxe, Lab.Catalog(NetworkRole.Server) with { Rules = [new("rules[0]", new() { Mac = [new("52:54:00:*")] }, new() { Entry = "debian-12" })] } },
        { "rule-chooses-an-entry-for-bios", Bios, Lab.Catalog(NetworkRole.Server) with { Rules = [new("rules[0]", new() { Mac = [new("52:54:00:*")] }, new() { Entry = "debian-12" })] } },
        { "rule-chooses-an-entry-that-is-not-there", Ipxe, Lab.Catalog(NetworkRole.Server) with { Rules = [new("rules[0]", BootCondition.Always, new() { Entry = "no-such" })] } },
        { "rule-ignores", Bios, Lab.Catalog(NetworkRole.Server) with { Rules = [new("rules[0]", new() { Network = [new("off*")] }, new() { Ignore = true })] } },
        {
            "rules-add-up", Bios, Lab.Catalog(NetworkRole.Server) with
            {
                Rules =
                [
                    new("rules[0]", BootCondition.Always, new() { NextServer = Ipv4Address.Parse("10.77.0.9"), Options = [Lab.Text(67, "first"), Lab.Text(210, "/a/")] }),
                    new("rules[1]", BootCondition.Always, new() { ServerName = "boot", Style = AnswerStyle.SkipDiscovery, Options = [Lab.Text(210, "/b/"), Lab.Text(209, "b")] }),
                    Undionly with { Name = "rules[2]" },
                ],
            }
        },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Explains(string name, BootRequest request, BootCatalog catalog)
    {
        var outcome = BootDecider.Decide(request, catalog);
        Golden.Match($"BootDecider/{name}.txt", $"{outcome.Explain()}\n\n{DecisionText.Of(outcome.Decision)}\n");
    }

    /// <summary>Whoever reads why a machine did not boot must also read what to do.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void A_refusal_says_what_to_do(string name, BootRequest request, BootCatalog catalog)
    {
        var outcome = BootDecider.Decide(request, catalog);
        Assert.NotEmpty(name);
        if (outcome.Decision is BootDecision.Ignore)
            Assert.Matches("set it|change the rule|take '|choose PXE|A rule|by a rule|install the package|put one", outcome.Trace[^1].Because);
    }

    [Fact]
    public void Urls_fit_the_header_field_of_dhcp()
    {
        var far = Ipxe with { Server = Ipv4Address.Parse("192.168.100.200"), Network = null };
        var decision = BootDecider.Decide(far, Lab.Catalog(NetworkRole.Server) with { HttpPort = 65535 }).Decision;
        Assert.InRange(Assert.IsType<BootDecision.LoadFile>(decision).File.Length, 1, 127);
    }

    [Fact]
    public void An_ipxe_without_http_gets_its_script_by_tftp()
    {
        // Option 175 lists TFTP (0x15) and no HTTP (0x13).
        var weak = Ipxe with { Options = new DhcpOptionSet.Builder().SetRaw(175, [0x15, 1, 1]).Build() };
        Assert.Equal("tftp://10.77.0.1/boot.ipxe", Assert.IsType<BootDecision.LoadFile>(BootDecider.Decide(weak, Lab.Catalog(NetworkRole.Server)).Decision).File);
    }

    [Theory]
    [InlineData(BootChannel.Dhcp, 7, false, AnswerStyle.Plain)]
    [InlineData(BootChannel.ProxyDhcp, 7, false, AnswerStyle.BootServer)]
    [InlineData(BootChannel.BootServer, 7, false, AnswerStyle.BootServer)]
    [InlineData(BootChannel.ProxyDhcp, 7, true, AnswerStyle.SkipDiscovery)]
    [InlineData(BootChannel.ProxyDhcp, 0, false, AnswerStyle.SkipDiscovery)]
    public void The_style_suits_the_firmware(BootChannel channel, ushort architecture, bool ipxe, AnswerStyle expected)
    {
        var request = Bios with { Channel = channel, Architecture = new ClientArchitecture(architecture), IsIpxe = ipxe };
        Assert.Equal(expected, Assert.IsType<BootDecision.LoadFile>(BootDecider.Decide(request, Lab.Catalog(NetworkRole.Proxy)).Decision).Style);
    }

    [Fact]
    public void A_style_of_the_machine_wins_over_a_rule_and_that_over_the_network()
    {
        var network = Lab.Network(NetworkRole.Server) with { Style = AnswerStyle.SkipDiscovery };
        var catalog = Lab.Catalog(NetworkRole.Server) with { Networks = [network] };
        Assert.Equal(AnswerStyle.SkipDiscovery, StyleIn(catalog));
        catalog = catalog with { Rules = [new("rules[0]", BootCondition.Always, new() { Style = AnswerStyle.BootServer })] };
        Assert.Equal(AnswerStyle.BootServer, StyleIn(catalog));
        catalog = catalog with { Machines = new([Web01 with { Style = AnswerStyle.PxeMenu }]) };
        Assert.Equal(AnswerStyle.PxeMenu, StyleIn(catalog));

        static AnswerStyle StyleIn(BootCatalog catalog) => Assert.IsType<BootDecision.LoadFile>(BootDecider.Decide(Bios, catalog).Decision).Style;
    }
}
