using System.Collections.Immutable;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration;

/// <summary>How much the server writes about itself.</summary>
public enum LogDetail
{
    Error,
    Warning,
    Info,
    Debug,
}

/// <summary>What the configuration says about the server rather than about boots. Read at the start; what <see cref="NeedRestart"/> names changes with the next one only.</summary>
public sealed record ServerSettings
{
    public int HttpPort { get; init; } = 8067;

    public bool HttpEnabled { get; init; } = true;

    public int TftpPort { get; init; } = 69;

    public bool TftpEnabled { get; init; } = true;

    /// <summary>Answer TFTP from the port that was asked.</summary>
    public bool TftpSinglePort { get; init; }

    /// <summary>The TFTP block number after 65535: 0 or 1.</summary>
    public int TftpRollOver { get; init; }

    /// <summary>In bytes, 512 to 65464.</summary>
    public int TftpMaxBlockSize { get; init; } = 65464;

    public int DhcpPort { get; init; } = 67;

    /// <summary>The PXE boot server's port.</summary>
    public int ProxyPort { get; init; } = 4011;

    /// <summary>Interfaces to answer on; empty: those that the networks are on.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>Beginnings of option 60 that count as <c>PXEClient</c>.</summary>
    public ImmutableArray<string> VendorClasses { get; init; } = [];

    /// <summary>The folder that is served as it stands; null: none.</summary>
    public string? FilesFolder { get; init; }

    /// <summary>Null: the caller's default.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Asked for loaders before the folders of the distribution's packages.</summary>
    public ImmutableArray<string> LoaderFolders { get; init; } = [];

    /// <summary>In bytes.</summary>
    public long JournalSize { get; init; } = 256L << 20;

    /// <summary>In bytes.</summary>
    public long CacheSize { get; init; } = 20L << 30;

    public int TftpTransfers { get; init; } = 4096;

    /// <summary>TFTP transfers at a time to one address.</summary>
    public int TftpPerAddress { get; init; } = 64;

    /// <summary>TFTP requests answered per second from one address.</summary>
    public int TftpRequestsPerAddress { get; init; } = 200;

    public int HttpConnections { get; init; } = 4096;

    /// <summary>HTTP connections at a time of one address.</summary>
    public int HttpPerAddress { get; init; } = 1024;

    public bool MetricsEnabled { get; init; } = true;

    /// <summary>Who may read the metrics, beside this machine.</summary>
    public ImmutableArray<Ipv4Network> MetricsAllow { get; init; } = [];

    /// <summary>The collector that gets the metrics by OTLP over HTTP, without the path of a signal; null: what the environment says.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>Null: what the environment says.</summary>
    public TimeSpan? OtlpInterval { get; init; }

    public LogDetail LogDetail { get; init; } = LogDetail.Info;

    /// <summary>The keys whose values differ from <paramref name="running"/> and take effect with the next start only.</summary>
    public IEnumerable<string> NeedRestart(ServerSettings running)
    {
        (string Key, bool Same)[] keys =
        [
            ("http.port", HttpPort == running.HttpPort), ("http.enabled", HttpEnabled == running.HttpEnabled),
            ("tftp.port", TftpPort == running.TftpPort), ("tftp.enabled", TftpEnabled == running.TftpEnabled),
            ("tftp.single-port", TftpSinglePort == running.TftpSinglePort), ("tftp.roll-over", TftpRollOver == running.TftpRollOver),
            ("tftp.max-blksize", TftpMaxBlockSize == running.TftpMaxBlockSize),
            ("dhcp.port", DhcpPort == running.DhcpPort), ("dhcp.proxy-port", ProxyPort == running.ProxyPort),
            ("data", DataFolder == running.DataFolder),
            ("journal.size", JournalSize == running.JournalSize), ("cache.size", CacheSize == running.CacheSize),
            ("limits.tftp-transfers", TftpTransfers == running.TftpTransfers), ("limits.tftp-per-address", TftpPerAddress == running.TftpPerAddress),
            ("limits.tftp-requests-per-address", TftpRequestsPerAddress == running.TftpRequestsPerAddress), ("limits.http-connections", HttpConnections == running.HttpConnections),
            ("limits.http-per-address", HttpPerAddress == running.HttpPerAddress),
        ];
        return keys.Where(key => !key.Same).Select(key => key.Key);
    }
}
