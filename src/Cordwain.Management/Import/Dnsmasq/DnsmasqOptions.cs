using System.Globalization;
using System.Text;
using Cordwain.Management.Import.Draft;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Dnsmasq;

/// <summary>A dhcp-option line, read.</summary>
/// <param name="Tags">Without <c>tag:</c>.</param>
/// <param name="VendorClass">Of <c>vendor:</c>; null: any.</param>
/// <param name="Option">Null: the option is not to be sent at all.</param>
sealed record DnsmasqOption(IReadOnlyList<string> Tags, string? VendorClass, byte Code, DhcpOptionValue? Option, bool Force, DnsmasqLine Line);

/// <summary>Reads dhcp-option and dhcp-option-force.</summary>
static class DnsmasqOptions
{
    /// <param name="own">What 0.0.0.0 stands for; null when that is not known.</param>
    /// <param name="why">A clause and what to do; empty on success.</param>
    public static DnsmasqOption? Read(DnsmasqLine line, Ipv4Address? own, out string why)
    {
        why = "";
        var (tags, vendor, outer, at) = (new List<string>(), (string?)null, (byte?)null, 0);
        for (; at < line.Fields.Length; at++)
        {
            var field = line.Fields[at];
            if (field.StartsWith("tag:", StringComparison.Ordinal) || field.StartsWith("net:", StringComparison.Ordinal))
                tags.Add(field[4..]);
            else if (field.StartsWith("vendor:", StringComparison.Ordinal))
                (vendor, outer) = (field[7..], 43);
            else if (field.StartsWith("encap:", StringComparison.Ordinal) && byte.TryParse(field.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                outer = code;
            else
                break;
        }

        var name = at < line.Fields.Length ? line.Fields[at] : "";
        if (name.StartsWith("option6:", StringComparison.Ordinal) || name.StartsWith("vi-encap:", StringComparison.Ordinal))
        {
            why = "options of DHCPv6 and inside option 125 are not taken over";
            return null;
        }

        name = name.StartsWith("option:", StringComparison.Ordinal) ? name[7..] : name;
        string[] values = [.. line.Fields.Skip(at + 1)];
        if (outer is { } around)
        {
            if (!byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var sub) || !TryGuess(values, own, out var inner, out why))
                return null;
            return new(tags, vendor, around, new DhcpOptionValue(around, sub, inner), line.Key.EndsWith("-force", StringComparison.Ordinal), line);
        }

        if (!DhcpOptionTable.TryFind(name, out var row))
        {
            why = $"there is no option `{name}`";
            return null;
        }

        var force = line.Key.EndsWith("-force", StringComparison.Ordinal);
        if (values is [] or [""])
            return new(tags, null, row.Code, null, force, line);
        return TryEncode(row, values, own, out var payload, out why) ? new(tags, null, row.Code, new DhcpOptionValue(row.Code, null, payload), force, line) : null;
    }

    static bool TryEncode(DhcpOptionRow row, string[] values, Ipv4Address? own, out byte[] payload, out string why)
    {
        payload = [];
        why = "";
        if (row.Kind == OptionKinds.Text)
        {
            payload = Encoding.Latin1.GetBytes(string.Join(',', values));
            return true;
        }

        if (row.Kind == OptionKinds.Bytes || row.IsEncapsulating)
            return TryGuess(values, own, out payload, out why);
        if (row.Kind.Name.StartsWith("ipv4", StringComparison.Ordinal) && !Own(values, own, out why))
            return false;
        if (!DhcpOptionTable.TryEncode(OptionText.KeyOf(row.Code, null), values, out var option, out why))
            return false;
        payload = option.Payload.ToArray();
        return true;
    }

    /// <summary>0.0.0.0 is the address of the machine that runs dnsmasq.</summary>
    static bool Own(string[] values, Ipv4Address? own, out string why)
    {
        why = "";
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] != "0.0.0.0")
                continue;
            if (own is not { } address)
            {
                why = "0.0.0.0 stands for dnsmasq's own address, which the file does not say; write the address";
                return false;
            }

            values[i] = address.ToString();
        }

        return true;
    }

    /// <summary>Without a type, the look of the value decides (dnsmasq(8), dhcp-option): addresses, bytes, numbers, text.</summary>
    static bool TryGuess(string[] values, Ipv4Address? own, out byte[] payload, out string why)
    {
        payload = [];
        if (!Own(values, own, out why))
            return false;
        if (values is [] or [""])
            return true;
        if (Array.TrueForAll(values, value => Ipv4Address.TryParse(value, out _)))
        {
            payload = [.. values.Select(Ipv4Address.Parse).SelectMany(address => (byte[])[(byte)(address.Value >> 24), (byte)(address.Value >> 16), (byte)(address.Value >> 8), (byte)address.Value])];
            return true;
        }

        if (values is [var bytes] && bytes.Contains(':', StringComparison.Ordinal) && HexText.TryParse(bytes, out payload))
            return true;
        payload = values is [var number] && TryNumber(number) is { } encoded ? encoded : Encoding.Latin1.GetBytes(string.Join(',', values));
        return true;
    }

    static byte[]? TryNumber(string text)
    {
        var width = text.Length > 1 ? text[^1] switch { 'b' => 1, 's' => 2, 'i' => 4, _ => 0 } : 0;
        if (!uint.TryParse(width == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        if (width == 0)
            width = number < 256 ? 1 : number < 65536 ? 2 : 4;
        byte[] bytes = [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
        return bytes[^width..];
    }
}
