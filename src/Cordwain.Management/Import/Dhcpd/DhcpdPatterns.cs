using System.Text;
using Cordwain.Management.Import.Draft;

namespace Cordwain.Management.Import.Dhcpd;

/// <summary>Comparisons as patterns.</summary>
static class DhcpdPatterns
{
    const byte UserClass = 77, VendorClass = 60, Architecture = 93;
    const string ArchMark = "PXEClient:Arch:";

    public static ImportCondition Option(DhcpdData data, byte[] bytes)
    {
        var code = data.Option!.Code;
        var text = Encoding.Latin1.GetString(bytes);
        if (data.Length < bytes.Length)
            return ImportCondition.Never;

        // What is shorter than the part that is cut out can only be equal when the value ends there.
        var ends = data.Length is null || bytes.Length < data.Length;
        if (code == Architecture && data is { Offset: 0, IsSuffix: false } && bytes.Length == 2)
            return ImportCondition.Arch((ushort)((bytes[0] << 8) | bytes[1]));

        // One byte before it: the length that RFC 3004 wants.
        if (code == UserClass && text == "iPXE" && !data.IsSuffix && data.Offset <= 1)
            return ImportCondition.Ipxe;
        if (code == VendorClass && data is { Offset: 15, IsSuffix: false } && text.Length == 5 && text.All(char.IsAsciiDigit))
            return Text(code, $"{ArchMark}{text}*");
        if (bytes.Length > 0 && text.All(character => character is >= ' ' and <= '~') && code != 61)
            return Text(code, data.IsSuffix ? $"*{Escaped(text)}" : $"{new string('?', data.Offset)}{Escaped(text)}{(ends ? "" : "*")}");

        var hex = Convert.ToHexStringLower(bytes);
        return new ImportCondition.Test("option", [$"hex:{(data.IsSuffix ? "*" + hex : new string('?', 2 * data.Offset) + hex + (ends ? "" : "*"))}"], OptionText.KeyOf(code, null), code);
    }

    public static ImportCondition.Test Text(byte code, string pattern) => code switch
    {
        UserClass => new("user-class", [pattern], code: code),
        VendorClass => new("vendor-class", [pattern], code: code),
        _ => new("option", [pattern], OptionText.KeyOf(code, null), code),
    };

    /// <summary>Seven bytes: the hardware type, 1 for Ethernet, and the address.</summary>
    public static ImportCondition Hardware(DhcpdData data, byte[] bytes)
    {
        if (data.Length < bytes.Length)
            return ImportCondition.Never;
        var offset = data.IsSuffix ? 7 - (data.Length ?? 7) : data.Offset;
        var digits = Enumerable.Repeat("??", 6).ToArray();
        for (var i = 0; i < bytes.Length && offset + i < 7; i++)
        {
            if (offset + i > 0)
                digits[offset + i - 1] = bytes[i].ToString("x2", System.Globalization.CultureInfo.InvariantCulture);
            else if (bytes[i] != 1)
                return ImportCondition.Never;
        }

        var known = Array.FindLastIndex(digits, digit => digit != "??") + 1;
        if (known == 0)
            return ImportCondition.Always;
        var pattern = string.Join(':', digits[..known]);
        return new ImportCondition.Test("mac", [known == 6 ? pattern : pattern + ":*"]);
    }

    /// <summary>A regular expression that is no more than a pattern; null when it is more.</summary>
    public static string? OfRegex(string regex)
    {
        var begins = regex.StartsWith('^');
        var ends = regex.EndsWith('$') && !regex.EndsWith("\\$", StringComparison.Ordinal);
        var body = regex[(begins ? 1 : 0)..(ends && regex.Length > (begins ? 1 : 0) ? regex.Length - 1 : regex.Length)];
        var pattern = new StringBuilder(begins ? "" : "*");
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == '.' && i + 1 < body.Length && body[i + 1] == '*')
            {
                pattern.Append('*');
                i++;
            }
            else if (body[i] == '\\' && i + 1 < body.Length && !char.IsAsciiLetterOrDigit(body[i + 1]))
            {
                pattern.Append(Escaped(body[++i].ToString()));
            }
            else if ("[](){}|+*?\\^$".Contains(body[i], StringComparison.Ordinal))
            {
                return null;
            }
            else
            {
                pattern.Append(body[i] == '.' ? '?' : body[i]);
            }
        }

        return pattern.Append(ends ? "" : "*").Replace("**", "*").ToString();
    }

    public static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal);
}
