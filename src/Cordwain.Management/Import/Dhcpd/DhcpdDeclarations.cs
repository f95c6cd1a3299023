using System.Numerics;
using Cordwain.Management.Import.Draft;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Dhcpd;

/// <summary>Sorts statements into subnets, hosts, classes and scopes.</summary>
sealed class DhcpdDeclarations(DhcpdOptions options, ImportReport report)
{
    readonly DhcpdTree _tree = new();
    readonly Dictionary<string, DhcpdStatement> _matches = new(StringComparer.Ordinal);

    public DhcpdTree Read(IReadOnlyList<DhcpdStatement> statements)
    {
        Walk(statements, _tree.Global, null, null);
        foreach (var subnet in _tree.Subnets.Where(subnet => subnet.Shared is not null && subnet.Ranges.Count > 0).GroupBy(subnet => subnet.Shared!).Where(shared => shared.Count() > 1).SelectMany(shared => shared.Skip(1)))
        {
            report.LeftOut("CW6004", subnet.Place, $"{subnet.Network} shares its cable with another subnet of `{subnet.Shared}`: Cordwain gives addresses from one subnet on a cable.",
                "It is imported as a network of its own, which only machines behind a relay reach; widen the first subnet if all must get addresses.");
        }

        return _tree;
    }

    void Walk(IReadOnlyList<DhcpdStatement> statements, DhcpdScope scope, string? shared, DhcpdSubnet? subnet)
    {
        foreach (var statement in statements)
        {
            if (DhcpdOptions.IsDefinition(statement))
                continue;
            switch (statement[0].ToLowerInvariant())
            {
                case "subnet" when statement.Body is { } body:
                    Subnet(statement, body, scope, shared);
                    break;
                case "shared-network" when statement.Body is { } body:
                    Walk(body, new(scope, "shared-network"), statement[1], null);
                    break;
                case "group" when statement.Body is { } body:
                    Walk(body, new(scope, "group"), shared, subnet);
                    break;
                case "pool" when statement.Body is { } body:
                    Pool(statement, body, scope, shared, subnet);
                    break;
                case "host" when statement.Body is { } body:
                    Host(statement, body, scope);
                    break;
                case "class" when statement.Body is { } body:
                    Class(statement, body);
                    break;
                case "subclass":
                    SubClass(statement);
                    break;
                case "range":
                    Range(statement, subnet is null ? _tree.Subnets.Where(known => known.Shared == shared && shared is not null) : [subnet]);
                    break;
                default:
                    scope.Statements.Add(statement);
                    break;
            }
        }
    }

    void Subnet(DhcpdStatement statement, IReadOnlyList<DhcpdStatement> body, DhcpdScope scope, string? shared)
    {
        if (!Ipv4Address.TryParse(statement[1], out var address) || !statement[2].Equals("netmask", StringComparison.OrdinalIgnoreCase)
            || !Ipv4Address.TryParse(statement[3], out var mask) || BitOperations.LeadingZeroCount(~mask.Value) != BitOperations.PopCount(mask.Value))
        {
            report.LeftOut("CW6002", statement.Place, $"`{statement}` is not a subnet.", "Write `subnet 192.168.1.0 netmask 255.255.255.0`.");
            return;
        }

        var network = new Ipv4Network(address, BitOperations.PopCount(mask.Value));
        if (_tree.Subnets.FirstOrDefault(other => other.Network.Overlaps(network)) is { } other)
        {
            report.LeftOut("CW6008", statement.Place, $"{network} overlaps {other.Network} in line {other.Place.Line}.", "Keep one of the two.");
            return;
        }

        var subnet = new DhcpdSubnet(network, shared, new(scope, "subnet"), statement.Place);
        _tree.Subnets.Add(subnet);
        Walk(body, subnet.Scope, shared, subnet);
    }

    void Pool(DhcpdStatement statement, IReadOnlyList<DhcpdStatement> body, DhcpdScope scope, string? shared, DhcpdSubnet? subnet)
    {
        var pool = new DhcpdScope(scope, "pool");
        subnet ??= body.Where(inner => inner.Begins("range")).SelectMany(inner => inner.Words).Select(word => Ipv4Address.TryParse(word.Text, out var address)
            ? _tree.Subnets.FirstOrDefault(known => known.Network.Contains(address)) : null).FirstOrDefault(known => known is not null);
        if (subnet is null)
        {
            report.LeftOut("CW6011", statement.Place, "The pool belongs to no subnet.", "Declare its subnet before it.");
            return;
        }

        subnet.Pools.Add(pool);
        Walk(body, pool, shared, subnet);
    }

