using Cordwain.Server.Dhcp;

namespace Cordwain.Server.Metrics;

/// <summary>The DHCP engine's counters as metrics.</summary>
public static class DhcpMetrics
{
    public static IEnumerable<MetricFamily> Families(DhcpCounters counters, Func<int> waiting) =>
    [
        MetricFamily.Counter("cordwain_dhcp_packets_received_total", "Datagrams that came to the DHCP ports.", () => counters.Received),
        new("cordwain_dhcp_packets_discarded_total", MetricKind.Counter, "Datagrams that were not worked on, by reason.", ["reason"], () =>
        [
            new(counters.Malformed, ["malformed"]), new(counters.Dropped, ["queue-full"]), new(counters.Duplicates, ["duplicate"]), new(counters.Faults, ["fault"]),
        ]),
        MetricFamily.Counter("cordwain_dhcp_packets_sent_total", "Answers that left.", () => counters.Sent),
        MetricFamily.Counter("cordwain_dhcp_packets_not_sent_total", "Answers that the system refused to send.", () => counters.NotSent),
        new("cordwain_dhcp_answer_seconds", MetricKind.Histogram, "From the arrival of a DHCP message to the departure of its answer.", [], () => [new(0, []) { Histogram = counters.Latencies() }]),
        MetricFamily.Counter("cordwain_dhcp_answers_overtaken_total", "Answers that did not leave because their client gave the address back before they could.", () => counters.Overtaken),
        MetricFamily.Gauge("cordwain_dhcp_queue_length", "DHCP messages that wait for the engine.", () => waiting()),
        MetricFamily.Counter("cordwain_lease_commits_total", "Batches of bindings made durable.", () => counters.Commits),
        MetricFamily.Counter("cordwain_lease_changes_total", "Bindings made durable; divided by the commits, how well these are shared.", () => counters.StoredChanges),
        MetricFamily.Counter("cordwain_lease_commit_failures_total", "Batches that could not be stored (full disk, failed fdatasync).", () => counters.FailedCommits),
        MetricFamily.Counter("cordwain_lease_answers_withheld_total", "Answers that did not leave because their binding was not stored.", () => counters.Withheld),
    ];
}
