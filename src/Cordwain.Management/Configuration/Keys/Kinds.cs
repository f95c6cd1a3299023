using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>The kinds of single values.</summary>
static class Kinds
{
    static readonly JsonArray Scalar = new("string", "number");

    /// <summary>A line of text without control characters: it will stand in menus, scripts and packets.</summary>
    public static readonly ScalarKind<string> Text = Line("a text");

    /// <summary>Text that may run over several lines of the file and is one line afterwards.</summary>
    public static readonly ScalarKind<string> Arguments = new("a text", new() { ["type"] = Scalar.DeepClone() }, (string text, out string value) =>
    {
        value = string.Join(' ', text.Split(['\r', '\n', ' '], StringSplitOptions.RemoveEmptyEntries));
        return NoControls(value, out value);
    });

    public static readonly ScalarKind<bool> Bool = new("`true` or `false`", new() { ["type"] = "boolean" }, (string text, out bool value) =>
        bool.TryParse(text, out value)
            ? null
            : new Complaint("CW4010", "is neither `true` nor `false`.",
                text.ToUpperInvariant() is "YES" or "ON" or "1" ? "Write `true`." : text.ToUpperInvariant() is "NO" or "OFF" or "0" ? "Write `false`." : "Write one of the two."));

    public static readonly ScalarKind<Ipv4Address> Address = new("an IPv4 address", Pattern(@"^\d+\.\d+\.\d+\.\d+$"), (string text, out Ipv4Address value) =>
        Ipv4Address.TryParse(text, out value) ? null : new Complaint("CW4012", "is not an IPv4 address.", "Write four numbers with dots, such as 192.168.10.1."));

    public static readonly ScalarKind<Ipv4Network> Network = new("a network", Pattern(@"^\d+\.\d+\.\d+\.\d+/\d+$"), NetworkText.Read);

    /// <summary>An address counts as the network of itself alone.</summary>
    public static readonly ScalarKind<Ipv4Network> HostOrNetwork = new("an address or a network", Pattern(@"^\d+\.\d+\.\d+\.\d+(/\d+)?$"), (string text, out Ipv4Network value) =>
    {
        if (!Ipv4Address.TryParse(text, out var address))
            return NetworkText.Read(text, out value);
        value = new(address, 32);
        return null;
    });

    public static readonly ScalarKind<AddressRange> Range = new("a range of addresses", Pattern(@"^\d+\.\d+\.\d+\.\d+(\s*-\s*\d+\.\d+\.\d+\.\d+)?$"), NetworkText.ReadRange);

    public static readonly ScalarKind<MacAddress> Mac = new("a MAC address", Pattern("^([0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}$"), (string text, out MacAddress value) =>
        !MacAddress.TryParse(text, out value) ? new Complaint("CW4013", "is not a MAC address.", "Write six pairs of hex digits with colons, such as 52:54:00:12:34:56.")
        : value.IsMulticast || value.IsZero ? new Complaint("CW4013", "is a group address, never the address of a machine.", "Look again at the sticker or at `ip link`.")
        : null);

    public static readonly ScalarKind<Guid> Uuid = new("a UUID", new() { ["type"] = "string", ["format"] = "uuid" }, (string text, out Guid value) =>
        Guid.TryParseExact(text, "D", out value) && value != Guid.Empty && value != Guid.AllBitsSet
            ? null
            : new Complaint("CW4013", "is not the UUID of a machine.", "Write it as `dmidecode -s system-uuid` prints it on the machine."));

    public static readonly ScalarKind<ClientArchitecture> Arch = new("an architecture", new() { ["type"] = new JsonArray("string", "integer") }, (string text, out ClientArchitecture value) =>
        ClientArchitecture.TryParse(text, out value)
            ? null
            : new Complaint("CW4051", "is no architecture.", NearestName.Suggest(text, [.. ClientArchitecture.Names], "Write a name such as bios, efi-x64, efi-arm64, or a number of option 93.")));

    public static readonly ScalarKind<AnswerStyle> Style = Choice(
        ("skip-discovery", AnswerStyle.SkipDiscovery), ("boot-server", AnswerStyle.BootServer), ("plain", AnswerStyle.Plain), ("pxe-menu", AnswerStyle.PxeMenu));

    public static readonly ScalarKind<string> Color = new("a color", Pattern("^#([0-9A-Fa-f]{2}){3,4}$"), (string text, out string value) =>
    {
        value = text.ToLowerInvariant();
        return text.Length is 7 or 9 && text[0] == '#' && text.Skip(1).All(char.IsAsciiHexDigit)
            ? null
            : new Complaint("CW4010", "is not a color.", "Write \"#rrggbb\", or \"#aarrggbb\" with the opacity first, between quotes.");
    });

    public static ScalarKind<string> Line(string kind, bool mayBeEmpty = true) => new(kind, new() { ["type"] = Scalar.DeepClone() }, (string text, out string value) =>
        NoControls(text, out value) ?? (mayBeEmpty || text.Length > 0 ? null : new Complaint("CW4010", "is empty.", $"Name {kind}, or remove the line.")));

    public static ScalarKind<int> Number(string kind, int least, int most) =>
        new(kind, new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most }, (string text, out int value) =>
        {
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                value = 0;
                return new Complaint("CW4010", "is not a whole number.", Between(least, most));
            }

            value = (int)Math.Clamp(number, least, most);
            return value == number ? null : new Complaint("CW4011", "is out of range.", Between(least, most));
        });

    public static readonly ScalarKind<int> Port = Number("a port", 1, 65535);

    public static ScalarKind<T> Choice<T>(params (string Name, T Value)[] choices) where T : struct =>
        new(string.Join(", ", choices.SkipLast(1).Select(choice => $"`{choice.Name}`")) + $" or `{choices[^1].Name}`",
            new() { ["enum"] = new JsonArray([.. choices.Select(choice => (JsonNode)choice.Name)]) },
            (string text, out T value) =>
            {
                var found = Array.FindIndex(choices, choice => choice.Name.Equals(text, StringComparison.OrdinalIgnoreCase));
                value = found < 0 ? default : choices[found].Value;
                var names = choices.Select(choice => choice.Name).ToArray();
                return found >= 0 ? null : new Complaint("CW4010", "is none of the choices.", NearestName.Suggest(text, names, $"Write one of: {string.Join(", ", names)}."));
            });

    public static OneOrMany<T> Many<T>(this ValueKind<T> item, string plural) => new(item, plural);

    internal static JsonObject Pattern(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    static string Between(int least, int most) => string.Create(CultureInfo.InvariantCulture, $"Write a number from {least} to {most}.");

    static Complaint? NoControls(string text, out string value)
    {
        value = text;
        return text.Any(char.IsControl) ? new Complaint("CW4010", "holds a line break or another control character.", "Write it in one line, without escapes such as \\n.")
            : text.Length > 2000 ? new Complaint("CW4011", "is longer than 2000 characters.", "Shorten it.")
            : null;
    }
}
