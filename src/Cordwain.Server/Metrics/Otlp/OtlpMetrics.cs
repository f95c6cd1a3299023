using System.Collections.Immutable;

namespace Cordwain.Server.Metrics.Otlp;

/// <summary>The figures as one ExportMetricsServiceRequest of OTLP 1 (opentelemetry-proto, collector/metrics/v1 and metrics/v1). The numbers below are its fields'.</summary>
/// <remarks>Names, labels and buckets are those of <c>/metrics</c>, so a dashboard does not care by which way they came. All sums count from the start of the process.</remarks>
static class OtlpMetrics
{
    const ulong Cumulative = 2;

    public static ReadOnlyMemory<byte> Encode(IEnumerable<MetricFamily> families, ImmutableArray<KeyValuePair<string, string>> resource, DateTimeOffset started, DateTimeOffset now)
    {
        var to = new ProtobufWriter();
        // A clock that was set back must not say that counting began in the future.
        var times = new Times(Nanoseconds(started < now ? started : now), Nanoseconds(now));
        using (to.Message(1))
        {
            using (to.Message(1))
            {
                foreach (var (key, value) in resource)
                    Attribute(to, 1, key, value);
            }

            using (to.Message(2))
            {
                using (to.Message(1))
                    to.Text(1, MetricsRegistry.MeterName);
                foreach (var family in families)
                    Write(to, family, times);
            }
        }

        return to.Written;
    }

    static void Write(ProtobufWriter to, MetricFamily family, Times times)
    {
        MetricSample[] samples = [.. family.Read()];
        if (samples.Length == 0)
            return;
        using var metric = to.Message(2);
        to.Text(1, family.Name);
        to.Text(2, family.Help);
        if (UnitOf(family.Name) is { } unit)
            to.Text(3, unit);

        using var data = to.Message(family.Kind switch { MetricKind.Gauge => 5, MetricKind.Counter => 7, _ => 9 });
        foreach (var sample in samples)
        {
            if (sample.Histogram is { } histogram)
                Write(to, family, sample, histogram, times);
            else
                Write(to, family, sample, times);
        }

        if (family.Kind != MetricKind.Gauge)
            to.Varint(2, Cumulative);
        if (family.Kind == MetricKind.Counter)
            to.Varint(3, 1);   // is_monotonic
    }

    static void Write(ProtobufWriter to, MetricFamily family, MetricSample sample, Times times)
    {
        using var point = to.Message(1);
        if (family.Kind != MetricKind.Gauge)
            to.Fixed64(2, times.Started);
        to.Fixed64(3, times.Now);
        to.Double(4, sample.Value);
        Labels(to, 7, family, sample);
    }

    /// <summary>Unlike Prometheus's, these buckets are not cumulative.</summary>
    static void Write(ProtobufWriter to, MetricFamily family, MetricSample sample, HistogramReading histogram, Times times)
    {
        using var point = to.Message(1);
        to.Fixed64(2, times.Started);
        to.Fixed64(3, times.Now);
        to.Fixed64(4, (ulong)histogram.Counts.Sum());
        to.Double(5, histogram.Sum);
        using (to.Message(6))
        {
            foreach (var count in histogram.Counts)
                to.Fixed64((ulong)count);
        }

        using (to.Message(7))
        {
            foreach (var bound in histogram.Bounds)
                to.Double(bound);
        }

        Labels(to, 9, family, sample);
    }

    static void Labels(ProtobufWriter to, int field, MetricFamily family, MetricSample sample)
    {
        for (var i = 0; i < family.Labels.Length; i++)
            Attribute(to, field, family.Labels[i], sample.Labels[i]);
    }

    static void Attribute(ProtobufWriter to, int field, string key, string value)
    {
        using var attribute = to.Message(field);
        to.Text(1, key);
        using (to.Message(2))
            to.Text(1, value);
    }

    /// <summary>By UCUM, as OpenTelemetry wants it. Prometheus adds the unit to the name again unless the name has it.</summary>
    static string? UnitOf(string name) =>
        name.Contains("_seconds", StringComparison.Ordinal) ? "s" : name.Contains("_bytes", StringComparison.Ordinal) ? "By" : null;

    static ulong Nanoseconds(DateTimeOffset time) => (ulong)Math.Max(0, (time - DateTimeOffset.UnixEpoch).Ticks) * TimeSpan.NanosecondsPerTick;

    readonly record struct Times(ulong Started, ulong Now);
}
