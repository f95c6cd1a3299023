using System.Globalization;
using System.Text;
using Cordwain.Management.Import.Draft;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Dnsmasq;

/// <summary>What sets each tag, as a condition.</summary>
sealed class DnsmasqTags
{
    const int MostDepth = 16;

    readonly Dictionary<string, List<ImportCondition>> _set = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<IReadOnlyList<string>>> _derived = new(StringComparer.Ordinal);

    public void Set(string tag, ImportCondition when)
    {
        if (!_set.TryGetValue(tag, out var conditions))
            _set.Add(tag, conditions = []);
        conditions.Add(when);
    }

    /// <summary>tag-if: the tag holds where all of the others do.</summary>
    public void Derive(string tag, IReadOnlyList<string> from)
    {
        if (!_derived.TryGetValue(tag, out var conditions))
            _derived.Add(tag, conditions = []);
        conditions.Add(from);
    }

    /// <summary>The condition of <c>tag:a,tag:!b</c>.</summary>
    /// <param name="unknown">A tag that nothing sets; empty when all are known.</param>
    public ImportCondition All(IEnumerable<string> tags, out string unknown)
    {
        var missing = "";
        var condition = All(tags, 0, ref missing);
        unknown = missing;
        return condition;
    }

    ImportCondition All(IEnumerable<string> tags, int depth, ref string unknown)
    {
        var parts = new List<ImportCondition>();
        foreach (var tag in tags)
        {
            var not = tag.StartsWith('!') || tag.StartsWith('#');
            var one = One(not ? tag[1..] : tag, depth, ref unknown);
            parts.Add(not ? ImportCondition.Not(one) : one);
        }

        return ImportCondition.And(parts);
    }

    ImportCondition One(string tag, int depth, ref string unknown)
    {
        var conditions = new List<ImportCondition>(_set.GetValueOrDefault(tag, []));
        if (depth < MostDepth)
        {
            foreach (var from in _derived.GetValueOrDefault(tag, []))
                conditions.Add(All(from, depth + 1, ref unknown));
        }

        if (conditions.Count == 0)
            unknown = tag;
        return ImportCondition.Or(conditions);
    }

    /// <summary>dhcp-match, behind its <c>set:</c>.</summary>
    /// <param name="why">A clause; empty on success.</param>
    public static ImportCondition? Match(IReadOnlyList<string> fields, out string why)
    {
        why = "";
        var name = fields[0].StartsWith("option:", StringComparison.Ordinal) ? fields[0][7..] : fields[0];
        if (fields[0].StartsWith("option6:", StringComparison.Ordinal) || fields[0].StartsWith("vi-encap:", StringComparison.Ordinal) || fields[0].StartsWith("vendor:", StringComparison.Ordinal)
            || !DhcpOptionTable.TryFind(name, out var row))
        {
            why = $"`{fields[0]}` is no option that conditions look at";
            return null;
        }

        var key = OptionText.KeyOf(row.Code, null);
        if (fields.Count == 1 || fields[1].Length == 0)
            return new ImportCondition.Test("option", ["*"], key, row.Code);

        var value = fields[1];
        if (row.Code == 93 && ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var arch))
            return ImportCondition.Arch(arch);
        if (!value.Contains('*', StringComparison.Ordinal) && value.Contains(':', StringComparison.Ordinal) && HexText.TryParse(value, out var bytes))
            return row.Code == 93 && bytes.Length == 2 ? ImportCondition.Arch((ushort)((bytes[0] << 8) | bytes[1])) : new ImportCondition.Test("option", [$"hex:{Convert.ToHexStringLower(bytes)}*"], key, row.Code);
        if (row.Code is 60 or 77 || row.Kind == OptionKinds.Text)
            return Contains(row.Code, value);
        if (DhcpOptionTable.TryEncode(key, [value], out var encoded, out _))
            return new ImportCondition.Test("option", [$"hex:*{Convert.ToHexStringLower(encoded.Payload.Span)}*"], key, row.Code);
        return new ImportCondition.Test("option", [$"hex:*{Convert.ToHexStringLower(Encoding.Latin1.GetBytes(value))}*"], key, row.Code);
    }

    /// <summary>dnsmasq finds the text anywhere in the option (dnsmasq(8), dhcp-vendorclass).</summary>
    public static ImportCondition Contains(byte code, string text)
    {
        if (code == 77 && text == "iPXE")
            return ImportCondition.Ipxe;
        var begins = text.StartsWith("PXEClient", StringComparison.Ordinal) || text.StartsWith("HTTPClient", StringComparison.Ordinal);
        return Dhcpd.DhcpdPatterns.Text(code, $"{(begins ? "" : "*")}{Dhcpd.DhcpdPatterns.Escaped(text)}*");
    }

    /// <summary>An address with <c>*</c> for whole bytes; a hardware type before it is dropped when it is Ethernet's.</summary>
    public static string? MacPattern(string text)
    {
        var mac = text.Length > 2 && text[2] == '-' && text.Contains(':', StringComparison.Ordinal) ? text.StartsWith("01-", StringComparison.Ordinal) ? text[3..] : "" : text;
        var parts = mac.ToLowerInvariant().Split(':', '-');
        if (parts.Length != 6 || !Array.TrueForAll(parts, part => part == "*" || (part.Length is 1 or 2 && part.All(char.IsAsciiHexDigit))))
            return null;
        var known = Array.FindLastIndex(parts, part => part != "*") + 1;
        var digits = parts.Take(known).Select(part => part == "*" ? "??" : part.PadLeft(2, '0'));
        return known == 6 ? string.Join(':', digits) : string.Join(':', digits.Append("*"));
    }
}
