using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions.Rules;

namespace Cordwain.Boot.Decisions;

/// <summary>Decides what one machine does next. Pure: same request and catalog, same outcome, whatever the protocol.</summary>
public static class BootDecider
{
    // Order is meaning: the first rule that decides wins. Between the first list and the others stand the operator's rules.
    static readonly (string Name, Func<Question, Verdict> Apply)[] First =
    [
        ("network-role", RoleOfNetwork.Apply),
        ("not-blocked", NotBlocked.Apply),
        ("boot-client", BootClient.Apply),
    ];

    static readonly (string Name, Func<Question, Verdict> Apply)[] InDhcp =
    [
        ("wants-to-boot", WantsToBoot.Apply),
        ("assignment", AssignmentInDhcp.Apply),
        ("script-for-ipxe", ScriptForIpxe.Apply),
        ("raspberry-pi", RaspberryPi.Apply),
        ("u-boot", UBoot.Apply),
        ("http-boot", HttpBoot.Apply),
        ("loader-for-architecture", LoaderForArchitecture.Apply),
    ];

    static readonly (string Name, Func<Question, Verdict> Apply)[] InReads =
    [
        ("assignment", AssignmentInReads.Apply),
        ("chosen-entry", ChosenEntry.Apply),
        ("ipxe-script", IpxeScript.Apply),
        ("u-boot-script", UBootScript.Apply),
        ("pxelinux-menu", PxelinuxMenu.Apply),
        ("grub-menu", GrubMenu.Apply),
        ("image-file", ImageFile.Apply),
        ("loader-file", LoaderFile.Apply),
        ("folder", Folder.Apply),
    ];

    public static BootOutcome Decide(BootRequest request, BootCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(catalog);
        return new(Ask(Question.Of(request, catalog), null), request, catalog);
    }

    /// <summary>The way to the decision: the same rules asked once more, with words.</summary>
    internal static ImmutableArray<TraceStep> Trace(BootRequest request, BootCatalog catalog)
    {
        var trace = ImmutableArray.CreateBuilder<TraceStep>(First.Length + catalog.Rules.Length + InReads.Length);
        Ask(Question.Of(request, catalog) with { WantsWords = true }, trace);
        return trace.ToImmutable();
    }

    static BootDecision Ask(Question question, ImmutableArray<TraceStep>.Builder? trace)
    {
        if (Asked(First, ref question, trace) is { } early)
            return early;

        foreach (var rule in question.Catalog.Rules)
        {
            if (Asked(rule.Name, OperatorRule.Apply(rule, question), ref question, trace) is { } decision)
                return decision;
        }

        return Asked(question.IsRead ? InReads : InDhcp, ref question, trace)
            ?? throw new InvalidOperationException("The last rule must decide.");
    }

    static BootDecision? Asked((string Name, Func<Question, Verdict> Apply)[] rules, ref Question question, ImmutableArray<TraceStep>.Builder? trace)
    {
        foreach (var (name, apply) in rules)
        {
            if (Asked(name, apply(question), ref question, trace) is { } decision)
                return decision;
        }

        return null;
    }

    static BootDecision? Asked(string name, Verdict verdict, ref Question question, ImmutableArray<TraceStep>.Builder? trace)
    {
        trace?.Add(new(name, verdict.Decision is not null, verdict.Because));
        if (verdict.Adds is { } adds)
            question = question with { Additions = question.Additions.Then(adds) };
        return verdict.Decision;
    }
}
