namespace Cordwain.Content.Mirrors;

/// <summary>How remote files are fetched and kept.</summary>
public sealed record MirrorSettings
{
    /// <summary>Where fetched files are kept; made when the first one is.</summary>
    public required string Folder { get; init; }

    /// <summary>Bound on all that is kept, in bytes. Default 20 GiB.</summary>
    public long MaxBytes { get; init; } = 20L << 30;

    /// <summary>A copy older than this is compared with the mirror before it is served again. Files with a checksum never are.</summary>
    public TimeSpan RevalidateAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long that comparison may hold up a machine before the copy is served as it is.</summary>
    public TimeSpan RevalidateTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a mirror may stay silent, before its answer and within it.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pause before a broken transfer is taken up again; doubles with each failure in a row, up to half a minute.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Failures in a row, without a byte between them, after which a transfer is given up.</summary>
    public int MaxRetries { get; init; } = 5;

    /// <summary>How long a failure is remembered, so that many machines asking at once do not each wait for it.</summary>
    public TimeSpan FailureMemory { get; init; } = TimeSpan.FromSeconds(5);

    public int MaxRedirects { get; init; } = 5;
}
