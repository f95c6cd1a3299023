using System.Globalization;
using System.Text.Json.Nodes;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>Spans of time: <c>90s</c>, <c>5m</c>, <c>12h</c>, <c>7d</c>, and where it makes sense <c>forever</c>.</summary>
static class Durations
{
    static readonly (string Unit, double Seconds)[] Units = [("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("w", 7 * 86400)];

    /// <param name="orForever">The word <c>forever</c> is allowed too.</param>
    public static ScalarKind<TimeSpan> Between(TimeSpan least, TimeSpan most, bool orForever = false) =>
        new(orForever ? "a duration or `forever`" : "a duration",
            Schema(orForever),
            (string text, out TimeSpan value) => Read(text, least, most, orForever, out value));

    public static string Text(TimeSpan duration)
    {
        if (duration == Timeout.InfiniteTimeSpan)
            return "forever";
        var (unit, seconds) = Units.SkipLast(1).Reverse().First(row => duration.TotalSeconds % row.Seconds == 0 && (duration != TimeSpan.Zero || row.Unit == "s"));
        return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds / seconds}{unit}");
    }

    static JsonObject Schema(bool orForever) => Kinds.Pattern(orForever ? @"^(\d+[smhdw]|forever)$" : @"^\d+[smhdw]$");

    static Complaint? Read(string text, TimeSpan least, TimeSpan most, bool orForever, out TimeSpan value)
    {
        value = default;
        if (text.Equals("forever", StringComparison.OrdinalIgnoreCase))
        {
            value = Timeout.InfiniteTimeSpan;
            return orForever ? null : new Complaint("CW4014", "is not possible here.", $"Write a duration of at most {Text(most)}.");
        }

        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits < 0 && text.Length is > 0 and < 9)
            return new Complaint("CW4014", "has no unit.", orForever && text == "0" ? "Write `forever`, or a duration such as 30s." : $"Write {text}s for seconds; m, h and d stand for minutes, hours and days.");

        var unit = Array.FindIndex(Units, row => digits > 0 && text.AsSpan(digits).SequenceEqual(row.Unit));
        if (unit < 0 || digits > 9 || !int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return new Complaint("CW4014", "is not a duration.", $"Write a number and a unit without a space: 90s, 5m, 12h, 7d{(orForever ? ", or forever" : "")}.");

        var seconds = number * Units[unit].Seconds;
        if (seconds < least.TotalSeconds || seconds > most.TotalSeconds)
            return new Complaint("CW4011", "is out of range.", $"Write a duration from {Text(least)} to {Text(most)}{(orForever ? ", or forever" : "")}.");
        value = TimeSpan.FromSeconds(seconds);
        return null;
    }
}

/// <summary>Amounts of bytes: <c>256MB</c>, <c>20GB</c>; powers of two.</summary>
static class Sizes
{
    static readonly string[] Units = ["KB", "MB", "GB", "TB"];

    public static ScalarKind<long> Between(long least, long most) =>
        new("a size", Kinds.Pattern(@"^\d+(KB|MB|GB|TB)$"), (string text, out long value) =>
        {
            value = 0;
            var unit = Array.FindIndex(Units, suffix => text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
            if (unit < 0 || !int.TryParse(text.AsSpan(0, text.Length - 2).TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return new Complaint("CW4010", "is not a size.", "Write a number and a unit, such as 256MB or 20GB.");
            var bytes = number * Math.Pow(1024, unit + 1);
            if (bytes < least || bytes > most)
                return new Complaint("CW4011", "is out of range.", $"Write a size from {Text(least)} to {Text(most)}.");
            value = (long)bytes;
            return null;
        });

    public static string Text(long bytes)
    {
        var unit = 0;
        for (bytes >>= 10; unit < Units.Length - 1 && bytes >= 1024 && bytes % 1024 == 0; unit++)
            bytes >>= 10;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes}{Units[unit]}");
    }
}
