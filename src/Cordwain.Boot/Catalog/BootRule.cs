using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Catalog;

/// <summary>One of the operator's rules: what dhcpd.conf says with if/else and dnsmasq with tags.</summary>
/// <param name="Name">How the trace calls it: its place in the configuration, such as <c>rules[2]</c>.</param>
public sealed record BootRule(string Name, BootCondition When, BootRuleAction Then);

/// <summary>What a rule says. A rule with neither a file, an entry nor <see cref="Ignore"/> does not decide: it adds to the rule that does.</summary>
public sealed record BootRuleAction
{
    /// <summary>A file name for TFTP, or a URL; may hold <c>{{ }}</c> variables.</summary>
    public string? File { get; init; }

    /// <summary>Name of an image: the machine boots it without a menu.</summary>
    public string? Entry { get; init; }

    /// <summary>Answer with no boot information at all.</summary>
    public bool Ignore { get; init; }

    /// <summary>Another TFTP server to name; null: ourselves, or the network's.</summary>
    public Ipv4Address? NextServer { get; init; }

    /// <summary>The name to write into <c>sname</c> and option 66; null: the next server's address.</summary>
    public string? ServerName { get; init; }

    public AnswerStyle? Style { get; init; }

    public ImmutableArray<DhcpOptionValue> Options { get; init; } = [];
}
