using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;

namespace Cordwain.Server.Metrics;

/// <summary>What the machines of one network asked and got. Counted by several threads.</summary>
sealed class NetworkFigures
{
    public const int MostTypes = 9;

    const int Channels = 8;

    public readonly long[] Messages = new long[MostTypes], Answers = new long[8];

    readonly ReadFigures?[] _reads = new ReadFigures?[Channels];

    public bool HasDhcp => Array.Exists(Messages, count => count > 0);

    public ReadFigures Reads(BootChannel channel)
    {
        ref var figures = ref _reads[(int)channel & (Channels - 1)];
        return Volatile.Read(ref figures) ?? Interlocked.CompareExchange(ref figures, new(), null) ?? figures;
    }

    /// <summary>Null when nothing was read by that way yet.</summary>
    public ReadFigures? ReadsIfAny(BootChannel channel) => Volatile.Read(ref _reads[(int)channel & (Channels - 1)]);
}

/// <summary>The reads of one network by one protocol.</summary>
sealed class ReadFigures
{
    const int Outcomes = 8;

    readonly long[] _outcomes = new long[Outcomes];
    long _bytes;

    public FixedHistogram Durations { get; } = new(FixedHistogram.Long);

    public long Bytes => Interlocked.Read(ref _bytes);

    public long Count(ReadOutcome outcome) => Interlocked.Read(ref _outcomes[(int)outcome & (Outcomes - 1)]);

    public void Add(BootEvent.Read read)
    {
        Interlocked.Increment(ref _outcomes[(int)read.Outcome & (Outcomes - 1)]);
        Interlocked.Add(ref _bytes, read.Bytes);
        if (read.Outcome == ReadOutcome.Completed)
            Durations.Add(read.Duration);
    }
}
