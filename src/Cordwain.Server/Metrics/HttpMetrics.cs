using System.Globalization;
using Cordwain.Server.HttpBoot;

namespace Cordwain.Server.Metrics;

/// <summary>Boot HTTP's counters as metrics.</summary>
public static class HttpMetrics
{
    public static IEnumerable<MetricFamily> Families(HttpCounters counters) =>
    [
        MetricFamily.Gauge("cordwain_http_connections", "HTTP connections that are open.", () => counters.ActiveConnections),
        MetricFamily.Counter("cordwain_http_connections_total", "HTTP connections that were opened.", () => counters.Connections),
        MetricFamily.Counter("cordwain_http_connections_refused_total", "HTTP connections that a limit closed at once.", () => counters.RefusedConnections),
        MetricFamily.Counter("cordwain_http_connections_handed_over_total", "HTTP connections that sent more than plain requests for files, and went to the full web server.", () => counters.HandedOver),
        new("cordwain_http_answers_total", MetricKind.Counter, "HTTP answers, by the class of their status.", ["status"],
            () => Enumerable.Range(1, 5).Select(digit => new MetricSample(counters.Answers(digit), [string.Create(CultureInfo.InvariantCulture, $"{digit}xx")]))),
        MetricFamily.Counter("cordwain_http_sent_bytes_total", "Bytes of content that HTTP sent.", () => counters.Bytes),
        new("cordwain_http_lookups_total", MetricKind.Counter, "How answers were found: kept from before (hit), or made (miss).", ["result"],
            () => [new(counters.CacheHits, ["hit"]), new(counters.CacheMisses, ["miss"])]),
    ];
}
