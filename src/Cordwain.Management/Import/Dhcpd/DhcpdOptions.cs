using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Import.Dhcpd;

/// <summary>An option as dhcpd names it: where it goes on the wire, and its type when the file defines one.</summary>
sealed record DhcpdOption(byte Code, byte? Sub, DhcpdType? Type);

/// <summary>The type of a defined option (dhcp-options(5), "Defining new options").</summary>
/// <param name="Fields">Such as <c>u8</c>, <c>i32</c>, <c>ip</c>, <c>text</c>, <c>bool</c>, <c>domain-list</c>.</param>
sealed record DhcpdType(ImmutableArray<string> Fields, bool IsArray, string? Encapsulates);

/// <summary>The option names of one dhcpd.conf: dhcpd's own, and what <c>option space</c> and <c>option … code …</c> define.</summary>
sealed class DhcpdOptions
{
    readonly Dictionary<string, (byte Code, DhcpdType Type)> _defined = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, byte> _spaces = new(StringComparer.OrdinalIgnoreCase) { ["agent"] = 82, ["nwip"] = 63, ["fqdn"] = 81 };
    readonly HashSet<string> _declared = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes up all definitions of a file; they hold everywhere in it.</summary>
    public void Define(IEnumerable<DhcpdStatement> statements, ImportReport report)
    {
        foreach (var statement in statements)
        {
            if (statement.Begins("vendor-option-space") && statement.Words.Length > 1)
                _spaces[statement[1]] = 43;
            else if (IsDefinition(statement))
                Define(statement, report);
            Define(statement.Body ?? [], report);
        }
    }

    public static bool IsDefinition(DhcpdStatement statement) =>
        statement.Begins("option") && (statement.Begins("option", "space") || (statement.Words.Length > 3 && statement.Words[2].Is("code")));

    void Define(DhcpdStatement statement, ImportReport report)
    {
        if (statement.Begins("option", "space"))
        {
            _declared.Add(statement[2]);
            return;
        }

        if (!byte.TryParse(statement[3], NumberStyles.None, CultureInfo.InvariantCulture, out var code) || TypeOf([.. statement.Words.Skip(5)]) is not { } type)
        {
            report.LeftOut("CW6006", statement.Place, $"The definition of option `{statement[1]}` is not understood.", "Give the option by its number in the result, with its bytes as `hex:…`.");
            return;
        }

        _defined[statement[1]] = (code, type);
        if (type.Encapsulates is { } space)
            _spaces[space] = code;
    }

    /// <summary>Null when nothing is known of it, or it stands in a space that nothing encapsulates.</summary>
    public DhcpdOption? Find(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var space = dot < 0 ? "" : name[..dot];
        if (space.Equals("dhcp", StringComparison.OrdinalIgnoreCase))
            return Find(name[(dot + 1)..]);
        if (dot < 0)
        {
            return _defined.TryGetValue(name, out var own) ? new(own.Code, null, own.Type)
                : DhcpOptionTable.TryFind(name, out var row) && !byte.TryParse(name, out _) ? new(row.Code, null, null)
                : null;
        }

        if (!_spaces.TryGetValue(space, out var outer))
            return null;
        if (_defined.TryGetValue(name, out var inner))
            return new(outer, inner.Code, inner.Type);
        var known = DhcpOptionTable.Find(outer).SubOptions.FirstOrDefault(sub => sub.IsNamed(name[(dot + 1)..]));
        return known is null ? null : new(outer, known.Code, null);
    }

    /// <summary>The space was declared, but nothing says in which option it goes out.</summary>
    public bool IsLooseSpace(string name) => name.Split('.') is [var space, _] && _declared.Contains(space) && !_spaces.ContainsKey(space);

    /// <summary>The bytes of a value.</summary>
    /// <param name="error">A clause; empty on success.</param>
    public static bool TryEncode(DhcpdOption option, IReadOnlyList<DhcpdToken> words, out byte[] payload, out string error)
    {
        payload = [];
        error = "";
        if (words is [{ Kind: DhcpdTokenKind.Mark, Text: "=" }, ..] or [{ Text: "concat" or "substring" or "pick-first-value" or "config-option" }, ..])
        {
            error = "its value is an expression that is worked out for each client";
            return false;
        }

        var values = words.Where(word => word.Kind != DhcpdTokenKind.Mark || word.Text != ",").ToArray();
        var done = option.Type is { Encapsulates: null } type ? EncodeTyped(type, values, out payload) : EncodeKnown(option, values, out payload, out error);
        if (!done && error.Length == 0)
            error = "its value does not fit its type";
        return done;
    }

