namespace Cordwain.Storage.Journal;

/// <summary>How much of the past is kept. The oldest boots go first.</summary>
public sealed record JournalLimits
{
    /// <summary>In bytes of journal.db.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    public int MaxBoots { get; init; } = 100_000;

    /// <summary>Events of one boot; what comes after them is counted and not kept, so that one machine in a loop does not push out all others.</summary>
    public int MaxEventsPerBoot { get; init; } = 5_000;
}
