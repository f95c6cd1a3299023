using System.Globalization;
using Cordwain.Boot.Journal;
using Spectre.Console;

namespace Cordwain.Storm;

/// <summary>Shows a storm while it goes on: a live picture in a terminal, a line every two seconds elsewhere.</summary>
sealed class StormDisplay(StormRun run, TextWriter lines)
{
    static readonly TimeSpan Picture = TimeSpan.FromMilliseconds(200), Line = TimeSpan.FromSeconds(2);

    long _bytes;
    TimeSpan _at;

    /// <param name="console">The terminal; null: lines.</param>
    public Task Show(IAnsiConsole? console, Task storm) => console is null ? ShowLines(storm) : console.Live(Text()).AutoClear(true).StartAsync(async live =>
    {
        while (!storm.IsCompleted)
        {
            live.UpdateTarget(Text());
            await Task.WhenAny(storm, Task.Delay(Picture));
        }
    });

    async Task ShowLines(Task storm)
    {
        while (await Task.WhenAny(storm, Task.Delay(Line)) != storm)
        {
            var tally = run.Tally;
            await lines.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{run.Elapsed.TotalSeconds,6:0.0} s  {tally.Started} on, {tally.Done} done, {tally.Failed} failed; {Where(tally)}; {Rate()}/s"));
        }
    }

    Table Text()
    {
        var tally = run.Tally;
        var all = run.Plan.Machines;
        var table = new Table().Border(TableBorder.Rounded).Title($"storm, {run.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s").AddColumns("", "machines", "");
        Row("done", tally.Done, "green");
        Row("failed", tally.Failed, "red");
        foreach (var step in Enum.GetValues<StormStep>())
            Row(StormText(step), tally.At(step), "yellow");
        Row("not on yet", all - tally.Started, "grey");
        table.Caption($"{Rate()}/s, {tally.DhcpResends} DHCP and {tally.TftpResends} TFTP resends");
        return table;

        void Row(string name, int count, string color) =>
            table.AddRow(name, count.ToString(CultureInfo.InvariantCulture), $"[{color}]{new string('█', (int)Math.Ceiling(40.0 * count / Math.Max(1, all)))}[/]");

        static string StormText(StormStep step) => StormReport.NameOf(step);
    }

    static string Where(StormTally tally)
    {
        var at = Enum.GetValues<StormStep>().Where(step => tally.At(step) > 0).Select(step => string.Create(CultureInfo.InvariantCulture, $"{tally.At(step)} at {StormReport.NameOf(step)}"));
        return string.Join(", ", at) is { Length: > 0 } text ? text : "none on the way";
    }

    string Rate()
    {
        var (bytes, now) = (run.Tally.Bytes, run.Elapsed);
        var rate = now > _at ? (long)((bytes - _bytes) / (now - _at).TotalSeconds) : 0;
        (_bytes, _at) = (bytes, now);
        return BootEventText.Size(rate);
    }
}
