using System.Globalization;
using Cordwain.Management.Import.Draft;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Dhcpd;

/// <summary>The rules and classes of one network.</summary>
sealed record DhcpdPlan(List<DraftRule> Rules, List<DraftClass> Classes)
{
    // Told by other keys, or not the operator's to set.
    static readonly byte[] NotOptions = [50, 51, 52, 53, 54, 55, 57, 58, 59, 61, 82];

    /// <param name="network">Gets what holds for all its clients; null: there is none, so that all becomes rules.</param>
    /// <param name="split">Others decide before these rules do: what they add stands apart, so that it is heard all the same.</param>
    public static DhcpdPlan Of(IReadOnlyList<DhcpdEffect> effects, DraftNetwork? network, DraftNames classNames, ImportReport report, bool split = false)
    {
        ReportConditional(effects, report);
        var plan = new DhcpdPlan(RulesOf(effects, network, report, split), []);
        foreach (var block in DhcpdChoices.Options(effects).Where(choice => IsSendable(choice.Value, report)).GroupBy(choice => (choice.Block, choice.When.Text)))
        {
            var first = block.First();
            var options = block.Select(choice => new DhcpOptionValue(choice.Value.Option!.Code, choice.Value.Option.Sub, choice.Value.Payload)).ToList();
            if (first.When.IsAlways && network is not null)
                network.Options.AddRange(options.Where(option => !IsImplied(option, network)));
            else
                plan.Classes.Add(new(NameOf(first, classNames), first.When, options, first.Block?.Place ?? first.Value.Place));
        }

        return plan;
    }

    static string NameOf(DhcpdChoice choice, DraftNames names) =>
        names.Thing(choice.Block is { Name.Length: > 0 } named ? named.Name : string.Create(CultureInfo.InvariantCulture, $"line-{(choice.Block?.Place ?? choice.Value.Place).Line}"));

    static bool IsImplied(DhcpOptionValue option, DraftNetwork network) =>
        (option.Code == 1 && option.Payload.Span.SequenceEqual(Bytes(network.Subnet.Mask))) || (option.Code == 28 && option.Payload.Span.SequenceEqual(Bytes(network.Subnet.Broadcast)));

    static byte[] Bytes(Ipv4Address address) => [(byte)(address.Value >> 24), (byte)(address.Value >> 16), (byte)(address.Value >> 8), (byte)address.Value];

    public static bool IsSendable(DhcpdEffect.Assign assign, ImportReport report)
    {
        if (!NotOptions.Contains(assign.Option!.Code))
            return true;
        if (assign.Option.Code is not (58 or 59))
            report.LeftOut("CW6004", assign.Place, $"Option `{assign.Text}` cannot be set: Cordwain fills it in itself, or it is the client's.", assign.Option.Code == 51 ? "Write `lease:` in the network." : "Remove it.");
        return false;
    }

    static List<DraftRule> RulesOf(IReadOnlyList<DhcpdEffect> effects, DraftNetwork? network, ImportReport report, bool split)
    {
        var files = DhcpdChoices.FirstWins(effects, "filename");
        var servers = DhcpdChoices.FirstWins(effects, "next-server");
        servers.RemoveAll(server => !IsAddress(server.Value, report));
        var names = DhcpdChoices.FirstWins(effects, "server-name");

        // What a network says holds last, as what it says without a condition does here.
        if (network is not null && servers is [.., { When.IsAlways: true } last])
        {
            network.NextServer = Ipv4Address.Parse(last.Value.Text);
            servers.Remove(last);
        }

        var rules = new List<DraftRule>();
        var together = !split && CanStandWith(servers, files) && CanStandWith(names, files);
        if (!together)
        {
            var paired = names.Where(name => servers.Exists(server => server.When.Text == name.When.Text)).ToList();
            rules.AddRange(servers.Select(server => new DraftRule(server.When, server.Value.Place)
            {
                NextServer = Ipv4Address.Parse(server.Value.Text),
                ServerName = paired.Find(name => name.When.Text == server.When.Text)?.Value.Text,
            }));
            rules.AddRange(names.Except(paired).Select(name => new DraftRule(name.When, name.Value.Place) { ServerName = name.Value.Text }));
        }

        foreach (var file in files)
        {
            rules.Add(new(file.When, file.Value.Place)
            {
                File = file.Value.Text.Length == 0 ? null : file.Value.Text,
                Ignore = file.Value.Text.Length == 0,   // an empty name takes the file away
                NextServer = together && servers.Find(server => server.Block == file.Block) is { } server ? Ipv4Address.Parse(server.Value.Text) : null,
                ServerName = together ? names.Find(name => name.Block == file.Block)?.Value.Text : null,
            });
        }

        if (DhcpdImport.Last(effects, "booting") is { } booting)
            report.LeftOut("CW6004", booting.Place, "`deny booting` outside of a host has no counterpart.", "Write a rule with `ignore: true`.");
        return rules;
    }

