using System.Collections.Immutable;
using Cordwain.Management.Import.Draft;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Management.Import.Dhcpd;

/// <summary>Hosts become reservations where they have an address, machines where they have none, and rules for what they boot.</summary>
sealed class DhcpdHosts(ImportDraft draft, DraftNames names, ImportReport report, DhcpdEffects reader, DhcpdImport import)
{
    readonly Dictionary<string, DhcpdHost> _clients = new(StringComparer.Ordinal);
    readonly List<(string Boot, List<DraftRule> Rules, List<DhcpdHost> Hosts)> _boots = [];

    /// <returns>The rules for what they boot.</returns>
    public List<DraftRule> Take(IEnumerable<DhcpdHost> hosts)
    {
        foreach (var host in hosts)
            Take(host);

        // Machines that boot the same share their rules.
        var rules = new List<DraftRule>();
        foreach (var (_, templates, members) in _boots)
        {
            var who = Who(members);
            rules.AddRange(templates.Select(rule => new DraftRule(ImportCondition.And(who, rule.When), members[0].Place) { File = rule.File, Ignore = rule.Ignore, NextServer = rule.NextServer, ServerName = rule.ServerName }));
        }

        return rules;
    }

    void Take(DhcpdHost host)
    {
        var key = host.Mac?.ToString() ?? host.ClientId!;
        if (!_clients.TryAdd(key, host))
        {
            report.LeftOut("CW6008", host.Place, $"Host `{host.Name}` is the same client as `{_clients[key].Name}` in line {_clients[key].Place.Line}: {key}.", "Keep one of the two.");
            return;
        }

        if (host is { Mac: not null, ClientId: not null })
            report.LeftOut("CW6004", host.Place, $"Host `{host.Name}` is known by its MAC address and by client identifier `{host.ClientId}`: a reservation has one of them.", $"It is reserved by {host.Mac}; use `client-id` instead if its firmware and system differ in it.");

        // Its own scope, and the groups around it that the subnets do not share.
        var effects = import.Renamed([.. host.Scope.Chain.Where(scope => scope.Kind is "group" or "host").SelectMany(scope => reader.Read(scope.Statements))]);
        var options = DhcpdChoices.Options(effects).Where(choice => DhcpdPlan.IsSendable(choice.Value, report)).ToList();
        foreach (var conditional in options.Where(choice => !choice.When.IsAlways))
            report.LeftOut("CW6004", conditional.Value.Place, $"The option under a condition inside host `{host.Name}` is not taken over.", "Write a class with both conditions.");
        var values = options.Where(choice => choice.When.IsAlways).Select(choice => new DhcpOptionValue(choice.Value.Option!.Code, choice.Value.Option.Sub, choice.Value.Payload)).ToList();
        foreach (var other in effects.OfType<DhcpdEffect.Assign>().Where(assign => assign.Option is null && assign.What is not ("filename" or "next-server" or "server-name" or "booting" or "use-host-decl-names")))
            report.LeftOut("CW6004", other.Place, $"`{other.What} {other.Text}` of host `{host.Name}` has no counterpart: it holds for whole networks.", "Set it in the network.");
        Place(host, effects, values);
        Boot(host, effects);
    }

