using System.Globalization;
using Cordwain.Protocols.Tftp;
using Cordwain.Server.Tftp;

namespace Cordwain.Server.Metrics;

/// <summary>The TFTP engine's counters as metrics.</summary>
public static class TftpMetrics
{
    public static IEnumerable<MetricFamily> Families(TftpCounters counters, Func<int> transfers) =>
    [
        MetricFamily.Gauge("cordwain_tftp_transfers", "TFTP transfers under way.", () => transfers()),
        MetricFamily.Counter("cordwain_tftp_requests_total", "TFTP requests that were looked at.", () => counters.Requests),
        MetricFamily.Counter("cordwain_tftp_requests_dropped_total", "TFTP requests that a limit left without an answer.", () => counters.RequestsDropped),
        new("cordwain_tftp_transfers_total", MetricKind.Counter, "TFTP transfers, by what became of them.", ["state"],
            () => [new(counters.TransfersStarted, ["started"]), new(counters.TransfersCompleted, ["completed"]), new(counters.TransfersFailed, ["failed"])]),
        MetricFamily.Counter("cordwain_tftp_sent_bytes_total", "UDP payload that TFTP sent, repetitions and headers among it.", () => counters.BytesSent),
        MetricFamily.Counter("cordwain_tftp_packets_repeated_total", "DATA and OACK packets that were sent again.", () => counters.PacketsRepeated),
        MetricFamily.Counter("cordwain_tftp_packets_not_sent_total", "TFTP packets that the system refused to send.", () => counters.MessagesNotSent),
        MetricFamily.Counter("cordwain_tftp_faults_total", "Transfers that ended by a fault of ours.", () => counters.Faults),
        new("cordwain_tftp_errors_total", MetricKind.Counter, "TFTP error packets sent, by their code (RFC 1350).", ["code"],
            () => Enum.GetValues<TftpErrorCode>().Select(code => new MetricSample(counters.Errors(code), [((int)code).ToString(CultureInfo.InvariantCulture)]))),
    ];
}
