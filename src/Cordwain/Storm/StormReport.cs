using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cordwain.Storm;

/// <summary>Times of one kind, in milliseconds.</summary>
/// <param name="P50">Half took no longer than this (nearest rank).</param>
sealed record StormTimes(int Count, double P50, double P90, double P99, double Most)
{
    /// <summary>Null when there are none.</summary>
    public static StormTimes? Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(time => Math.Round(time.TotalMilliseconds, 3)).Order().ToArray();
        return sorted.Length == 0 ? null : new(sorted.Length, Rank(50), Rank(90), Rank(99), sorted[^1]);

        double Rank(int percent) => sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * percent / 100.0) - 1)];
    }
}

/// <summary>Failures of one kind.</summary>
/// <param name="Steps">How many at which step.</param>
/// <param name="Example">What the first of them saw.</param>
sealed record StormFailureCount(string Kind, int Count, IReadOnlyDictionary<string, int> Steps, string Example, string Hint);

/// <summary>What a storm showed; as JSON a contract, see docs/howto/measure-before-a-roll-out.md.</summary>
sealed record StormReport
{
    public required int Machines { get; init; }

    public required int Done { get; init; }

    public required int Failed { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Machines that were done, divided by the time from the first power on to the last end.</summary>
    public required double BootsPerSecond { get; init; }

    /// <summary>From power on to the script.</summary>
    public StormTimes? ToMenu { get; init; }

    /// <summary>From power on to the end of those that were done.</summary>
    public StormTimes? ToDone { get; init; }

    public required IReadOnlyDictionary<string, StormTimes> Steps { get; init; }

    public required long Bytes { get; init; }

    public required long DhcpResends { get; init; }

    public required long TftpResends { get; init; }

    public required long TftpDuplicates { get; init; }

    /// <summary>How the boots ended: <c>kernel</c>, <c>local disk</c> …</summary>
    public required IReadOnlyDictionary<string, int> Ends { get; init; }

    /// <summary>Which servers gave the addresses, and to how many.</summary>
    public required IReadOnlyDictionary<string, int> Servers { get; init; }

    public required IReadOnlyList<StormFailureCount> Failures { get; init; }

    public required string FirstMac { get; init; }

    public static string NameOf(StormStep step) => JsonNamingPolicy.KebabCaseLower.ConvertName(step.ToString());

    public static StormReport Of(StormPlan plan, IReadOnlyList<StormResult> results, TimeSpan elapsed, StormWorld world) => Of(plan, results, elapsed) with
    {
        Bytes = world.Tally.Bytes,
        DhcpResends = world.Tally.DhcpResends,
        TftpResends = world.Tally.TftpResends,
        TftpDuplicates = world.Tally.TftpDuplicates,
        Servers = Counted(world.Servers.SelectMany(server => Enumerable.Repeat(server.Key.ToString(), server.Value))),
    };

    internal static StormReport Of(StormPlan plan, IReadOnlyList<StormResult> results, TimeSpan elapsed)
    {
        var done = results.Where(result => result.IsDone).ToArray();
        var steps = new SortedDictionary<StormStep, StormTimes>();
        foreach (var group in results.SelectMany(result => result.Steps).GroupBy(step => step.Step, step => step.Took))
            steps[group.Key] = StormTimes.Of(group)!;
        return new()
        {
            Machines = results.Count,
            Done = done.Length,
            Failed = results.Count - done.Length,
            Seconds = Math.Round(elapsed.TotalSeconds, 3),
            BootsPerSecond = elapsed > TimeSpan.Zero ? Math.Round(done.Length / elapsed.TotalSeconds, 2) : 0,
            ToMenu = StormTimes.Of(results.Where(result => result.ToMenu is not null).Select(result => result.ToMenu!.Value)),
            ToDone = StormTimes.Of(done.Select(result => result.Elapsed)),
            Steps = steps.ToDictionary(step => NameOf(step.Key), step => step.Value),
            Bytes = 0,
            DhcpResends = 0,
            TftpResends = 0,
            TftpDuplicates = 0,
            Ends = Counted(done.Select(result => result.Detail)),
            Servers = new Dictionary<string, int>(),
            Failures = [.. results.Where(result => !result.IsDone).GroupBy(result => result.Failure!).OrderByDescending(group => group.Count()).ThenBy(group => group.Key.Name, StringComparer.Ordinal)
                .Select(group => new StormFailureCount(group.Key.Name, group.Count(), Counted(group.Select(result => NameOf(result.At))), group.First().Detail, group.Key.Hint))],
            FirstMac = plan.FirstMac.ToString(),
        };
    }

    static Dictionary<string, int> Counted(IEnumerable<string> names) =>
        names.GroupBy(name => name).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count());
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(StormReport))]
sealed partial class StormJson : JsonSerializerContext;
