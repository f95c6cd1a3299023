using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Management.Import.Draft;

/// <summary>An option as the configuration writes it: readable where that reads back to the same bytes, in hex elsewhere.</summary>
static class OptionText
{
    public static string KeyOf(byte code, byte? sub)
    {
        if (sub is { } inner)
            return string.Create(CultureInfo.InvariantCulture, $"{code}.{inner}");
        var name = DhcpOptionTable.Find(code).Name;
        return name.StartsWith("option-", StringComparison.Ordinal) || name.StartsWith("pxe-vendor", StringComparison.Ordinal) ? code.ToString(CultureInfo.InvariantCulture) : name;
    }

    public static ImmutableArray<string> ValuesOf(byte code, byte? sub, ReadOnlyMemory<byte> payload)
    {
        var key = KeyOf(code, sub);
        var text = Encoding.Latin1.GetString(payload.Span);
        var shown = sub is { } inner ? DhcpOptionTable.Format(code, inner, payload.Span) : DhcpOptionTable.Format(code, payload.Span);
        if (!text.Any(char.IsControl) && Reads(key, [text], payload) && !text.Contains('\u00a0', StringComparison.Ordinal))
            return [text];
        if (shown.Split(", ") is { Length: > 1 } list && Reads(key, list, payload))
            return [.. list];
        if (Reads(key, [shown], payload))
            return [shown];
        return ["hex:" + Convert.ToHexStringLower(payload.Span)];
    }

    static bool Reads(string key, IReadOnlyList<string> values, ReadOnlyMemory<byte> payload) =>
        DhcpOptionTable.TryEncode(key, values, out var option, out _) && option.Payload.Span.SequenceEqual(payload.Span)
        && values.All(value => value.Length > 0 && !value.StartsWith(' ') && !value.EndsWith(' '));
}
