using System.Globalization;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>Networks and ranges of addresses as text, with what is usually wrong about them.</summary>
static class NetworkText
{
    public static Complaint? Read(string text, out Ipv4Network network)
    {
        if (Ipv4Network.TryParse(text, out network))
            return null;

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return new Complaint("CW4012", "is not a network.", Ipv4Address.TryParse(text, out _) ? $"Add the length of the prefix, such as {text}/24." : Example);
        if (!Ipv4Address.TryParse(text[..slash], out var address))
            return new Complaint("CW4012", "is not a network.", Example);
        if (Ipv4Address.TryParse(text[(slash + 1)..], out var mask) && PrefixOf(mask) is { } prefix)
            return new Complaint("CW4012", "gives its mask as an address.", $"Write {new Ipv4Network(address, prefix)}.");
        if (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 32)
            return new Complaint("CW4012", "has a prefix that is no number from 0 to 32.", Example);
        return new Complaint("CW4012", $"has bits set after the prefix: it is an address, not a network.", $"Write {new Ipv4Network(address, length)}.");
    }

    public static Complaint? ReadRange(string text, out AddressRange range)
    {
        if (AddressRange.TryParse(text, out range))
            return null;

        var parts = text.Split('-', StringSplitOptions.TrimEntries);
        if (parts.Length == 2 && Ipv4Address.TryParse(parts[0], out var first))
        {
            if (Ipv4Address.TryParse(parts[1], out var last))
                return new Complaint("CW4022", "is upside down: its end is before its beginning.", $"Write {last}-{first}.");
            var start = parts[0][..(parts[0].LastIndexOf('.') + 1)];
            if (byte.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
                return new Complaint("CW4012", "is not a range of addresses.", $"Write both ends in full: {first}-{start}{parts[1]}.");
        }

        if (Ipv4Network.TryParse(text, out var network) && network.PrefixLength < 31)
        {
            var (from, to) = (new Ipv4Address(network.Address.Value + 1), new Ipv4Address(network.Last.Value - 1));
            return new Complaint("CW4012", "is a network, not a range of addresses.", $"Write its first and last address: {from}-{to}.");
        }

        return new Complaint("CW4012", "is not a range of addresses.", "Write 192.168.10.50-192.168.10.200.");
    }

    const string Example = "Write it with its prefix, such as 192.168.10.0/24.";

    static int? PrefixOf(Ipv4Address mask)
    {
        var length = uint.PopCount(mask.Value);
        return new Ipv4Network(default, (int)length).Mask == mask ? (int)length : null;
    }
}
