using System.Collections.Immutable;
using Cordwain.Management.Import.Draft;

namespace Cordwain.Management.Import.Dhcpd;

/// <summary>A value with its condition; in a list, the first whose condition holds is the one that dhcpd would end with.</summary>
/// <param name="Path">The branches it stands in: two of one choice exclude each other.</param>
sealed record DhcpdChoice(ImportCondition When, ImmutableArray<DhcpdBranch> Path, ImmutableArray<DhcpdEffect.Choose> Chains, DhcpdEffect.Assign Value)
{
    public bool Excludes(DhcpdChoice other)
    {
        for (var i = 0; i < Chains.Length; i++)
        {
            var same = other.Chains.IndexOf(Chains[i]);
            if (same >= 0)
                return !ReferenceEquals(Path[i], other.Path[same]);
        }

        return ImportCondition.Exclude(When, other.When);
    }

    /// <summary>The block in which it stands.</summary>
    public DhcpdBranch? Block => Path.IsEmpty ? null : Path[^1];
}

/// <summary>Turns "executed in order, the last one wins" into "asked in order, the first one wins".</summary>
static class DhcpdChoices
{
    /// <summary>All values of one thing, in the order in which they must be asked.</summary>
    public static List<DhcpdChoice> FirstWins(IReadOnlyList<DhcpdEffect> effects, string what)
    {
        var choices = new List<DhcpdChoice>();
        Collect(effects, what, new(ImportCondition.Always, [], [], null!), choices);
        return choices;
    }

    /// <returns>True when every client that comes here has a value.</returns>
    static bool Collect(IReadOnlyList<DhcpdEffect> effects, string what, DhcpdChoice around, List<DhcpdChoice> into)
    {
        for (var i = effects.Count - 1; i >= 0; i--)
        {
            if (effects[i] is DhcpdEffect.Assign assign && assign.Target == what)
            {
                into.Add(around with { Value = assign });
                return true;
            }

            if (effects[i] is DhcpdEffect.Choose choose && Collect(choose, what, around, into))
                return true;
        }

        return false;
    }

    static bool Collect(DhcpdEffect.Choose choose, string what, DhcpdChoice around, List<DhcpdChoice> into)
    {
        // A branch that has set it for all its clients needs no mention: its rule stands in front and wins.
        var unsettled = new List<ImportCondition>();
        var (whole, hasElse) = (true, false);
        foreach (var branch in choose.Branches)
        {
            var before = unsettled.Where(other => !ImportCondition.Exclude(other, branch.When)).Select(ImportCondition.Not);
            var within = around with
            {
                When = ImportCondition.And([around.When, branch.When, .. before]),
                Path = around.Path.Add(branch),
                Chains = around.Chains.Add(choose),
            };
            var settled = within.When.IsNever || Collect(branch.Body, what, within, into);
            if (!settled)
                unsettled.Add(branch.When);
            whole &= settled;
            hasElse |= branch.When.IsAlways;
        }

        return whole && hasElse;
    }

    /// <summary>All options, in the order in which they are executed: a later one wins.</summary>
    public static List<DhcpdChoice> Options(IReadOnlyList<DhcpdEffect> effects)
    {
        var all = new List<DhcpdChoice>();
        Walk(effects, new(ImportCondition.Always, [], [], null!), all);

        // What is set for everybody later on leaves nothing of what was set before.
        var kept = new List<DhcpdChoice>();
        var settled = new HashSet<string>();
        for (var i = all.Count - 1; i >= 0; i--)
        {
            if (settled.Contains(all[i].Value.Target))
                continue;
            kept.Insert(0, all[i]);
            if (all[i].When.IsAlways)
                settled.Add(all[i].Value.Target);
        }

        return kept;
    }

    static void Walk(IReadOnlyList<DhcpdEffect> effects, DhcpdChoice around, List<DhcpdChoice> into)
    {
        foreach (var effect in effects)
        {
            if (effect is DhcpdEffect.Assign { Option: not null } assign)
                into.Add(around with { Value = assign });
            if (effect is not DhcpdEffect.Choose choose)
                continue;
            var earlier = new List<ImportCondition>();
            foreach (var branch in choose.Branches)
            {
                var before = earlier.Where(other => !ImportCondition.Exclude(other, branch.When)).Select(ImportCondition.Not);
                var when = ImportCondition.And([around.When, branch.When, .. before]);
                if (!when.IsNever)
                    Walk(branch.Body, around with { When = when, Path = around.Path.Add(branch), Chains = around.Chains.Add(choose) }, into);
                earlier.Add(branch.When);
            }
        }
    }
}
