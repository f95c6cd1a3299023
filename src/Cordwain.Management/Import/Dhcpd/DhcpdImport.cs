using Cordwain.Management.Import.Draft;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Dhcpd;

/// <summary>Takes over a dhcpd.conf: what dhcpd would answer is worked out per subnet, and said in networks, rules, classes and reservations.</summary>
sealed class DhcpdImport(ImportDraft draft, DraftNames names, ImportReport report)
{
    readonly DraftNames _classNames = new();
    bool _bootfileOption, _serverNameOption;

    public static void Read(string text, string file, ImportDraft draft, DraftNames names, ImportReport report)
    {
        var statements = new DhcpdParser(text, file, report).Read();
        var options = new DhcpdOptions();
        options.Define(statements, report);
        new DhcpdImport(draft, names, report).Take(new DhcpdDeclarations(options, report).Read(statements), new(options, report), statements);
    }

    void Take(DhcpdTree tree, DhcpdEffects effects, IReadOnlyList<DhcpdStatement> statements)
    {
        // Options 66 and 67 name the boot file and its server as well; where the header does, the options only repeat it.
        _bootfileOption = !Uses(statements, "filename");
        _serverNameOption = !Uses(statements, "server-name");
        var hosts = new DhcpdHosts(draft, names, report, effects, this);
        var classes = tree.Classes.Where(known => known.When is not null)
            .Select(known => (Known: known, Effects: Renamed(effects.Read(known.Scope.Statements)))).Where(known => known.Effects.Count > 0)
            .Select(DhcpdEffect (known) => new DhcpdEffect.Choose([new(known.Known.When!, [.. known.Effects], known.Known.Place, known.Known.Name)], known.Known.Place)).ToArray();

        var read = new Dictionary<DhcpdScope, IReadOnlyList<DhcpdEffect>>();
        foreach (var scope in tree.Subnets.SelectMany(subnet => subnet.Scope.Chain.Concat(subnet.Pools)).Append(tree.Global).Distinct())
            read[scope] = Renamed(effects.Read(scope.Statements));

        var plans = new List<(DraftNetwork Network, DhcpdPlan Plan)>();
        foreach (var subnet in tree.Subnets)
        {
            IEnumerable<DhcpdScope> scopes = subnet.Pools is [var pool] ? [.. subnet.Scope.Chain, pool] : subnet.Scope.Chain;
            if (subnet.Pools.Count > 1)
                DifferingPools(subnet, read);
            IReadOnlyList<DhcpdEffect> all = [.. scopes.SelectMany(scope => read[scope]), .. classes];
            var network = Network(subnet, all, tree.Hosts.Exists(host => host.Addresses.Exists(subnet.Network.Contains)));
            draft.Networks.Add(network);
            if (network.Role == "server")
                plans.Add((network, DhcpdPlan.Of(all, network, _classNames, report)));
        }

        if (tree.Subnets.Count == 0 && (read[tree.Global].Count > 0 || classes.Length > 0))
            plans.Add((new("", default, default), DhcpdPlan.Of([.. read[tree.Global], .. classes], null, _classNames, report)));
        hosts.Take(tree.Hosts);
        DhcpdPlan.Merge(plans, draft);
    }

    /// <summary>Options 66 and 67 as what they stand for.</summary>
    public IReadOnlyList<DhcpdEffect> Renamed(IReadOnlyList<DhcpdEffect> effects) => [.. effects.Select(DhcpdEffect (effect) => effect switch
    {
        DhcpdEffect.Assign { Option: { Sub: null, Code: 67 } } assign when _bootfileOption => assign with { What = "filename", Text = TextOf(assign.Payload), Option = null },
        DhcpdEffect.Assign { Option: { Sub: null, Code: 66 } } assign when _serverNameOption => assign with { What = "server-name", Text = TextOf(assign.Payload), Option = null },
        DhcpdEffect.Choose choose => choose with { Branches = [.. choose.Branches.Select(branch => branch with { Body = [.. Renamed(branch.Body)] })] },
        _ => effect,
    })];

