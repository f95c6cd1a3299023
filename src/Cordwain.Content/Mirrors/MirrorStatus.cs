namespace Cordwain.Content.Mirrors;

public enum MirrorFileState
{
    /// <summary>Bytes are coming, or are being asked for again.</summary>
    Arriving,

    Complete,

    /// <summary>Given up; what came is kept and taken up again when the file is next asked for.</summary>
    Failed,
}

/// <summary>A remote file as the cache has it now.</summary>
/// <param name="Url">Without user, password and query.</param>
/// <param name="Length">Null: the mirror did not say.</param>
/// <param name="Readers">Machines reading it now.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
public sealed record MirrorFileStatus(string Url, MirrorFileState State, long Received, long? Length, int Readers, string? Error);

/// <summary>What the cache has done since it started.</summary>
/// <param name="Hits">Opened from a complete copy.</param>
/// <param name="Misses">Opened while the file arrived.</param>
/// <param name="Stale">Of the hits: served without an answer from the mirror.</param>
/// <param name="Fetched">Bytes taken from mirrors.</param>
/// <param name="Stored">Bytes kept now.</param>
public readonly record struct MirrorCounters(long Hits, long Misses, long Stale, long Failures, long Evicted, long Fetched, long Stored);
