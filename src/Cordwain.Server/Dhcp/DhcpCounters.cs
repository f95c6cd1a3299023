using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Server.Dhcp;

/// <summary>What happened to DHCP messages since the start; read at any time.</summary>
public sealed class DhcpCounters
{
    const int Types = 19;

    static readonly TimeSpan[] Bounds =
    [
        TimeSpan.FromMicroseconds(100), TimeSpan.FromMicroseconds(250), TimeSpan.FromMicroseconds(500), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2.5),
        TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100),
        TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1),
    ];

    readonly long[] _requests = new long[Types], _answers = new long[Types], _latencies = new long[Bounds.Length + 1];
    long _received, _malformed, _dropped, _duplicates, _sent, _notSent, _faults, _commits, _failedCommits, _changes, _withheld, _silent, _latencyTicks;

    public long Received => Interlocked.Read(ref _received);

    /// <summary>Refused by the parser, or not a client's message.</summary>
    public long Malformed => Interlocked.Read(ref _malformed);

    /// <summary>Pushed out of the queue by newer ones.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Came again while the same message still waited.</summary>
    public long Duplicates => Interlocked.Read(ref _duplicates);

    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Refused by the system, or made for an address that is no longer ours.</summary>
    public long NotSent => Interlocked.Read(ref _notSent);

    /// <summary>Messages whose answer failed by a fault of ours.</summary>
    public long Faults => Interlocked.Read(ref _faults);

    public long Commits => Interlocked.Read(ref _commits);

    public long FailedCommits => Interlocked.Read(ref _failedCommits);

    /// <summary>Bindings made durable; divided by <see cref="Commits"/>, how well commits are shared.</summary>
    public long StoredChanges => Interlocked.Read(ref _changes);

    /// <summary>Answers that did not leave because their binding could not be stored.</summary>
    public long Withheld => Interlocked.Read(ref _withheld);

    /// <summary>Messages that were answered by silence, on purpose.</summary>
    public long Silent => Interlocked.Read(ref _silent);

    /// <summary>Upper ends of the latency buckets; the last bucket has none.</summary>
    public static IReadOnlyList<TimeSpan> LatencyBounds => Bounds;

    /// <summary>Messages that were worked on, by type; types that nobody knows count together, as <see cref="DhcpMessageType.None"/>.</summary>
    public long Requests(DhcpMessageType type) => Interlocked.Read(ref _requests[Index(type)]);

    public long Answers(DhcpMessageType type) => Interlocked.Read(ref _answers[Index(type)]);

    /// <summary>Answers by the time from arrival to departure, a count for each of <see cref="LatencyBounds"/> and one for what took longer.</summary>
    public IReadOnlyList<long> Latencies()
    {
        var counts = new long[_latencies.Length];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = Interlocked.Read(ref _latencies[i]);
        return counts;
    }

    /// <summary>The sum of all these times.</summary>
    public TimeSpan LatencySum => new(Interlocked.Read(ref _latencyTicks));

    internal void CountReceived() => Interlocked.Increment(ref _received);

    internal void CountMalformed() => Interlocked.Increment(ref _malformed);

    internal void CountDropped() => Interlocked.Increment(ref _dropped);

    internal void CountDuplicate() => Interlocked.Increment(ref _duplicates);

    internal void CountSent(bool sent)
    {
        if (sent)
            Interlocked.Increment(ref _sent);
        else
            Interlocked.Increment(ref _notSent);
    }

    /// <summary>Counted as sent before the system had its say.</summary>
    internal void CountRefused(int count)
    {
        if (count == 0)
            return;
        Interlocked.Add(ref _sent, -count);
        Interlocked.Add(ref _notSent, count);
    }

    internal void CountFault() => Interlocked.Increment(ref _faults);

    internal void CountCommit(int changes)
    {
        Interlocked.Increment(ref _commits);
        Interlocked.Add(ref _changes, changes);
    }

    internal void CountFailedCommit(int withheld)
    {
        Interlocked.Increment(ref _failedCommits);
        Interlocked.Add(ref _withheld, withheld);
    }

    /// <param name="reply">Null: none left.</param>
    internal void CountAnswered(DhcpWork work, DhcpMessage? reply, TimeSpan took)
    {
        Interlocked.Increment(ref _requests[Index(work.Message.Type)]);
        if (reply is null)
        {
            Interlocked.Increment(ref _silent);
            return;
        }

        Interlocked.Increment(ref _answers[Index(reply.Type)]);
        if (work.Came == 0)
            return;
        var bucket = 0;
        while (bucket < Bounds.Length && took > Bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _latencies[bucket]);
        Interlocked.Add(ref _latencyTicks, took.Ticks);
    }

    static int Index(DhcpMessageType type) => (int)type < Types ? (int)type : 0;
}
