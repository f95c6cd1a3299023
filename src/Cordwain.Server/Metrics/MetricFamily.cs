using System.Collections.Immutable;

namespace Cordwain.Server.Metrics;

public enum MetricKind
{
    /// <summary>Only grows, from the start of the process on.</summary>
    Counter,

    Gauge,

    Histogram,
}

/// <summary>A figure at the moment of reading.</summary>
/// <param name="Labels">The values of the family's labels, in their order.</param>
public readonly record struct MetricSample(double Value, params ImmutableArray<string> Labels)
{
    /// <summary>Of a histogram, instead of <see cref="Value"/>.</summary>
    public HistogramReading? Histogram { get; init; }
}

/// <summary>What a histogram holds.</summary>
/// <param name="Bounds">Upper ends of the buckets; one more bucket has none.</param>
/// <param name="Counts">Of each bucket alone.</param>
public sealed record HistogramReading(IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts, double Sum);

/// <summary>One name with its meaning, and the way to its figures. Read when somebody asks, so counting costs nothing but the count.</summary>
/// <param name="Name">As Prometheus wants it: a unit in it, and <c>_total</c> behind counters.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Labels">Names of labels. Each must have a bound: never a machine, an address or a file name.</param>
public sealed record MetricFamily(string Name, MetricKind Kind, string Help, ImmutableArray<string> Labels, Func<IEnumerable<MetricSample>> Read)
{
    public static MetricFamily Counter(string name, string help, Func<double> read) => new(name, MetricKind.Counter, help, [], () => [new(read(), [])]);

    public static MetricFamily Gauge(string name, string help, Func<double> read) => new(name, MetricKind.Gauge, help, [], () => [new(read(), [])]);
}
