using System.Globalization;
using System.Numerics;
using Cordwain.Management.Import.Draft;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Dnsmasq;

/// <summary>dhcp-range: the networks.</summary>
sealed class DnsmasqRanges(ImportDraft draft, DraftNames names, DnsmasqTags tags, ImportReport report)
{
    const uint DefaultLease = 3600;   // dnsmasq(8)

    public Dictionary<DraftNetwork, ImportPlace> Networks { get; } = [];

    public void Take(DnsmasqLine line)
    {
        var fields = line.Fields.ToList();
        var set = fields.Where(field => field.StartsWith("set:", StringComparison.Ordinal)).Select(field => field[4..]).ToList();
        var wanted = fields.RemoveAll(field => field.StartsWith("tag:", StringComparison.Ordinal) || field.StartsWith("net:", StringComparison.Ordinal));
        fields.RemoveAll(field => field.StartsWith("set:", StringComparison.Ordinal));
        if (wanted > 0)
        {
            report.LeftOut("CW6004", line.Place, $"`{line}`: a network has one pool for all its clients, so a range for a tag has no counterpart.", "Use reservations, or leave the range out.");
            return;
        }

        if (fields.Count == 0 || !Ipv4Address.TryParse(fields[0], out var start))
        {
            report.LeftOut("CW6004", line.Place, $"`{line}` is not a range of IPv4 addresses.", fields.Exists(field => field.Contains("::", StringComparison.Ordinal)) ? "DHCPv6 is not there yet; keep it in the old server." : "Write the network by hand.");
            return;
        }

        var words = fields.Skip(1).ToList();
        var addresses = words.TakeWhile(word => Ipv4Address.TryParse(word, out _)).Select(Ipv4Address.Parse).ToList();
        var mode = words.Find(word => word is "static" or "proxy");
        Ipv4Address? end = mode is null && addresses is [var last, ..] && !IsMask(last) ? last : null;
        var afterMode = words.Where(word => word is not ("static" or "proxy")).Where(word => Ipv4Address.TryParse(word, out _)).Select(Ipv4Address.Parse);
        var mask = afterMode.Skip(end is null ? 0 : 1).Select(address => (Ipv4Address?)address).FirstOrDefault();
        Add(line, start, end, mask, mode, words.LastOrDefault(word => !Ipv4Address.TryParse(word, out _) && word is not ("static" or "proxy")), set);
    }

    void Add(DnsmasqLine line, Ipv4Address start, Ipv4Address? end, Ipv4Address? mask, string? mode, string? lease, List<string> set)
    {
        var subnet = mask is { } given && IsMask(given) ? new Ipv4Network(start, BitOperations.PopCount(given.Value)) : Guess(line, start, end ?? start);
        var network = draft.Networks.Find(known => known.Subnet == subnet);
        if (network is null && draft.Networks.Find(known => known.Subnet.Overlaps(subnet)) is { } other)
        {
            report.LeftOut("CW6008", line.Place, $"{subnet} overlaps {other.Subnet}.", "Keep one of the two.");
            return;
        }

        if (network is null)
        {
            network = new(names.Thing(set.FirstOrDefault() ?? $"net-{subnet.Address}"), subnet, line.Place) { Role = mode == "proxy" ? "proxy" : "server", KnownOnly = mode == "static" };
            draft.Networks.Add(network);
            Networks.Add(network, line.Place);
        }

        foreach (var tag in set)
            tags.Set(tag, new ImportCondition.Test("network", [network.Name]));
        if (network.Role == "proxy")
            return;
        network.Lease = Lease(lease, line) ?? network.Lease ?? DefaultLease;
        if (network.Lease < 120)
            network.MinLease = network.Lease;
        if (end is not { } to)
            return;

        network.KnownOnly = false;
        var range = new AddressRange(start, to);
        if (range.Count == 0 || !subnet.Contains(to) || network.Pools.Exists(pool => pool.First <= to && start <= pool.Last))
            report.LeftOut("CW6008", line.Place, $"{start}-{to} is no range of {subnet}, or overlaps another.", "Write the pool by hand.");
        else
            network.Pools.Add(range);
    }

    Ipv4Network Guess(DnsmasqLine line, Ipv4Address start, Ipv4Address end)
    {
        var prefix = Math.Min(24, BitOperations.LeadingZeroCount(start.Value ^ end.Value));
        var subnet = new Ipv4Network(start, Math.Max(prefix, 8));
        report.Note("CW6012", line.Place, $"The mask of `{line}` stands on dnsmasq's interface: {subnet} is assumed.", "Correct `subnet:` if it is another.");
        return subnet;
    }

    uint? Lease(string? text, DnsmasqLine line)
    {
        if (text is null)
            return null;
        if (text is "infinite")
            return uint.MaxValue;
        var unit = text.Length > 0 ? text[^1] : ' ';
        var factor = char.ToLowerInvariant(unit) switch { 'w' => 604800u, 'd' => 86400u, 'h' => 3600u, 'm' => 60u, 's' => 1u, _ => 0u };
        if (uint.TryParse(factor == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number < 100_000_000)
            return (uint)Math.Min((ulong)number * Math.Max(factor, 1), uint.MaxValue - 1);
        report.LeftOut("CW6002", line.Place, $"`{text}` is not understood as a lease time.", "Write `lease:` in the network.");
        return null;
    }

    static bool IsMask(Ipv4Address address) => address.Value != 0 && BitOperations.LeadingZeroCount(~address.Value) == BitOperations.PopCount(address.Value);
}
