using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Machines;

namespace Cordwain.Boot.Decisions;

/// <summary>Whether a condition of the operator's holds for a request, and what tipped the scale.</summary>
public static class BootConditions
{
    /// <param name="why">When it holds, what it asked for; when not, the first part that does not. A clause to put behind "because".</param>
    public static bool Holds(BootCondition condition, BootRequest request, out string why)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(request);

        var met = new List<string>();
        if (Machine(condition, request, met, out why) && Firmware(condition, request, met, out why)
            && Place(condition, request, met, out why) && Options(condition, request, met, out why)
            && Nested(condition, request, met, out why))
        {
            why = met.Count == 0 ? "it has no condition" : string.Join(", ", met);
            return true;
        }

        return false;
    }

    public static bool Holds(BootCondition condition, BootRequest request) => Holds(condition, request, out _);

    static bool Machine(BootCondition condition, BootRequest request, List<string> met, out string why) =>
        Text("MAC", condition.Mac, request.Machine.Mac?.ToString(), met, out why)
        && Text("UUID", condition.Uuid, request.Machine.Uuid?.ToString(), met, out why)
        && Texts("serial number", condition.Serial, One(request.Machine.Serial), met, out why, quoted: true);

    static bool Firmware(BootCondition condition, BootRequest request, List<string> met, out string why) =>
        OneOf("architecture", condition.Arch, request.Architecture, met, out why)
        && OneOf("platform", condition.Platform, request.Architecture?.Platform, met, out why)
        && OneOf("CPU", condition.Cpu, request.Architecture?.Cpu, met, out why)
        && Flag("iPXE is asking", "iPXE is not asking", condition.Ipxe, request.IsIpxe, met, out why)
        && Flag("the client boots by HTTP", "the client does not boot by HTTP", condition.Http, request.IsHttpClient, met, out why)
        && Texts("user class", condition.UserClass, request.UserClasses, met, out why, quoted: true)
        && Texts("vendor class", condition.VendorClass, One(request.VendorClass), met, out why, quoted: true);

    static bool Place(BootCondition condition, BootRequest request, List<string> met, out string why)
    {
        if (!Text("network", condition.Network, request.Network, met, out why))
            return false;
        if (condition.Relay.IsEmpty)
            return true;

        var holds = request.Relay is { } relay && condition.Relay.Any(network => network.Contains(relay));
        return Noted(holds, met, out why, request.Relay is null ? "no relay passed it on" : $"the relay is {request.Relay}",
            $"not in {string.Join(" or ", condition.Relay)}");
    }

    static bool Options(BootCondition condition, BootRequest request, List<string> met, out string why)
    {
        // Patterns for the same code are alternatives; different codes must all match.
        foreach (var code in condition.Options.Select(option => option.Code).Distinct())
        {
            var patterns = condition.Options.Where(option => option.Code == code).Select(option => option.Pattern);
            var present = request.Options.TryGetValue(code, out var payload);
            var holds = present && patterns.Any(pattern => MatchesOption(pattern, payload.Span));
            var found = present ? $"option {code} is {Shown(payload.Span)}" : $"there is no option {code}";
            if (!Noted(holds, met, out why, found, present ? $"not {string.Join(" or ", patterns)}" : ""))
                return false;
        }

        why = "";
        return true;
    }

    static bool Nested(BootCondition condition, BootRequest request, List<string> met, out string why)
    {
        foreach (var not in condition.Not)
        {
            if (Holds(not, request, out var excluded))
            {
                why = $"it is excluded: {excluded}";
                return false;
            }

            met.Add(excluded);
        }

        why = "";
        if (condition.Any.IsEmpty)
            return true;

        var reasons = new List<string>();
        foreach (var any in condition.Any)
        {
            if (Holds(any, request, out var because))
            {
                met.Add(because);
                return true;
            }

            reasons.Add(because);
        }

        why = $"none of its alternatives holds ({string.Join("; ", reasons)})";
        return false;
    }

    static bool Text(string what, ImmutableArray<TextPattern> patterns, string? actual, List<string> met, out string why) =>
        Texts(what, patterns, One(actual), met, out why, quoted: false);

    static ImmutableArray<string> One(string? text) => string.IsNullOrEmpty(text) ? [] : [text];

    /// <param name="quoted">The text is the client's own.</param>
    static bool Texts(string what, ImmutableArray<TextPattern> patterns, ImmutableArray<string> actual, List<string> met, out string why, bool quoted)
    {
        why = "";
        if (patterns.IsEmpty)
            return true;

        var holds = actual.Any(text => patterns.Any(pattern => pattern.Matches(text)));
        var found = actual.IsEmpty ? $"it has no {what}" : $"its {what} is {string.Join(", ", quoted ? actual.Select(Printable) : actual)}";
        return Noted(holds, met, out why, found, actual.IsEmpty ? "" : $"not {string.Join(" or ", patterns)}");
    }

    static bool OneOf<T>(string what, ImmutableArray<T> wanted, T? actual, List<string> met, out string why)
        where T : struct
    {
        why = "";
        if (wanted.IsEmpty)
            return true;

        var holds = actual is { } value && wanted.Contains(value);
        return Noted(holds, met, out why, actual is null ? $"its {what} is not known" : $"its {what} is {Word(actual.Value)}",
            $"not {string.Join(" or ", wanted.Select(Word))}");

        static string Word(T value) => value is ClientArchitecture arch ? arch.ToString() : value.ToString()!;
    }

    static bool Flag(string yes, string no, bool? wanted, bool actual, List<string> met, out string why)
    {
        why = "";
        return wanted is null || Noted(wanted == actual, met, out why, actual ? yes : no, "");
    }

    static bool Noted(bool holds, List<string> met, out string why, string found, string wanted)
    {
        why = wanted.Length == 0 ? found : $"{found}, {wanted}";
        if (holds)
            met.Add(found);
        return holds;
    }

    static bool MatchesOption(TextPattern pattern, ReadOnlySpan<byte> payload)
    {
        const string HexMark = "hex:";
        if (pattern.Pattern == "*")
            return true;
        return pattern.Pattern.StartsWith(HexMark, StringComparison.OrdinalIgnoreCase)
            ? new TextPattern(pattern.Pattern[HexMark.Length..].Replace(":", "", StringComparison.Ordinal)).Matches(Convert.ToHexStringLower(payload))
            : pattern.Matches(Encoding.Latin1.GetString(payload.TrimEnd((byte)0)));
    }

    static string Shown(ReadOnlySpan<byte> payload) => payload.IsEmpty ? "empty"
        : payload.IndexOfAnyExceptInRange((byte)32, (byte)126) < 0
        ? $"'{Encoding.ASCII.GetString(payload)}'"
        : string.Create(CultureInfo.InvariantCulture, $"hex:{Convert.ToHexStringLower(payload[..Math.Min(32, payload.Length)])}{(payload.Length > 32 ? "…" : "")}");

    /// <summary>Text of a client in a trace: quoted, no control characters.</summary>
    static string Printable(string text) => $"'{string.Concat(text.Select(c => char.IsControl(c) ? '?' : c))}'";
}
