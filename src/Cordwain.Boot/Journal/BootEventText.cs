using System.Globalization;

namespace Cordwain.Boot.Journal;

/// <summary>An event in words, the same in the log, in <c>cordwain boots</c> and on the page.</summary>
public static class BootEventText
{
    public static string OneLine(BootEvent boot) => boot switch
    {
        BootEvent.Dhcp dhcp => dhcp.Summary,
        BootEvent.Read read => Line(read),
        BootEvent.Note note => note.Text,
        _ => throw new InvalidOperationException($"unknown event {boot.GetType().Name}"),
    };

    /// <summary>A size as people read it: <c>9 B</c>, <c>1.4 MB</c> (powers of ten).</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} KB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.##} GB"),
    };

    static string Line(BootEvent.Read read)
    {
        var how = $"{read.Channel.ToString().ToUpperInvariant()} {read.Name}";
        return read.Outcome switch
        {
            ReadOutcome.Completed => $"{how}: {Size(read.Bytes)}{Rate(read)} from {read.Source}",
            ReadOutcome.NotFound => $"{how}: not found",
            ReadOutcome.Probed => $"{how}: size asked",
            ReadOutcome.EndedByClient => $"{how}: ended by the machine after {Size(read.Bytes)}",
            ReadOutcome.TimedOut => $"{how}: the machine fell silent after {Size(read.Bytes)}",
            _ => $"{how}: failed after {Size(read.Bytes)}{(read.Reason is null ? "" : ", " + read.Reason)}",
        };
    }

    static string Rate(BootEvent.Read read) =>
        read.Duration < TimeSpan.FromMilliseconds(1) || read.Bytes < 100_000 ? ""
            : $" at {Size((long)(read.Bytes / read.Duration.TotalSeconds))}/s";
}