    void Place(DhcpdHost host, IReadOnlyList<DhcpdEffect> effects, List<DhcpOptionValue> options)
    {
        var hostName = TakeHostName(options);
        if (hostName is null && host.Scope.Chain.SelectMany(scope => scope.Statements).LastOrDefault(statement => statement.Begins("use-host-decl-names")) is { } use && use.Last is "on" or "true"
            && DraftNames.IsHostName(host.Name))
            hostName = host.Name;
        var silent = DhcpdImport.Last(effects, "booting") is not null;
        var homes = draft.Networks.Where(network => host.Addresses.Exists(network.Subnet.Contains)).ToList();
        foreach (var stray in host.Addresses.Where(address => !draft.Networks.Exists(network => network.Subnet.Contains(address))))
            report.LeftOut("CW6011", host.Place, $"{stray} of host `{host.Name}` lies in no subnet of the file.", "Declare its subnet, or remove the address.");

        foreach (var network in homes)
        {
            var address = host.Addresses.First(network.Subnet.Contains);
            if (network.Reservations.Find(other => other.Address == address) is { } other || address == network.Subnet.Address || (network.Subnet.PrefixLength < 31 && address == network.Subnet.Last))
                report.LeftOut("CW6008", host.Place, $"{address} of host `{host.Name}` is reserved for another already, or can belong to no machine.", "Give it another address.");
            else
                network.Reservations.Add(Reservation(host, hostName, options, address, silent));
        }

        if (homes.Count > 0)
            return;
        if (silent || host.Mac is null)
        {
            foreach (var network in draft.Networks.Where(network => network.Role == "server"))
                network.Reservations.Add(Reservation(host, hostName, options, null, silent));
        }
        else
        {
            draft.Machines.Add(new(names.Thing(host.Name), host.Place) { Macs = [host.Mac.Value], HostName = hostName, Options = options });
        }
    }

    DraftReservation Reservation(DhcpdHost host, string? hostName, List<DhcpOptionValue> options, Protocols.Wire.Ipv4Address? address, bool silent) => new(names.Thing(host.Name), host.Place)
    {
        Mac = host.Mac,
        ClientId = host.Mac is null ? host.ClientId : null,
        Address = address,
        HostName = hostName,
        Options = options,
        Ignore = silent,
    };

    /// <summary>Option 12 has a key of its own, for names that are host names.</summary>
    static string? TakeHostName(List<DhcpOptionValue> options)
    {
        var at = options.FindIndex(option => option.Code == 12);
        var name = at < 0 ? "" : System.Text.Encoding.Latin1.GetString(options[at].Payload.Span);
        if (!DraftNames.IsHostName(name))
            return null;
        options.RemoveAt(at);
        return name;
    }

    void Boot(DhcpdHost host, IReadOnlyList<DhcpdEffect> effects)
    {
        var plan = DhcpdPlan.Of([.. effects.Where(effect => effect is not DhcpdEffect.Assign { Option: not null })], new("", default, default), new(), new());
        var server = DhcpdChoices.FirstWins(effects, "next-server").LastOrDefault(choice => choice.When.IsAlways && Protocols.Wire.Ipv4Address.TryParse(choice.Value.Text, out _));
        var rules = plan.Rules;
        if (server is not null)
        {
            var address = Protocols.Wire.Ipv4Address.Parse(server.Value.Text);
            rules = rules.Exists(rule => (rule.Ignore || rule.File is not null) && rule.When.IsAlways)
                ? [.. rules.Select(rule => new DraftRule(rule.When, rule.Place) { File = rule.File, Ignore = rule.Ignore, NextServer = rule.NextServer ?? address, ServerName = rule.ServerName })]
                : [.. rules, new(ImportCondition.Always, server.Value.Place) { NextServer = address }];
        }

        if (rules.Count == 0)
            return;
        var key = string.Join('\n', rules.Select(rule => $"{rule.When.Text}>{rule.File}>{rule.Ignore}>{rule.NextServer}>{rule.ServerName}"));
        var at = _boots.FindIndex(boot => boot.Boot == key);
        if (at >= 0)
            _boots[at].Hosts.Add(host);
        else
            _boots.Add((key, rules, [host]));
    }

    static ImportCondition Who(List<DhcpdHost> hosts)
    {
        var macs = hosts.Where(host => host.Mac is not null).Select(host => host.Mac!.Value.ToString()).ToImmutableArray();
        var tests = hosts.Where(host => host.Mac is null).Select(ImportCondition (host) => new ImportCondition.Test("option", [host.ClientId!], "client-identifier", 61)).ToList();
        if (!macs.IsEmpty)
            tests.Insert(0, new ImportCondition.Test("mac", macs));
        return ImportCondition.Or(tests);
    }
}
