using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>Every DHCPv4 option in use, by number and by name, with its text form: what the configuration and the packet printer know of options.</summary>
/// <remarks>Code that works with an option uses the typed constants of <see cref="DhcpOptions"/>; a test keeps both in step.</remarks>
public static partial class DhcpOptionTable
{
    const string HexPrefix = "hex:", TextPrefix = "text:";

    /// <summary>The rows in rising order of their codes.</summary>
    public static ImmutableArray<DhcpOptionRow> Rows { get; } = [.. Rfc2132Rows, .. LaterRows];

    static readonly DhcpOptionRow?[] ByCode = IndexByCode();
    static readonly FrozenDictionary<string, DhcpOptionRow> ByName = IndexByName();

    /// <summary>The row of a code; one without a name of its own, and bytes as its kind, for a code that is not assigned.</summary>
    public static DhcpOptionRow Find(byte code) => ByCode[code] ?? DhcpOptionRow.Unnamed(code);

    /// <summary>Finds an option by its name, one of its other names, or its number from 1 to 254.</summary>
    public static bool TryFind(string nameOrNumber, [NotNullWhen(true)] out DhcpOptionRow? row)
    {
        ArgumentNullException.ThrowIfNull(nameOrNumber);
        var name = nameOrNumber.Replace('_', '-');
        if (ByName.TryGetValue(name, out row))
            return true;
        if (name.StartsWith("option-", StringComparison.OrdinalIgnoreCase))
            name = name["option-".Length..];
        row = byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is not (0 or 255) ? Find(code) : null;
        return row is not null;
    }

    /// <summary>Names that differ little from one that was not found, the nearest first, one for each option; at most three.</summary>
    public static ImmutableArray<string> Suggest(string name) => [.. NearNames.Of(name, ByName.Keys).DistinctBy(near => ByName[near])];

    /// <summary>Turns what an operator wrote into an option.</summary>
    /// <param name="key"><c>ntp-servers</c>, <c>43</c>, or a sub-option: <c>175.176</c>, <c>43.6</c>, <c>relay-agent-information.circuit-id</c>.</param>
    /// <param name="values">Of the option's kind; or one text that begins with <c>hex:</c> or <c>text:</c>, for any option.</param>
    /// <param name="error">What is wrong and what would be right, without a full stop; empty on success.</param>
    public static bool TryEncode(string key, IReadOnlyList<string> values, out DhcpOptionValue option, out string error)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(values);
        option = default;
        if (!TryFindKey(key, out var row, out var sub, out error))
            return false;

        var payload = new ArrayBufferWriter<byte>();
        var kind = (sub ?? row).Kind;
        error = Encode(kind, values, payload) ?? "";
        if (error.Length > 0)
        {
            error = $"{key}: {error}";
            return false;
        }

        option = new(row.Code, sub?.Code, payload.WrittenSpan.ToArray());
        return true;
    }

    /// <summary>The payload for people, sub-options expanded; control characters escaped. One that does not fit its kind is shown in hex.</summary>
    public static string Format(byte code, ReadOnlySpan<byte> payload)
    {
        var row = Find(code);
        if (!row.IsEncapsulating)
            return Format(row.Kind, payload);
        if (!CanExpand(code, payload))
            return OptionKinds.Hex(payload);

        var text = new StringBuilder();
        foreach (var (sub, value) in new SubOptions(payload, SubOptions.HasPadding(code)))
            text.Append(text.Length > 0 ? ", " : "").Append(CultureInfo.InvariantCulture, $"{NameOf(row, sub)} {Format(code, sub, value)}");
        return $"{{{text}}}";
    }

    /// <summary>A sub-option's payload for people.</summary>
    public static string Format(byte code, byte subCode, ReadOnlySpan<byte> payload) => Format(FindSub(Find(code), subCode).Kind, payload);

    /// <summary>The row of a sub-option; a nameless one when nothing is known of it.</summary>
    public static DhcpOptionRow FindSub(DhcpOptionRow row, byte subCode)
    {
        ArgumentNullException.ThrowIfNull(row);
        foreach (var sub in row.SubOptions)
        {
            if (sub.Code == subCode)
                return sub;
        }

        return DhcpOptionRow.Unnamed(subCode);
    }

    /// <summary>Whether the payload is a list of sub-options to its last byte; vendors put other things into option 43 as well.</summary>
    internal static bool CanExpand(byte code, ReadOnlySpan<byte> payload)
    {
        var walk = new SubOptions(payload, SubOptions.HasPadding(code));
        var any = false;
        while (walk.MoveNext())
            any = true;
        return any && !walk.Overran;
    }

    static string NameOf(DhcpOptionRow row, byte subCode)
    {
        var sub = FindSub(row, subCode);
        return row.SubOptions.Contains(sub) ? sub.Name : subCode.ToString(CultureInfo.InvariantCulture);
    }

    static string Format(OptionKind kind, ReadOnlySpan<byte> payload) =>
        kind.Format(payload) ?? $"{OptionKinds.Hex(payload)} (not a valid {kind.Name})";

    static string? Encode(OptionKind kind, IReadOnlyList<string> values, ArrayBufferWriter<byte> payload)
    {
        if (values is [var hex] && hex.StartsWith(HexPrefix, StringComparison.OrdinalIgnoreCase))
            return OptionKinds.Bytes.Encode([hex[HexPrefix.Length..]], payload);
        if (values is [var text] && text.StartsWith(TextPrefix, StringComparison.OrdinalIgnoreCase))
            return OptionKinds.Text.Encode([text[TextPrefix.Length..]], payload);
        return kind.Encode(values, payload);
    }

    static bool TryFindKey(string key, [NotNullWhen(true)] out DhcpOptionRow? row, out DhcpOptionRow? sub, out string error)
    {
        sub = null;
        error = "";
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? key : key[..dot];
        if (!TryFind(name, out row))
        {
            error = $"'{name}' is not a DHCP option{DidYouMean(Suggest(name))}; any option can be given by its number, 1 to 254";
            return false;
        }

        if (dot < 0)
            return true;
        if (!row.IsEncapsulating)
        {
            error = $"'{name}' has no sub-options: only options such as 43, 82 and 175 do";
            return false;
        }

        var subName = key[(dot + 1)..].Replace('_', '-');
        sub = row.SubOptions.FirstOrDefault(candidate => candidate.IsNamed(subName));
        if (sub is null && byte.TryParse(subName, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            && (code is not (0 or 255) || !SubOptions.HasPadding(row.Code)))
            sub = FindSub(row, code);
        if (sub is not null)
            return true;

        error = $"'{subName}' is not a sub-option of {row.Name}{DidYouMean(NearNames.Of(subName, row.SubOptions.Select(known => known.Name)))}; it can be given by its number";
        return false;
    }

    static string DidYouMean(ImmutableArray<string> names) =>
        names.IsEmpty ? "" : $" (did you mean {string.Join(" or ", names.Select(name => $"'{name}'"))}?)";

    static DhcpOptionRow?[] IndexByCode()
    {
        var rows = new DhcpOptionRow?[256];
        foreach (var row in Rows)
            rows[row.Code] = row;
        return rows;
    }

    static FrozenDictionary<string, DhcpOptionRow> IndexByName()
    {
        var rows = new Dictionary<string, DhcpOptionRow>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in Rows)
        {
            rows.Add(row.Name, row);
            foreach (var alias in row.Aliases)
                rows.Add(alias, row);
        }

        return rows.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
