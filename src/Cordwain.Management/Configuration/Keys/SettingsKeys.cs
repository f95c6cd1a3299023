using System.Collections.Immutable;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>The keys of what belongs to the server rather than to a boot.</summary>
static class SettingsKeys
{
    public static readonly ConfigKey<int> HttpPort = new("port", Kinds.Port, "TCP port of boot HTTP.") { Default = "8067" };

    public static readonly ConfigKey<bool> HttpEnabled = new("enabled", Kinds.Bool, "Whether to serve by HTTP at all.") { Default = "true" };

    public static readonly ConfigObject Http = new("http", "Boot HTTP.", [HttpPort, HttpEnabled]);

    public static readonly ConfigKey<int> TftpPort = new("port", Kinds.Port, "UDP port of TFTP; firmware asks on 69 and nowhere else.") { Default = "69" };

    public static readonly ConfigKey<bool> TftpEnabled = new("enabled", Kinds.Bool, "Whether to serve by TFTP at all.") { Default = "true" };

    public static readonly ConfigKey<bool> TftpSinglePort = new("single-port", Kinds.Bool, "Answer from the port that was asked, for NAT and containers.") { Default = "false" };

    public static readonly ConfigKey<int> TftpRollOver = new("roll-over", Kinds.Number("`0` or `1`", 0, 1), "The block number that follows 65535.") { Default = "0" };

    // RFC 2348: 8 to 65464.
    public static readonly ConfigKey<int> TftpMaxBlockSize = new("max-blksize", Kinds.Number("a number of bytes", 512, 65464), "The largest block to agree to; lower it for tunnels that lose large packets.") { Default = "65464" };

    public static readonly ConfigObject Tftp = new("tftp", "TFTP, read-only.", [TftpPort, TftpEnabled, TftpSinglePort, TftpRollOver, TftpMaxBlockSize]);

    public static readonly ConfigKey<int> DhcpPort = new("port", Kinds.Port, "UDP port of DHCP; clients ask on 67 and nowhere else.") { Default = "67" };

    public static readonly ConfigKey<int> ProxyPort = new("proxy-port", Kinds.Port, "UDP port of the PXE boot server.") { Default = "4011" };

    public static readonly ConfigKey<ImmutableArray<Placed<string>>> Interfaces = new("interfaces", Kinds.Line("the name of an interface").Many("names of interfaces"),
        "Interfaces to answer on, `*` and `?` allowed; without it, all that have an address in one of the networks, bridges of containers and tunnels left out.")
    { Aka = ["interface"] };

    public static readonly ConfigKey<ImmutableArray<Placed<string>>> VendorClasses = new("vendor-classes", Kinds.Line("the beginning of a vendor class").Many("beginnings of vendor classes"),
        "Texts of option 60 that count as `PXEClient`, for firmware that sends its own.")
    { Aka = ["vendor-class"] };

    public static readonly ConfigObject Dhcp = new("dhcp", "DHCP in all networks.", [DhcpPort, ProxyPort, Interfaces, VendorClasses]);

    public static readonly ConfigKey<long> JournalSize = new("size", Sizes.Between(1 << 20, 1L << 40), "The most room the journal takes; the oldest boots go first.") { Default = "256MB" };

    public static readonly ConfigObject Journal = new("journal", "The record of every boot.", [JournalSize]);

    public static readonly ConfigKey<long> CacheSize = new("size", Sizes.Between(1 << 20, 1L << 50), "The most room fetched files take; those not used for longest go first.") { Default = "20GB" };

    public static readonly ConfigObject Cache = new("cache", "Fetched files.", [CacheSize]);

    public static readonly ConfigKey<int> TftpTransfers = new("tftp-transfers", Kinds.Number("a number", 1, 100_000), "TFTP transfers at the same time.") { Default = "4096" };

    public static readonly ConfigKey<int> TftpPerAddress = new("tftp-per-address", Kinds.Number("a number", 1, 100_000),
        "TFTP transfers at the same time to one address; raise it where many machines stand behind one address translation.")
    { Default = "64" };

    public static readonly ConfigKey<int> TftpRequestsPerAddress = new("tftp-requests-per-address", Kinds.Number("a number", 1, 1_000_000), "TFTP requests answered per second from one address.") { Default = "200" };

    public static readonly ConfigKey<int> HttpConnections = new("http-connections", Kinds.Number("a number", 1, 100_000), "HTTP connections at the same time.") { Default = "4096" };

    public static readonly ConfigKey<int> HttpPerAddress = new("http-per-address", Kinds.Number("a number", 1, 100_000),
        "HTTP connections at the same time of one address; raise it where many machines stand behind one address translation.")
    { Default = "1024" };

    public static readonly ConfigObject Limits = new("limits", "Bounds on what goes on at once.", [TftpTransfers, TftpPerAddress, TftpRequestsPerAddress, HttpConnections, HttpPerAddress]);

    public static readonly ConfigKey<bool> MetricsEnabled = new("enabled", Kinds.Bool, "Whether `/metrics` is there at all.") { Default = "true" };

    public static readonly ConfigKey<ImmutableArray<Placed<Ipv4Network>>> MetricsAllow = new("allow", Kinds.HostOrNetwork.Many("addresses and networks"),
        "Who may read them, beside programs on this machine.")
    { Default = "this machine only", Aka = ["from", "allowed"] };

    public static readonly ConfigKey<Uri> Otlp = new("otlp", CollectorUrl.Kind, "An OpenTelemetry collector to send them to, by OTLP over HTTP: `http://collector:4318`.")
    {
        Default = "the environment's `OTEL_EXPORTER_OTLP_ENDPOINT`, or nowhere",
        Aka = ["opentelemetry", "otel", "collector", "endpoint", "otlp-endpoint"],
    };

    public static readonly ConfigKey<TimeSpan> OtlpInterval = new("otlp-interval", Durations.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), "How often they are sent.") { Default = "60s", Aka = ["interval"] };

    public static readonly ConfigObject Metrics = new("metrics", "Figures for Prometheus, at `/metrics` on the HTTP port, and for OpenTelemetry.", [MetricsEnabled, MetricsAllow, Otlp, OtlpInterval]);

    public static readonly ConfigKey<LogDetail> LogLevel = new("level",
        Kinds.Choice(("error", LogDetail.Error), ("warning", LogDetail.Warning), ("info", LogDetail.Info), ("debug", LogDetail.Debug)), "How much is written.")
    { Default = "info" };

    public static readonly ConfigObject Log = new("log", "The server's log.", [LogLevel]);
}