    void Range(DhcpdStatement statement, IEnumerable<DhcpdSubnet> candidates)
    {
        var words = statement.Words.Skip(1).Where(word => !word.Is("dynamic-bootp")).Select(word => word.Text).ToArray();
        if (words.Length is 0 or > 2 || !AddressRange.TryParse(string.Join('-', words), out var range))
        {
            report.LeftOut("CW6002", statement.Place, $"`{statement}` is not a range.", "Write `range 192.168.1.50 192.168.1.99`.");
            return;
        }

        if (candidates.FirstOrDefault(known => known.Network.Contains(range.First) && known.Network.Contains(range.Last)) is not { } subnet)
            report.LeftOut("CW6011", statement.Place, $"{range} lies in no subnet around it.", "Move it into its subnet.");
        else if (subnet.Ranges.Exists(other => other.First <= range.Last && range.First <= other.Last) || range.Contains(subnet.Network.Address) || (subnet.Network.PrefixLength < 31 && range.Contains(subnet.Network.Last)))
            report.LeftOut("CW6008", statement.Place, $"{range} overlaps another range, or holds the first or last address of {subnet.Network}.", "Write the pool by hand.");
        else
            subnet.Ranges.Add(range);
    }

    void Host(DhcpdStatement statement, IReadOnlyList<DhcpdStatement> body, DhcpdScope scope)
    {
        var host = new DhcpdHost(statement[1], new(scope, "host"), statement.Place);
        foreach (var inner in body)
        {
            if (inner.Begins("hardware", "ethernet") && MacAddress.TryParse(Padded(inner[2]), out var mac) && !mac.IsMulticast && !mac.IsZero)
                host.Mac = mac;
            else if (inner.Begins("hardware"))
                report.LeftOut("CW6004", inner.Place, $"`{inner}` is no Ethernet address.", "Reserve by `client-id` if the client sends one.");
            else if (inner.Begins("fixed-address"))
                Addresses(inner, host);
            else if (inner.Begins("option", "dhcp-client-identifier") || inner.Begins("uid"))
                host.ClientId = ClientId(inner);
            else
                host.Scope.Statements.Add(inner);
        }

        if (host.Mac is null && host.ClientId is null)
            report.LeftOut("CW6011", statement.Place, $"Host `{host.Name}` has neither an Ethernet address nor a client identifier.", "Write it below `machines:` with what it is known by.");
        else
            _tree.Hosts.Add(host);
    }

    void Addresses(DhcpdStatement statement, DhcpdHost host)
    {
        foreach (var word in statement.Words.Skip(1).Where(word => word.Text != ","))
        {
            if (Ipv4Address.TryParse(word.Text, out var address))
                host.Addresses.Add(address);
            else
                report.LeftOut("CW6011", word.Place, $"`{word.Text}` is a name, and Cordwain asks no DNS for its configuration.", "Write the address into the reservation.");
        }
    }

    static string? ClientId(DhcpdStatement statement)
    {
        var value = statement.Words[^1];
        if (value.Kind == DhcpdTokenKind.Text)
            return value.Text.Length >= 2 && value.Text.All(character => character is > ' ' and <= '~' and not ':') ? value.Text : "hex:" + Convert.ToHexStringLower(System.Text.Encoding.Latin1.GetBytes(value.Text));
        return HexText.TryParse(value.Text, out var bytes) && bytes.Length >= 2 ? "hex:" + Convert.ToHexStringLower(bytes) : null;
    }

    /// <summary>dhcpd takes <c>0:1:2:a:b:c</c>.</summary>
    static string Padded(string mac) => string.Join(':', mac.Split(':').Select(part => part.PadLeft(2, '0')));

    void Class(DhcpdStatement statement, IReadOnlyList<DhcpdStatement> body)
    {
        var scope = new DhcpdScope(null, "class");
        ImportCondition? when = null;
        var known = true;
        foreach (var inner in body)
        {
            if (inner.Begins("match", "if"))
            {
                when = new DhcpdExpressions(options).TryRead(inner.Words[2..], out var why);
                known = when is not null;
                if (!known)
                    report.LeftOut("CW6005", inner.Place, $"The condition of class `{statement[1]}` has no counterpart: {why}.", "The class is left out; write a rule with another condition.");
            }
            else if (inner.Begins("match"))
            {
                _matches[statement[1]] = inner;
            }
            else
            {
                scope.Statements.Add(inner);
            }
        }

        if (known)
            _tree.Classes.Add(new(statement[1], when, scope, statement.Place));
    }

    void SubClass(DhcpdStatement statement)
    {
        if (!_matches.TryGetValue(statement[1], out var match) || statement.Words.Length < 3)
        {
            report.LeftOut("CW6004", statement.Place, $"`{DhcpdParser.Shortened(statement.ToString())}` belongs to no class with a `match` before it.", "Write a rule with the condition.");
            return;
        }

        if (new DhcpdExpressions(options).TryMatch(match.Words[1..], statement.Words[2], out var why) is not { } when)
        {
            report.LeftOut("CW6005", statement.Place, $"The condition of subclass {statement.Words[2]} has no counterpart: {why}.", "Write a rule with another condition.");
            return;
        }

        // What the class itself says holds for the members of its subclasses.
        var scope = new DhcpdScope(null, "class");
        scope.Statements.AddRange(_tree.Classes.Where(known => known.Name == statement[1] && known.When is null).SelectMany(known => known.Scope.Statements));
        scope.Statements.AddRange(statement.Body ?? []);
        _tree.Classes.Add(new(statement[1], when, scope, statement.Place));
    }
}
