using System.Collections.Immutable;

namespace Cordwain.Server.Metrics;

/// <summary>Counts durations in buckets that never change. Safe for several threads, and cheap: two atomic additions.</summary>
public sealed class FixedHistogram(ImmutableArray<double> bounds)
{
    /// <summary>For what takes a disk or a network of one building: 50 µs to 5 s.</summary>
    public static readonly ImmutableArray<double> Short = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

    /// <summary>For whole files: 1 ms to 10 min.</summary>
    public static readonly ImmutableArray<double> Long = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600];

    readonly long[] _counts = new long[bounds.Length + 1];
    long _ticks;

    public void Add(TimeSpan took)
    {
        var seconds = took.TotalSeconds;
        var bucket = 0;
        while (bucket < bounds.Length && seconds > bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _ticks, took.Ticks);
    }

    public HistogramReading Read()
    {
        var counts = new long[_counts.Length];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = Interlocked.Read(ref _counts[i]);
        return new(bounds, counts, TimeSpan.FromTicks(Interlocked.Read(ref _ticks)).TotalSeconds);
    }
}