    static string TextOf(byte[] payload) => System.Text.Encoding.Latin1.GetString(payload).TrimEnd('\0');

    static bool Uses(IEnumerable<DhcpdStatement> statements, string word) =>
        statements.Any(statement => statement.Begins(word) || (statement.Body is { } body && Uses(body, word)));

    void DifferingPools(DhcpdSubnet subnet, Dictionary<DhcpdScope, IReadOnlyList<DhcpdEffect>> read)
    {
        foreach (var effect in subnet.Pools.SelectMany(pool => read[pool]))
            report.LeftOut("CW6004", effect.Place, $"It holds for one pool of {subnet.Network} only: a network has one pool for all its clients.", "Use a rule or a class with a condition instead.");
    }

    DraftNetwork Network(DhcpdSubnet subnet, IReadOnlyList<DhcpdEffect> effects, bool hasHosts)
    {
        var alone = subnet.Shared is { Length: > 0 } shared && draft.Networks.TrueForAll(other => other.Name != shared);
        var network = new DraftNetwork(names.Thing(alone ? subnet.Shared! : $"net-{subnet.Network.Address}"), subnet.Network, subnet.Place);
        network.Pools.AddRange(subnet.Ranges);
        if (subnet.Ranges.Count == 0 && !hasHosts)
        {
            // Declared so that dhcpd knows the cable; it answers nothing there.
            network.Role = "off";
            return network;
        }

        DhcpdTimes.Set(network, effects, report);
        network.Authoritative = Last(effects, "authoritative") is { Text: "true" } ? null : false;
        network.KnownOnly = Last(effects, "unknown-clients") is { Text: "false" };
        network.Probe = Last(effects, "ping-check") is { } ping && ping.Text is "false" or "off" ? false : null;
        if (Last(effects, "min-secs") is { } seconds && uint.TryParse(seconds.Text, out var delay))
            network.Delay = Math.Min(delay, 255);
        return network;
    }

    public static DhcpdEffect.Assign? Last(IReadOnlyList<DhcpdEffect> effects, string what) =>
        effects.OfType<DhcpdEffect.Assign>().LastOrDefault(assign => assign.Target == what);
}

/// <summary>Lease times, with dhcpd's own where nothing is said.</summary>
static class DhcpdTimes
{
    // dhcpd.conf(5): half a day, a day, five minutes.
    const uint Default = 43200, Longest = 86400, Shortest = 300;

    public static void Set(DraftNetwork network, IReadOnlyList<DhcpdEffect> effects, ImportReport report)
    {
        var lease = Seconds(effects, "default-lease-time", report) ?? Default;
        var most = Seconds(effects, "max-lease-time", report) ?? Math.Max(Longest, lease);
        var least = Seconds(effects, "min-lease-time", report) ?? Math.Min(Shortest, lease);
        network.Lease = Math.Min(lease, most);
        network.MaxLease = most == network.Lease ? null : most;
        network.MinLease = Math.Max(1, Math.Min(least, network.Lease.Value));
        network.Renew = Span(effects, 58);
        network.Rebind = Span(effects, 59);
    }

    static uint? Span(IReadOnlyList<DhcpdEffect> effects, byte code) =>
        DhcpdImport.Last(effects, $"{code}.") is { Payload: { Length: 4 } payload } ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(payload) : null;

    static uint? Seconds(IReadOnlyList<DhcpdEffect> effects, string what, ImportReport report)
    {
        if (DhcpdImport.Last(effects, what) is not { } assign)
            return null;
        if (uint.TryParse(assign.Text, out var seconds) && seconds > 0)
            return seconds;
        report.LeftOut("CW6002", assign.Place, $"`{what} {assign.Text}` is no number of seconds.", "Write `lease: 12h` in the network.");
        return null;
    }
}
