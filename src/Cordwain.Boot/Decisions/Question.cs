using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Cordwain.Boot.Catalog;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Decisions;

/// <summary>What a rule looks at: the request, and what the catalog says about its network and its machine.</summary>
/// <param name="Network">Null when the machine is in none of ours.</param>
/// <param name="Machine">Null when the operator has not named it.</param>
sealed record Question(BootRequest Request, BootCatalog Catalog, NetworkDefinition? Network, MachineDefinition? Machine)
{
    /// <summary>What earlier rules left for the one that decides.</summary>
    public RuleAdditions Additions { get; init; } = RuleAdditions.None;

    /// <summary>Whether the reasons are to be put into words; the decision is the same either way.</summary>
    public bool WantsWords { get; init; }

    /// <summary>The sentence, or nothing when no words are wanted.</summary>
    public string Say([InterpolatedStringHandlerArgument("")] Wording words) => WantsWords ? words.ToString() : "";

    /// <summary>How sentences call the machine: the operator's name with the address, or what it says about itself.</summary>
    public string Who => field ??= Machine is null ? Request.Machine.ToString() : $"{Machine.Name} ({Request.Machine})";

    public bool IsRead => Request.Channel is BootChannel.Tftp or BootChannel.Http;

    /// <summary>The boot server that answers name: ourselves, unless the network says otherwise.</summary>
    public Ipv4Address BootServer => Network?.NextServer ?? Request.Server;

    public static Question Of(BootRequest request, BootCatalog catalog) => new(
        request,
        catalog,
        request.Network is { } name ? catalog.ByTable.Named(name) : null,
        catalog.Machines.Find(request.Machine));
}

/// <summary>One rule's verdict: a decision, or null to pass on to the next rule; and the reason in either case.</summary>
readonly record struct Verdict(BootDecision? Decision, string Because)
{
    /// <summary>What the rule adds to the one that will decide; null: nothing.</summary>
    public RuleAdditions? Adds { get; init; }

    public static Verdict Pass(string because) => new(null, because);

    /// <summary>No boot information. What earlier rules added (options of the operator's) still goes out with an address.</summary>
    public static Verdict Ignore(Question question, string because) =>
        new(new BootDecision.Ignore { Options = question.Additions.Options, NextServer = question.Additions.NextServer }, because);
}

/// <summary>What rules say without deciding. The first rule that sets a part wins.</summary>
sealed record RuleAdditions
{
    public static RuleAdditions None { get; } = new();

    public Ipv4Address? NextServer { get; init; }

    public string? ServerName { get; init; }

    public AnswerStyle? Style { get; init; }

    public ImmutableArray<DhcpOptionValue> Options { get; init; } = [];

    /// <summary>In reads: the image to boot without a menu.</summary>
    public ImageDefinition? Chosen { get; init; }

    /// <summary>A rule has settled what boots, so that later ones no longer choose.</summary>
    public bool Settled { get; init; }

    public static RuleAdditions Of(BootRuleAction action) => new()
    {
        NextServer = action.NextServer,
        ServerName = action.ServerName,
        Style = action.Style,
        Options = action.Options,
    };

    /// <summary>These, completed with what <paramref name="later"/> has and these lack.</summary>
    public RuleAdditions Then(RuleAdditions later) => this with
    {
        NextServer = NextServer ?? later.NextServer,
        ServerName = ServerName ?? later.ServerName,
        Style = Style ?? later.Style,
        Options = OptionLayers.Over(later.Options, Options),
        Chosen = Settled ? Chosen : Chosen ?? later.Chosen,
        Settled = Settled || later.Settled,
    };
}

/// <summary>Options from several places, where one place wins over another.</summary>
static class OptionLayers
{
    /// <summary><paramref name="over"/>, and those of <paramref name="under"/> whose code and sub-code it does not set.</summary>
    public static ImmutableArray<DhcpOptionValue> Over(ImmutableArray<DhcpOptionValue> under, ImmutableArray<DhcpOptionValue> over)
    {
        if (under.IsDefaultOrEmpty)
            return over.IsDefault ? [] : over;
        if (over.IsDefaultOrEmpty)
            return under;

        var both = ImmutableArray.CreateBuilder<DhcpOptionValue>(under.Length + over.Length);
        foreach (var low in under)
        {
            if (!Sets(over, low))
                both.Add(low);
        }

        both.AddRange(over);
        return both.DrainToImmutable();
    }

    static bool Sets(ImmutableArray<DhcpOptionValue> options, DhcpOptionValue low)
    {
        foreach (var high in options)
        {
            if (high.Code == low.Code && (high.SubCode is null || high.SubCode == low.SubCode))
                return true;
        }

        return false;
    }
}
