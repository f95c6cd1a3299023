using System.Collections.Immutable;
using Cordwain.Management.Import.Draft;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Dnsmasq;

/// <summary>dhcp-host: reservations, machines, and tags.</summary>
sealed class DnsmasqHosts(ImportDraft draft, DraftNames names, DnsmasqTags tags, ImportReport report)
{
    readonly List<(DnsmasqLine Line, List<string> Macs, List<string> Ids, Ipv4Address? Address, string? Name, bool Ignore)> _hosts = [];

    /// <summary>Reads the line and sets its tags; the rest follows when all networks are known.</summary>
    public void Take(DnsmasqLine line)
    {
        var (macs, ids, set) = (new List<string>(), new List<string>(), new List<string>());
        var (address, name, ignore) = ((Ipv4Address?)null, (string?)null, false);
        foreach (var field in line.Fields)
        {
            if (field.StartsWith("set:", StringComparison.Ordinal) || field.StartsWith("net:", StringComparison.Ordinal))
                set.Add(field[4..]);
            else if (field.StartsWith("id:", StringComparison.Ordinal))
                ids.Add(field[3..]);
            else if (field == "ignore")
                ignore = true;
            else if (Ipv4Address.TryParse(field, out var fixedAddress))
                address = fixedAddress;
            else if (DnsmasqTags.MacPattern(field) is { } mac)
                macs.Add(mac);
            else if (field.StartsWith("tag:", StringComparison.Ordinal) || field.StartsWith('[') || field.Contains(':', StringComparison.Ordinal))
                report.LeftOut("CW6004", line.Place, $"`{field}` of `{line}` has no counterpart in a reservation.", "Write a rule or a class with the condition.");
            else if (field is "infinite" || (field.Length > 1 && char.IsAsciiDigit(field[0]) && field[..^1].All(char.IsAsciiDigit) && (char.IsAsciiDigit(field[^1]) || "smhdw".Contains(field[^1], StringComparison.Ordinal))))
                report.LeftOut("CW6004", line.Place, $"The lease time `{field}` of `{line}` has no counterpart: it is one for a network.", "Nothing, if the network's lease will do.");
            else if (DraftNames.IsHostName(field))
                name = field;
            else if (field.Length > 0)
                report.LeftOut("CW6002", line.Place, $"`{field}` of `{line}` is not understood.", "Write the reservation by hand.");
        }

        ids.RemoveAll(id => id == "*");
        if (macs.Count + ids.Count == 0)
        {
            report.LeftOut("CW6011", line.Place, $"`{line}` names no MAC address and no client identifier.", "Write it below `machines:` with what it is known by.");
            return;
        }

        _hosts.Add((line, macs, ids, address, name, ignore));
        var who = Who(macs, ids);
        foreach (var tag in set.Append("known"))
            tags.Set(tag, who);
    }

    static ImportCondition Who(List<string> macs, List<string> ids)
    {
        var tests = ids.Select(ImportCondition (id) => new ImportCondition.Test("option", [IdText(id)], "client-identifier", 61)).ToList();
        if (macs.Count > 0)
            tests.Insert(0, new ImportCondition.Test("mac", [.. macs]));
        return ImportCondition.Or(tests);
    }

    public void Place()
    {
        var clients = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (line, macs, ids, address, name, ignore) in _hosts)
        {
            if (macs.Concat(ids).FirstOrDefault(client => !clients.Add(client)) is { } twice)
            {
                report.LeftOut("CW6008", line.Place, $"{twice} has a line already.", "Keep one of the two.");
                continue;
            }

            if (ignore)
            {
                Ignore(line, macs, ids);
                continue;
            }

            if (address is null && name is null)
                continue;   // it only sets tags
            var whole = macs.Where(mac => MacAddress.TryParse(mac, out _)).Select(MacAddress.Parse).ToList();
            if (whole.Count < macs.Count)
                report.LeftOut("CW6004", line.Place, $"`{line}`: an address or a name for all that match a pattern has no counterpart.", "Write one reservation for each machine.");
            else
                Place(line, whole, ids, address, name);
        }
    }

    void Place(DnsmasqLine line, List<MacAddress> macs, List<string> ids, Ipv4Address? address, string? name)
    {
        var network = address is { } fixedAddress ? draft.Networks.Find(known => known.Subnet.Contains(fixedAddress)) : null;
        if (address is not null && (network is null || network.Reservations.Exists(other => other.Address == address) || draft.Machines.Exists(other => other.Address == address)))
        {
            report.LeftOut(network is null ? "CW6011" : "CW6008", line.Place, network is null ? $"{address} lies in no network of the file." : $"{address} is reserved already.", "Correct the address.");
            return;
        }

        var wanted = name ?? $"host-{address}";
        if (network is not null && macs.Count + ids.Count == 1)
        {
            network.Reservations.Add(new(names.Thing(wanted), line.Place) { Mac = macs is [var mac] ? mac : null, ClientId = ids is [var id] ? IdText(id) : null, Address = address, HostName = name });
            return;
        }

        if (macs.Count > 0 && macs.TrueForAll(mac => !mac.IsMulticast && !mac.IsZero))
            draft.Machines.Add(new(names.Thing(wanted), line.Place) { Macs = macs, Address = address, HostName = name });
        if (ids.Count > 0)
            report.LeftOut("CW6004", line.Place, $"`{line}`: a machine here is known by MAC addresses.", "Write a reservation with `client-id` for the identifier.");
    }

    void Ignore(DnsmasqLine line, List<string> macs, List<string> ids)
    {
        foreach (var network in draft.Networks.Where(known => known.Role == "server"))
        {
            foreach (var mac in macs.Where(mac => MacAddress.TryParse(mac, out _)))
                network.Reservations.Add(new(names.Thing($"ignored-{mac.Replace(':', '-')}"), line.Place) { Mac = MacAddress.Parse(mac), Ignore = true });
            foreach (var id in ids)
                network.Reservations.Add(new(names.Thing($"ignored-{id}"), line.Place) { ClientId = IdText(id), Ignore = true });
        }

        if (draft.Networks.Exists(known => known.Role != "server") || macs.Exists(mac => !MacAddress.TryParse(mac, out _)))
            draft.Rules.Add(new(Who(macs, ids), line.Place) { Ignore = true });
        if (macs.Exists(mac => !MacAddress.TryParse(mac, out _)) && draft.Networks.Exists(known => known.Role == "server"))
            report.LeftOut("CW6004", line.Place, $"`{line}`: machines that match a pattern get no boot information, but still an address.", "Write a reservation with `ignore: true` for each.");
    }

    static string IdText(string id) => HexText.TryParse(id, out var bytes) && id.Contains(':', StringComparison.Ordinal) ? "hex:" + Convert.ToHexStringLower(bytes) : id;
}