    static bool EncodeKnown(DhcpdOption option, DhcpdToken[] values, out byte[] payload, out string error)
    {
        error = "";
        if (values.Length > 0 && Array.TrueForAll(values, value => value.Kind == DhcpdTokenKind.Word && value.Text.Contains(':', StringComparison.Ordinal)) && HexText.TryParse(string.Join(':', values), out payload))
            return true;

        var row = DhcpOptionTable.Find(option.Code);
        var kind = (option.Sub is { } sub ? DhcpOptionTable.FindSub(row, sub) : row).Kind;
        if (values is [{ Kind: DhcpdTokenKind.Text } text] && (kind == OptionKinds.Text || kind == OptionKinds.Bytes || kind == OptionKinds.Encapsulated || kind == OptionKinds.ClientIdentifier || kind == OptionKinds.UserClass))
        {
            payload = Encoding.Latin1.GetBytes(text.Text);
            return true;
        }

        payload = [];
        var key = Draft.OptionText.KeyOf(option.Code, option.Sub);
        if (!DhcpOptionTable.TryEncode(key, [.. values.Select(value => value.Text)], out var encoded, out error))
        {
            if (values.Any(value => value.Text.Contains('.', StringComparison.Ordinal) && value.Text.Any(char.IsLetter)) && kind.Name.StartsWith("ipv4", StringComparison.Ordinal))
                error = "it names a host, and Cordwain asks no DNS for its configuration";
            return false;
        }

        payload = encoded.Payload.ToArray();
        return true;
    }

    static bool EncodeTyped(DhcpdType type, DhcpdToken[] values, out byte[] payload)
    {
        var bytes = new List<byte>();
        payload = [];
        if (type.Fields is ["string"] && values.Length > 0 && Array.TrueForAll(values, value => value.Kind == DhcpdTokenKind.Word) && HexText.TryParse(string.Join(':', values), out payload))
            return true;
        if (type.Fields.IsEmpty || (type.IsArray ? values.Length % type.Fields.Length : values.Length - type.Fields.Length) != 0)
            return false;
        for (var i = 0; i < values.Length; i++)
        {
            if (!EncodeField(type.Fields[i % type.Fields.Length], values[i], bytes))
                return false;
        }

        payload = [.. bytes];
        return true;
    }

    static bool EncodeField(string field, DhcpdToken value, List<byte> bytes)
    {
        switch (field)
        {
            case "ip":
                if (!Ipv4Address.TryParse(value.Text, out var address))
                    return false;
                bytes.AddRange([(byte)(address.Value >> 24), (byte)(address.Value >> 16), (byte)(address.Value >> 8), (byte)address.Value]);
                return true;
            case "bool":
                var on = value.Is("on") || value.Is("true");
                bytes.Add(on ? (byte)1 : (byte)0);
                return on || value.Is("off") || value.Is("false") || value.Is("ignore");
            case "text" or "string":
                bytes.AddRange(Encoding.Latin1.GetBytes(value.Text));
                return value.Kind == DhcpdTokenKind.Text;
            case "domain":
                return DhcpOptionTable.TryEncode("domain-search", [value.Text], out var name, out _) && Append(bytes, name.Payload);
            default:
                Span<byte> number = stackalloc byte[8];
                if (!TryNumber(value.Text, out var parsed))
                    return false;
                BinaryPrimitives.WriteInt64BigEndian(number, parsed);
                bytes.AddRange(number[^(int.Parse(field.AsSpan(1), CultureInfo.InvariantCulture) / 8)..]);
                return true;
        }
    }

    static bool Append(List<byte> bytes, ReadOnlyMemory<byte> more)
    {
        bytes.AddRange(more.Span);
        return true;
    }

    internal static bool TryNumber(string text, out long number) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    static DhcpdType? TypeOf(IReadOnlyList<DhcpdToken> words)
    {
        var at = 0;
        var isArray = words.Count > 2 && words[0].Is("array") && words[1].Is("of");
        if (isArray)
            at = 2;
        if (at < words.Count && words[at].Is("encapsulate") && at + 1 < words.Count)
            return new([], false, words[at + 1].Text);

        var fields = ImmutableArray.CreateBuilder<string>();
        for (; at < words.Count; at++)
        {
            var signed = words[at].Is("signed");
            if (words[at].Is("{") || words[at].Is("}") || words[at].Is(",") || words[at].Is("unsigned") || signed || words[at].Is("compressed"))
                continue;
            string? field = words[at].Text.ToLowerInvariant() switch
            {
                "integer" when at + 1 < words.Count && words[at + 1].Text is "8" or "16" or "32" => (at > 0 && words[at - 1].Is("signed") ? "i" : "u") + words[++at].Text,
                "boolean" or "flag" => "bool",
                "ip-address" => "ip",
                "text" => "text",
                "string" => "string",
                "domain-list" or "domain-name" => "domain",
                _ => null,
            };
            if (field is null)
                return null;
            fields.Add(field);
        }

        return fields.Count == 0 ? null : new(fields.ToImmutable(), isArray || fields is ["domain"], null);
    }
}
