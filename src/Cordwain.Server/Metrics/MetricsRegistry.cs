using System.Diagnostics.Metrics;

namespace Cordwain.Server.Metrics;

/// <summary>All figures of the server: for Prometheus as text, for OpenTelemetry by <see cref="Otlp.OtlpExport"/>, for <c>dotnet-counters</c> through the meter <c>Cordwain</c>.</summary>
public sealed class MetricsRegistry : IDisposable
{
    public const string MeterName = "Cordwain";

    static readonly TimeSpan RefreshWithin = TimeSpan.FromSeconds(2);

    readonly Meter _meter = new(MeterName);
    readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    readonly List<Func<Task>> _refreshments = [];

    /// <summary>In the order of their names.</summary>
    public IReadOnlyCollection<MetricFamily> Families => _families.Values;

    /// <summary>Adds families before anybody reads.</summary>
    public void Add(IEnumerable<MetricFamily> families)
    {
        foreach (var family in families)
        {
            _families.Add(family.Name, family);
            Observe(family);
        }
    }

    /// <summary>What must be fetched from another thread before a reading; when it takes too long or fails, the last figures are shown.</summary>
    public void BeforeReading(Func<Task> refresh) => _refreshments.Add(refresh);

    /// <summary>All figures in Prometheus's text format.</summary>
    public async Task<string> ToText()
    {
        await Refresh();
        return PrometheusText.Of(Families);
    }

    /// <summary>To be called before <see cref="Families"/> are read; never fails.</summary>
    public async Task Refresh()
    {
        foreach (var refresh in _refreshments)
            await Begin(refresh).WaitAsync(RefreshWithin).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        static async Task Begin(Func<Task> refresh) => await refresh();   // what fails at once fails as a task
    }

    public void Dispose() => _meter.Dispose();

    void Observe(MetricFamily family)
    {
        switch (family.Kind)
        {
            case MetricKind.Counter:
                _meter.CreateObservableCounter(family.Name, () => Measurements(family), null, family.Help);
                break;
            case MetricKind.Gauge:
                _meter.CreateObservableGauge(family.Name, () => Measurements(family), null, family.Help);
                break;
            default:
                // A histogram cannot be observed: its number and sum are, which give rates and means.
                _meter.CreateObservableCounter(family.Name + ".count", () => Measurements(family, reading => reading.Counts.Sum()), null, family.Help);
                _meter.CreateObservableCounter(family.Name + ".sum", () => Measurements(family, reading => reading.Sum), null, family.Help);
                break;
        }
    }

    static IEnumerable<Measurement<double>> Measurements(MetricFamily family, Func<HistogramReading, double>? of = null)
    {
        foreach (var sample in family.Read())
        {
            yield return new(of is null ? sample.Value : of(sample.Histogram!), family.Labels.Zip(sample.Labels, (name, value) => new KeyValuePair<string, object?>(name, value)));
        }
    }
}
