using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;
using CsCheck;

namespace Cordwain.Boot.Tests.Decisions;

/// <summary>Packets are decided without words, and the words are made by asking the rules again: both must come to the same end.</summary>
public sealed class DecisionWordsTests
{
    static readonly BootCondition[] Conditions =
    [
        BootCondition.Always,
        new() { Arch = [new(0), new(7)] },
        new() { Platform = [Platform.Efi], Cpu = [Cpu.X64] },
        new() { Ipxe = true },
        new() { Http = false, Network = [new("off*")] },
        new() { Mac = [new("52:54:00:*")] },
        new() { Uuid = [new("*-0000-*")] },
        new() { VendorClass = [new("PXEClient*")], UserClass = [new("iPXE"), new("other")] },
        new() { Relay = [new(Ipv4Address.Parse("10.1.0.0"), 16)] },
        new() { Not = [new() { Ipxe = true }], Any = [new() { Arch = [new(9)] }, new() { Mac = [new("*:01")] }] },
    ];

    static readonly BootRuleAction[] Actions =
    [
        new() { File = "rule.efi" },
        new() { File = "{{ machine.nothing }}" },
        new() { Entry = "debian-12" },
        new() { Entry = "no-such-image" },
        new() { Ignore = true },
        new() { NextServer = Ipv4Address.Parse("10.77.0.9"), Options = [Lab.Text(210, "/a/")] },
    ];

    static readonly Gen<BootRule[]> Rules = Gen.Select(Gen.Int[0, Conditions.Length - 1], Gen.Int[0, Actions.Length - 1])
        .Select((condition, action) => new BootRule($"rule-{condition}-{action}", Conditions[condition], Actions[action])).Array[0, 4];

    static readonly Gen<BootRequest> Requests = Gen.Select(Gen.Int[0, 31], Gen.UShort[0, 24], Gen.ULong[0, 3], Gen.Bool).Select((flags, arch, mac, relayed) => new BootRequest
    {
        Machine = new(mac == 3 ? null : new MacAddress(0x5254_0000_0000 + mac), mac == 2 ? Guid.Empty : null),
        Channel = (flags & 1) != 0 ? BootChannel.Dhcp : BootChannel.ProxyDhcp,
        Server = Lab.Server,
        Architecture = arch == 24 ? null : new ClientArchitecture(arch),
        IsPxeClient = (flags & 2) != 0,
        IsIpxe = (flags & 4) != 0,
        IsHttpClient = (flags & 8) != 0,
        VendorClass = (flags & 2) != 0 ? "PXEClient:Arch:00007" : "",
        UserClasses = (flags & 4) != 0 ? ["iPXE"] : [],
        Network = (flags & 16) != 0 ? "office" : null,
        Relay = relayed ? Ipv4Address.Parse("10.1.2.3") : null,
    });

    [Fact]
    public void The_trace_ends_with_the_rule_that_made_the_decision() =>
        Gen.Select(Requests, Rules).Sample((request, rules) =>
        {
            var outcome = BootDecider.Decide(request, Lab.Catalog(NetworkRole.Server) with { Rules = [.. rules] });
            var decided = Assert.Single(outcome.Trace, step => step.Decided);
            Assert.Same(outcome.Trace[^1], decided);
            Assert.All(outcome.Trace, step => Assert.NotEmpty(step.Because));
            if (outcome.Decision is BootDecision.LoadFile file)
                Assert.Contains($": {file.File}", decided.Because);
            else
                Assert.IsType<BootDecision.Ignore>(outcome.Decision);
        });

    [Fact]
    public void A_condition_holds_alike_with_words_and_without() =>
        Gen.Select(Requests, Gen.Int[0, Conditions.Length - 1]).Sample((request, condition) =>
            Assert.Equal(BootConditions.Holds(Conditions[condition], request, out _), BootConditions.Holds(Conditions[condition], request)));

    [Fact]
    public void A_trace_that_is_read_later_is_that_of_the_catalog_it_was_decided_from()
    {
        var request = new BootRequest { Machine = new(Lab.Mac), Channel = BootChannel.Dhcp, Server = Lab.Server, IsPxeClient = true, Network = "office" };
        var catalog = Lab.Catalog(NetworkRole.Server);
        var outcome = BootDecider.Decide(request, catalog);
        var changed = catalog with { Networks = [Lab.Network(NetworkRole.Off)] };
        Assert.IsType<BootDecision.Ignore>(BootDecider.Decide(request, changed).Decision);
        Assert.Contains("gives the addresses", outcome.Trace[0].Because);
    }
}
