using Cordwain.Server.Metrics;

namespace Cordwain.Server.Dhcp;

/// <summary>What happened to DHCP messages since the start; read at any time.</summary>
public sealed class DhcpCounters
{
    readonly FixedHistogram _latencies = new([0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]);
    long _received, _malformed, _dropped, _duplicates, _sent, _notSent, _faults, _commits, _failedCommits, _changes, _withheld, _overtaken;

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

    /// <summary>Answers that did not leave because their client gave the address back before they could.</summary>
    public long Overtaken => Interlocked.Read(ref _overtaken);

    /// <summary>Answers that left, by the time from arrival to departure.</summary>
    public HistogramReading Latencies() => _latencies.Read();

    internal void CountReceived() => Interlocked.Increment(ref _received);

    internal void CountMalformed() => Interlocked.Increment(ref _malformed);

    internal void CountDropped() => Interlocked.Increment(ref _dropped);

    internal void CountDuplicate() => Interlocked.Increment(ref _duplicates);

    internal void CountSent(int count) => Interlocked.Add(ref _sent, count);

    internal void CountNotSent(int count) => Interlocked.Add(ref _notSent, count);

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

    internal void CountOvertaken() => Interlocked.Increment(ref _overtaken);

    internal void CountLatency(TimeSpan took) => _latencies.Add(took);
}
