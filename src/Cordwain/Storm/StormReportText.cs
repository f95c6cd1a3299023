using System.Globalization;
using Cordwain.Boot.Journal;

namespace Cordwain.Storm;

/// <summary>The report for people.</summary>
static class StormReportText
{
    public static IEnumerable<string> Lines(StormReport report)
    {
        yield return Text($"{report.Done} of {report.Machines} machines done in {report.Seconds:0.0} s: {report.BootsPerSecond:0.0} boots per second, {BootEventText.Size(report.Bytes)}.");
        if (report.Ends.Count > 0)
            yield return "They ended at: " + Counts(report.Ends) + ".";
        if (report.Servers.Count > 0)
            yield return "Answered by: " + Counts(report.Servers) + ".";
        yield return Text($"Sent again: {report.DhcpResends} DHCP, {report.TftpResends} TFTP; {report.TftpDuplicates} TFTP blocks came twice.");
        yield return "";
        yield return $"{"milliseconds",-14}{"machines",9}{"p50",10}{"p90",10}{"p99",10}{"most",10}";
        foreach (var (name, times) in report.Steps)
            yield return Row(name, times);
        if (report.ToMenu is { } menu)
            yield return Row("to the menu", menu);
        if (report.ToDone is { } done)
            yield return Row("to done", done);
        foreach (var failure in report.Failures)
        {
            yield return "";
            yield return Text($"{failure.Count} failed: {failure.Kind} ({Counts(failure.Steps)}); {failure.Example}");
            yield return "  " + failure.Hint;
        }
    }

    static string Row(string name, StormTimes times) => Text($"{name,-14}{times.Count,9}{times.P50,10:0.0}{times.P90,10:0.0}{times.P99,10:0.0}{times.Most,10:0.0}");

    static string Counts(IReadOnlyDictionary<string, int> counts) => string.Join(", ", counts.Select(count => Text($"{count.Key} {count.Value}")));

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
