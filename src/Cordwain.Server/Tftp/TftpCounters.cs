using Cordwain.Protocols.Tftp;

namespace Cordwain.Server.Tftp;

/// <summary>What the TFTP service has done since its start. Safe for several threads.</summary>
public sealed class TftpCounters
{
    readonly long[] _errors = new long[(int)TftpErrorCode.OptionsRefused + 1];
    long _requests, _dropped, _started, _completed, _failed, _messages, _bytes, _repeats, _notSent, _otherwise, _faults;

    /// <summary>Read requests that were looked at, well formed or not.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Requests not answered because of a limit.</summary>
    public long RequestsDropped => Volatile.Read(ref _dropped);

    /// <summary>Transfers begun.</summary>
    public long TransfersStarted => Volatile.Read(ref _started);

    /// <summary>Transfers whose last block was acknowledged, or asked for the size only.</summary>
    public long TransfersCompleted => Volatile.Read(ref _completed);

    /// <summary>Transfers that ended otherwise.</summary>
    public long TransfersFailed => Volatile.Read(ref _failed);

    /// <summary>Messages given to the system; a window cut into packets by the system counts once.</summary>
    public long MessagesSent => Volatile.Read(ref _messages);

    /// <summary>UDP payload bytes of those messages.</summary>
    public long BytesSent => Volatile.Read(ref _bytes);

    /// <summary>DATA and OACK packets that were sent again.</summary>
    public long PacketsRepeated => Volatile.Read(ref _repeats);

    /// <summary>Messages that the system refused; their packets are lost until they are sent again.</summary>
    public long MessagesNotSent => Volatile.Read(ref _notSent);

    /// <summary>Messages that the system refused and whose packets left singly, or read instead of mapped: once a transfer at most of each kind.</summary>
    public long MessagesSentAnotherWay => Volatile.Read(ref _otherwise);

    /// <summary>Failures that nobody thought of; each cost one client its transfer.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>Error packets sent with this code.</summary>
    public long Errors(TftpErrorCode code) => Volatile.Read(ref _errors[(int)code]);

    internal void CountRequest() => Interlocked.Increment(ref _requests);

    internal long CountDropped() => Interlocked.Increment(ref _dropped);

    internal void CountStart() => Interlocked.Increment(ref _started);

    internal void CountEnd(bool well) => Interlocked.Increment(ref well ? ref _completed : ref _failed);

    internal void CountSent(long messages, long bytes)
    {
        Interlocked.Add(ref _messages, messages);
        Interlocked.Add(ref _bytes, bytes);
    }

    internal void CountRepeats(long packets) => Interlocked.Add(ref _repeats, packets);

    internal void CountNotSent() => Interlocked.Increment(ref _notSent);

    internal void CountSentAnotherWay() => Interlocked.Increment(ref _otherwise);

    internal void CountFault() => Interlocked.Increment(ref _faults);

    internal void CountError(TftpErrorCode code) => Interlocked.Increment(ref _errors[(int)code]);
}
