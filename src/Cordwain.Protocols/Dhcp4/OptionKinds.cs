using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>The kinds of payload that options have, with their text form. The binary form of the common ones is in <see cref="OptionCodecs"/>.</summary>
public static partial class OptionKinds
{
    public static readonly OptionKind Text = new("text", typeof(string), "example",
        (values, payload) => One(values, out var text) ?? EncodeLatin1(text, payload),
        PrintableText.Quote);

    /// <summary>No structure known, or none that text could express: bytes in hex.</summary>
    public static readonly OptionKind Bytes = new("bytes", typeof(ReadOnlyMemory<byte>), "hex:0104deadbeef",
        EncodeBytes,
        payload => Hex(payload));

    /// <summary>The payload is other options; values are given one by one, as <c>43.6</c>.</summary>
    public static readonly OptionKind Encapsulated = new("sub-options", typeof(ReadOnlyMemory<byte>), "hex:060108ff",
        (_, _) => "this option holds sub-options: give them one by one, such as '43.6', or the whole as hex:",
        payload => Hex(payload));

    public static readonly OptionKind Empty = new("empty", typeof(ReadOnlyMemory<byte>), "true",
        (values, _) => values is [] or ["" or "true" or "yes" or "on" or "1"] ? null : "this option has no value: give 'true'",
        payload => payload.IsEmpty ? "present" : null);

    public static readonly OptionKind DomainName = new("domain-name", typeof(string), "boot.example.org",
        (values, payload) => One(values, out var text) ?? DomainNames.TryEncode(text, payload),
        payload => DomainNames.TryDecodeList(payload, out var names) && names.Length == 1 ? names[0] : null);

    public static readonly OptionKind DomainList = new("domain-list", typeof(ImmutableArray<string>), "example.org, lab.example.org",
        (values, payload) => Each(values, " ,", "domain name", name => DomainNames.TryEncode(name, payload)),
        payload => DomainNames.TryDecodeList(payload, out var names) ? string.Join(", ", names) : null);

    public static readonly OptionKind Fqdn = new("client-fqdn", typeof(ReadOnlyMemory<byte>), "host.example.org",
        (values, payload) => One(values, out var text) ?? new ClientFqdn(ClientFqdn.ServerUpdates, text).Encode(payload),
        payload => ClientFqdn.TryDecode(payload, out var fqdn) ? $"{PrintableText.Quote(fqdn.Name)} flags {fqdn.Flags}" : null);

    /// <summary>RFC 3004 wants a list with length bytes; iPXE and many users write the bare text. A single value is written bare, as dhcpd does.</summary>
    public static readonly OptionKind UserClass = new("user-class", typeof(ReadOnlyMemory<byte>), "iPXE",
        (values, payload) =>
        {
            if (values is [var bare])
                return EncodeLatin1(bare, payload);
            foreach (var value in values)
            {
                if (value.Length is 0 or > 255)
                    return $"'{value}' is not a user class: it has 1 to 255 characters (RFC 3004)";
                payload.Write([(byte)value.Length]);
                if (EncodeLatin1(value, payload) is { } wrong)
                    return wrong;
            }

            return values.Count == 0 ? "a value is missing" : null;
        },
        payload =>
        {
            if (payload.IsEmpty)
                return null;
            var names = new List<string>();
            foreach (var range in UserClasses.Split(payload))
                names.Add(PrintableText.Quote(payload[range]));
            return string.Join(", ", names);
        });

    /// <summary>The text without a terminator. Characters beyond Latin-1 have no agreed encoding in DHCP.</summary>
    static string? EncodeLatin1(string text, IBufferWriter<byte> payload)
    {
        if (text.AsSpan().ContainsAnyExceptInRange('\0', '\xff'))
            return $"'{text}' holds a character that DHCP text cannot carry; give its bytes as hex:";
        Encoding.Latin1.GetBytes(text, payload);
        return null;
    }

    static string? EncodeBytes(IReadOnlyList<string> values, IBufferWriter<byte> payload) =>
        One(values, out var text) ?? EncodeHex(text, payload);

    static string? EncodeHex(string text, IBufferWriter<byte> payload)
    {
        if (!HexText.TryParse(text, out var bytes))
            return $"'{text}' is not a list of bytes: write hex:0104deadbeef, or text: before plain text";
        payload.Write(bytes);
        return null;
    }

    internal static string Hex(ReadOnlySpan<byte> payload) => payload.IsEmpty ? "(empty)" : Convert.ToHexStringLower(payload);

    static string? One(IReadOnlyList<string> values, out string text)
    {
        text = values.Count == 1 ? values[0] : "";
        return values.Count switch
        {
            1 => null,
            0 => "a value is missing",
            _ => "only one value fits this option",
        };
    }

    /// <summary>Gives each value to <paramref name="encode"/>, lists inside one text taken apart.</summary>
    static string? Each(IReadOnlyList<string> values, string separators, string what, Func<string, string?> encode)
    {
        var any = false;
        foreach (var value in values)
        {
            foreach (var part in value.Split(separators.ToCharArray(), StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                any = true;
                if (encode(part) is { } wrong)
                    return wrong;
            }
        }

        return any ? null : $"a value is missing: at least one {what}";
    }
}
