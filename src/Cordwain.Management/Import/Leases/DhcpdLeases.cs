using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Cordwain.Boot.Leases;
using Cordwain.Management.Import.Dhcpd;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Leases;

/// <summary>dhcpd.leases(5): one entry for every change; times in UTC, or seconds since 1970.</summary>
static class DhcpdLeases
{
    public static IEnumerable<(Ipv4Address Address, LeaseBinding? Binding)> Read(string text, string file, ImportReport report)
    {
        foreach (var statement in new DhcpdParser(text, file, report).Read())
        {
            if (statement.Begins("ia-na") || statement.Begins("ia-ta") || statement.Begins("ia-pd"))
                report.Note("CW6010", statement.Place, "A DHCPv6 lease is not taken over.", "Its client asks for it again.");
            else if (!statement.Begins("lease"))
                continue;   // what dhcpd notes about itself
            else if (Ipv4Address.TryParse(statement[1], out var address) && statement.Body is { } body)
                yield return (address, Binding(address, statement, body, report));
            else
                report.LeftOut("CW6020", statement.Place, "This is not a lease.", "Look whether the entry is whole; its client asks for an address again.");
        }
    }

    static LeaseBinding? Binding(Ipv4Address address, DhcpdStatement statement, ImmutableArray<DhcpdStatement> body, ImportReport report)
    {
        var state = Find(body, "binding", "state") is { Words.Length: > 2 } named ? named[2].ToLowerInvariant() : "active";
        var since = Find(body, "starts") is { } starts ? Time(starts) : null;
        var ends = Find(body, "ends") is { } end ? Time(end) : null;
        MacAddress? mac = Find(body, "hardware", "ethernet") is { } hardware && MacAddress.TryParse(hardware[2], out var known) ? known : null;
        var id = Find(body, "uid") is { } uid ? Bytes(uid.Words[^1]) : [];
        if (state is "abandoned")
        {
            // Somebody answered a ping there: nobody's, for as long as dhcpd would have left it alone.
            var until = ends ?? (since ?? DateTimeOffset.UnixEpoch) + TimeSpan.FromDays(1);
            return new(address, ClientKey.OfHardware(1, [0, 0, 0, 0, 0, 0]), null, BindingState.Declined, since ?? DateTimeOffset.UnixEpoch, until);
        }

        if (mac is null && id.Length == 0)
        {
            if (state is "active")
                report.LeftOut("CW6020", statement.Place, $"The lease of {address} names no client.", "Nothing: its client asks for an address again.");
            return null;
        }

        var client = id.Length > 0 ? ClientKey.OfClientId(id) : ClientKey.OfHardware(1, mac!.Value.ToArray());
        var host = Find(body, "client-hostname") is { Words: [_, { Kind: DhcpdTokenKind.Text } name] } ? new string([.. name.Text.Where(character => !char.IsControl(character))]) : null;
        return new(address, client, mac, state is "active" or "bootp" ? BindingState.Bound : BindingState.Released, since ?? DateTimeOffset.UnixEpoch, ends ?? DateTimeOffset.UnixEpoch) { HostName = host };
    }

    static DhcpdStatement? Find(ImmutableArray<DhcpdStatement> body, params ReadOnlySpan<string> words)
    {
        foreach (var statement in body)
        {
            if (statement.Begins(words))
                return statement;
        }

        return null;
    }

    /// <summary><c>4 2026/03/05 12:00:00</c>, <c>epoch 1772712000</c>, or <c>never</c>.</summary>
    static DateTimeOffset? Time(DhcpdStatement statement)
    {
        if (statement[1].Equals("never", StringComparison.OrdinalIgnoreCase))
            return DateTimeOffset.MaxValue;
        if (statement[1].Equals("epoch", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(statement[2], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        return DateTimeOffset.TryParseExact($"{statement[2]} {statement[3]}", "yyyy/M/d H:m:s", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    /// <summary>A text with octal escapes, or bytes between colons.</summary>
    static byte[] Bytes(DhcpdToken token) => token.Kind == DhcpdTokenKind.Text ? Encoding.Latin1.GetBytes(token.Text) : HexText.TryParse(token.Text, out var bytes) ? bytes : [];
}
