namespace Cordwain.Server.HttpBoot;

/// <summary>What boot HTTP has done since the start; read at any time.</summary>
public sealed class HttpCounters
{
    readonly long[] _answers = new long[6];
    long _requests, _bytes, _connections, _active, _refused, _handedOver, _hits, _misses;

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Bytes of content; heads are not counted.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Open at this moment.</summary>
    public long ActiveConnections => Interlocked.Read(ref _active);

    /// <summary>Closed at once: too many in all, or of one address.</summary>
    public long RefusedConnections => Interlocked.Read(ref _refused);

    /// <summary>Sent something other than plain requests for files, and went to the full web server.</summary>
    public long HandedOver => Interlocked.Read(ref _handedOver);

    /// <summary>Answers given again from what was kept, after a look at the file.</summary>
    public long CacheHits => Interlocked.Read(ref _hits);

    public long CacheMisses => Interlocked.Read(ref _misses);

    /// <summary>Answers of one class of status.</summary>
    /// <param name="firstDigit">1 to 5.</param>
    public long Answers(int firstDigit) => Interlocked.Read(ref _answers[firstDigit]);

    internal void CountAnswer(int status)
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Increment(ref _answers[status / 100]);
    }

    internal void CountBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    internal void CountOpened()
    {
        Interlocked.Increment(ref _connections);
        Interlocked.Increment(ref _active);
    }

    internal void CountClosed() => Interlocked.Decrement(ref _active);

    internal void CountRefused() => Interlocked.Increment(ref _refused);

    internal void CountHandedOver() => Interlocked.Increment(ref _handedOver);

    internal void CountAnswers(int firstDigit, int count)
    {
        Interlocked.Add(ref _requests, count);
        Interlocked.Add(ref _answers[firstDigit], count);
    }

    internal void CountLookups(int hits, int misses)
    {
        Interlocked.Add(ref _hits, hits);
        Interlocked.Add(ref _misses, misses);
    }
}
