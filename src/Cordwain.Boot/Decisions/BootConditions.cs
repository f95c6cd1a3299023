using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Decisions;

/// <summary>Whether a condition of the operator's holds for a request, and what tipped the scale.</summary>
public static class BootConditions
{
    /// <param name="why">When it holds, what it asked for; when not, the first part that does not. A clause to put behind "because".</param>
    public static bool Holds(BootCondition condition, BootRequest request, out string why) => Holds(condition, request, true, out why);

    public static bool Holds(BootCondition condition, BootRequest request) => Holds(condition, request, false, out _);

    /// <param name="wantsWords">False: <paramref name="why"/> stays empty, and nothing is put together for it.</param>
    internal static bool Holds(BootCondition condition, BootRequest request, bool wantsWords, out string why)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(request);

        var reasons = wantsWords ? new Reasons() : null;
        var holds = Machine(condition, request, reasons) && Firmware(condition, request, reasons)
            && Place(condition, request, reasons) && Options(condition, request, reasons) && Nested(condition, request, reasons);
        why = reasons is null ? "" : !holds ? reasons.Failed : reasons.Met.Count == 0 ? "it has no condition" : string.Join(", ", reasons.Met);
        return holds;
    }

    /// <summary>What holds, and the first part that does not, in words.</summary>
    sealed class Reasons
    {
        public List<string> Met { get; } = [];

        public string Failed { get; set; } = "";
    }

    static bool Machine(BootCondition condition, BootRequest request, Reasons? reasons)
    {
        Span<char> text = stackalloc char[36];
        return (condition.Mac.IsEmpty || Text("MAC", condition.Mac, request.Machine.Mac is { } mac ? mac.Format(text) : [], reasons))
            && (condition.Uuid.IsEmpty || Text("UUID", condition.Uuid, request.Machine.Uuid is { } uuid && uuid.TryFormat(text, out _) ? text : [], reasons))
            && (condition.Serial.IsEmpty || Texts("serial number", condition.Serial, One(request.Machine.Serial), reasons));
    }

    static bool Firmware(BootCondition condition, BootRequest request, Reasons? reasons) =>
        OneOf("architecture", condition.Arch, request.Architecture, reasons)
        && OneOf("platform", condition.Platform, request.Architecture?.Platform, reasons)
        && OneOf("CPU", condition.Cpu, request.Architecture?.Cpu, reasons)
        && Flag("iPXE is asking", "iPXE is not asking", condition.Ipxe, request.IsIpxe, reasons)
        && Flag("the client boots by HTTP", "the client does not boot by HTTP", condition.Http, request.IsHttpClient, reasons)
        && (condition.UserClass.IsEmpty || Texts("user class", condition.UserClass, request.UserClasses, reasons))
        && (condition.VendorClass.IsEmpty || Texts("vendor class", condition.VendorClass, One(request.VendorClass), reasons));

    static bool Place(BootCondition condition, BootRequest request, Reasons? reasons)
    {
        if (!condition.Network.IsEmpty && !Text("network", condition.Network, request.Network, reasons))
            return false;
        if (condition.Relay.IsEmpty)
            return true;

        var holds = false;
        if (request.Relay is { } relay)
        {
            foreach (var network in condition.Relay)
                holds |= network.Contains(relay);
        }

        return reasons is null ? holds
            : Noted(holds, reasons, request.Relay is null ? "no relay passed it on" : $"the relay is {request.Relay}", $"not in {string.Join(" or ", condition.Relay)}");
    }

    static bool Options(BootCondition condition, BootRequest request, Reasons? reasons)
    {
        // Patterns for the same code are alternatives; different codes must all match.
        for (var i = 0; i < condition.Options.Length; i++)
        {
            var code = condition.Options[i].Code;
            if (IsAskedBefore(condition.Options, i))
                continue;

            var present = request.Options.Has(code);
            var payload = request.Options.Raw(code).Span;
            var holds = false;
            foreach (var (patternCode, pattern) in condition.Options)
                holds = holds || (present && patternCode == code && MatchesOption(pattern, payload));
            if (reasons is not null)
            {
                var found = present ? $"option {code} is {Shown(payload)}" : $"there is no option {code}";
                var patterns = condition.Options.Where(option => option.Code == code).Select(option => option.Pattern);
                Noted(holds, reasons, found, present ? $"not {string.Join(" or ", patterns)}" : "");
            }

            if (!holds)
                return false;
        }

        return true;
    }

    static bool IsAskedBefore(ImmutableArray<(byte Code, TextPattern Pattern)> options, int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (options[i].Code == options[index].Code)
                return true;
        }

        return false;
    }

    static bool Nested(BootCondition condition, BootRequest request, Reasons? reasons)
    {
        foreach (var not in condition.Not)
        {
            if (Holds(not, request, reasons is not null, out var excluded))
            {
                if (reasons is not null)
                    reasons.Failed = $"it is excluded: {excluded}";
                return false;
            }

            reasons?.Met.Add(excluded);
        }

        if (condition.Any.IsEmpty)
            return true;

        var missed = reasons is null ? null : new List<string>();
        foreach (var any in condition.Any)
        {
            if (Holds(any, request, reasons is not null, out var because))
            {
                reasons?.Met.Add(because);
                return true;
            }

            missed?.Add(because);
        }

        if (reasons is not null)
            reasons.Failed = $"none of its alternatives holds ({string.Join("; ", missed!)})";
        return false;
    }

    static ImmutableArray<string> One(string? text) => string.IsNullOrEmpty(text) ? [] : [text];

    /// <summary>A text of ours, not the client's own.</summary>
    static bool Text(string what, ImmutableArray<TextPattern> patterns, ReadOnlySpan<char> actual, Reasons? reasons)
    {
        var holds = !actual.IsEmpty && MatchesAny(patterns, actual);
        return reasons is null ? holds
            : Noted(holds, reasons, actual.IsEmpty ? $"it has no {what}" : $"its {what} is {actual}", actual.IsEmpty ? "" : $"not {string.Join(" or ", patterns)}");
    }

    /// <param name="actual">The client's own words: they are shown in quotes.</param>
    static bool Texts(string what, ImmutableArray<TextPattern> patterns, ImmutableArray<string> actual, Reasons? reasons)
    {
        var holds = false;
        foreach (var text in actual)
            holds = holds || MatchesAny(patterns, text);
        if (reasons is null)
            return holds;

        var found = actual.IsEmpty ? $"it has no {what}" : $"its {what} is {string.Join(", ", actual.Select(Printable))}";
        return Noted(holds, reasons, found, actual.IsEmpty ? "" : $"not {string.Join(" or ", patterns)}");
    }

    static bool MatchesAny(ImmutableArray<TextPattern> patterns, ReadOnlySpan<char> text)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(text))
                return true;
        }

        return false;
    }

    static bool OneOf<T>(string what, ImmutableArray<T> wanted, T? actual, Reasons? reasons)
        where T : struct
    {
        if (wanted.IsEmpty)
            return true;

        var holds = actual is { } value && wanted.Contains(value);
        return reasons is null ? holds
            : Noted(holds, reasons, actual is null ? $"its {what} is not known" : $"its {what} is {Word(actual.Value)}", $"not {string.Join(" or ", wanted.Select(Word))}");

        static string Word(T value) => value is ClientArchitecture arch ? arch.ToString() : value.ToString()!;
    }

    static bool Flag(string yes, string no, bool? wanted, bool actual, Reasons? reasons) =>
        wanted is null || (reasons is null ? wanted == actual : Noted(wanted == actual, reasons, actual ? yes : no, ""));

    static bool Noted(bool holds, Reasons reasons, string found, string wanted)
    {
        if (holds)
            reasons.Met.Add(found);
        else
            reasons.Failed = wanted.Length == 0 ? found : $"{found}, {wanted}";
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
