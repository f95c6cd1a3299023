using System.Globalization;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Leases;

/// <summary>dnsmasq.leases: end of the lease, hardware address, address, name, client identifier.</summary>
static class DnsmasqLeases
{
    // 253402300799: the last second that a date can say.
    const long Latest = 253_402_300_799;

    public static IEnumerable<(Ipv4Address Address, LeaseBinding? Binding)> Read(string text, string file, ImportReport report)
    {
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            var words = raw.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            var place = new ImportPlace(file, ++number);
            if (words.Length == 0)
                continue;
            if (words[0] == "duid")
            {
                report.Note("CW6010", place, "DHCPv6 leases begin here; they are not taken over.", "Clients ask for theirs again.");
                yield break;
            }

            if (words.Length >= 4 && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var end) && end <= Latest && Ipv4Address.TryParse(words[2], out var address) && ClientOf(words) is var (client, mac))
            {
                var expires = end == 0 ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeSeconds(end);
                yield return (address, new(address, client, mac, BindingState.Bound, DateTimeOffset.UnixEpoch, expires) { HostName = words[3] == "*" ? null : words[3] });
            }
            else
                report.LeftOut("CW6020", place, "This is not a lease.", "Look whether the line is whole; its client asks for an address again.");
        }
    }

    static (ClientKey Client, MacAddress? Mac)? ClientOf(string[] words)
    {
        // A hardware type other than Ethernet's stands before the address: 06-…
        var hardware = words[1];
        byte type = 1;
        if (hardware.Length > 3 && hardware[2] == '-' && byte.TryParse(hardware.AsSpan(0, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out type))
            hardware = hardware[3..];
        MacAddress? mac = type == 1 && MacAddress.TryParse(hardware, out var ethernet) ? ethernet : null;
        if (words.Length > 4 && words[4] != "*" && HexText.TryParse(words[4], out var id) && id.Length > 0)
            return (ClientKey.OfClientId(id), mac);
        return HexText.TryParse(hardware, out var bytes) && bytes.Length is > 0 and <= 16 ? (ClientKey.OfHardware(type, bytes), mac) : null;
    }
}