    /// <summary>Each stands in a block that names a file, and no file of another block goes before it.</summary>
    static bool CanStandWith(List<DhcpdChoice> others, List<DhcpdChoice> files) => others.TrueForAll(other =>
    {
        var at = files.FindIndex(file => file.Block == other.Block);
        return at >= 0 && files.Take(at).All(file => file.Excludes(files[at]) || others.Exists(beside => beside.Block == file.Block));
    });

    static bool IsAddress(DhcpdEffect.Assign assign, ImportReport report)
    {
        if (Ipv4Address.TryParse(assign.Text, out _))
            return true;
        report.LeftOut("CW6011", assign.Place, $"`next-server {assign.Text}` is a name, and Cordwain asks no DNS for its configuration.", "Write its address as `next-server:` in the network, unless it is this server.");
        return false;
    }

    /// <summary>Lease times and the like hold for a network.</summary>
    static void ReportConditional(IReadOnlyList<DhcpdEffect> effects, ImportReport report)
    {
        foreach (var assign in effects.OfType<DhcpdEffect.Choose>().SelectMany(Inner))
        {
            if (assign.Option is null && assign.What is not ("filename" or "next-server" or "server-name"))
                report.LeftOut("CW6004", assign.Place, $"`{assign.What} {assign.Text}` under a condition has no counterpart: it holds for whole networks.", "Set it in the network.");
        }

        static IEnumerable<DhcpdEffect.Assign> Inner(DhcpdEffect.Choose choose) => choose.Branches.SelectMany(branch =>
            branch.Body.SelectMany(effect => effect is DhcpdEffect.Assign assign ? [assign] : Inner((DhcpdEffect.Choose)effect)));
    }

    /// <summary>What is the same in all networks is said once, what is not, with the names of its networks.</summary>
    public static List<DraftRule> Merge(List<(DraftNetwork Network, DhcpdPlan Plan)> plans, ImportDraft draft)
    {
        var merged = new List<DraftRule>();
        var groups = plans.GroupBy(plan => plan.Plan.Key).ToList();
        foreach (var group in groups)
        {
            var (rules, classes) = group.First().Plan;
            var where = groups.Count == 1 && draft.Networks.TrueForAll(network => network.Role == "off" || plans.Exists(plan => plan.Network == network))
                ? ImportCondition.Always
                : new ImportCondition.Test("network", [.. group.Select(plan => plan.Network.Name)]);
            merged.AddRange(rules.Select(rule => new DraftRule(ImportCondition.And(where, rule.When), rule.Place)
            {
                File = rule.File,
                Ignore = rule.Ignore,
                NextServer = rule.NextServer,
                ServerName = rule.ServerName,
                Options = rule.Options,
            }));
            draft.Classes.AddRange(classes.Select(known => known with { When = ImportCondition.And(where, known.When) }));
        }

        return merged;
    }

    string Key => string.Join('\n', Rules.Select(rule => $"{rule.When.Text}>{rule.File}>{rule.Ignore}>{rule.NextServer}>{rule.ServerName}>{string.Join(',', rule.Options)}")
        .Concat(Classes.Select(known => $"{known.When.Text}>{string.Join(',', known.Options)}")));
}
