namespace Cordwain.Protocols.Tftp;

/// <summary>Serves one read request: the sender half of RFC 1350 with RFC 7440 windows, without sockets, clocks or files.</summary>
/// <remarks>
/// After each <c>On…</c> call, take <see cref="Next"/>, do it, report it with <see cref="OnSent"/>, until it answers
/// <see cref="TftpActionKind.Wait"/> or <see cref="TftpActionKind.Finish"/>. What cannot be done yet (the bytes are not there) is
/// simply not reported. <c>now</c> is monotonic time since any fixed origin. Not safe for several threads.
/// </remarks>
public sealed class TftpReadTransfer
{
    /// <summary>Repeats in a row to a client that says nothing. With the first packet, six: a forged request wakes no more.</summary>
    public const int MaxRepeats = 5;

    /// <summary>Silence after which the transfer is given up.</summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(30);

    /// <summary>A client that goes on acknowledging the same block gets nowhere.</summary>
    public static readonly TimeSpan MaxWithoutProgress = TimeSpan.FromMinutes(2);

    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    readonly TftpReadTerms _terms;
    readonly TimeSpan _ceiling;
    TftpRoundTrip _roundTrip;
    long? _length;
    long _acked;              // blocks count from 1 and do not wrap
    long _sent;               // the last one sent in this pass
    long _highest;            // the last one ever sent
    bool _awaitingAck0;
    bool _oackDue;
    bool _repeated;           // the packets in flight were sent more than once: their answer measures nothing (Karn)
    bool _disordered;         // since the last progress the client asked for packets again: they were lost or overtaken, not slow
    bool _mayRestart;         // a duplicate ACK may restart the window in flight
    int _repeats;
    TimeSpan _sentAt;
    TimeSpan _rewoundAt;
    TimeSpan _heardAt;
    TimeSpan _progressAt;

    public TftpReadTransfer(TftpReadTerms terms, TimeSpan now)
    {
        _terms = terms;
        _length = terms.Length;
        _ceiling = terms.Timeout ?? LongestWait;
        _roundTrip = new(_ceiling);
        _awaitingAck0 = _oackDue = terms.Grants.Any;
        _mayRestart = true;
        _sentAt = _rewoundAt = _heardAt = _progressAt = now;
    }

    /// <summary>When <see cref="OnTick"/> is due next; <see cref="TimeSpan.MaxValue"/> while nothing is in flight. May change with every call but <see cref="Next"/>.</summary>
    public TimeSpan Deadline { get; private set; } = TimeSpan.MaxValue;

    /// <summary>The client has answered: its address is not forged. Changes with <see cref="OnAck"/>.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>Changes with <see cref="OnAck"/>, <see cref="OnError"/>, <see cref="OnReplaced"/> and <see cref="OnTick"/>; for good.</summary>
    public TftpEnding Ending { get; private set; }

    /// <summary>Bytes on the wire that the client has for certain.</summary>
    public long BytesAcknowledged => Math.Min(_acked * _terms.BlockSize, _length ?? long.MaxValue);

    /// <summary>Packets that left a second time, or more often.</summary>
    public long Repeats { get; private set; }

    /// <summary>Blocks that <see cref="Next"/> will name one after the other, before the client has to answer.</summary>
    public int BlocksDue => Ending != TftpEnding.None || _awaitingAck0 ? 0 : (int)(Math.Min(LastBlock, _acked + _terms.WindowSize) - _sent);

    /// <summary>A file that is a multiple of the block size ends with an empty block (RFC 1350 §6).</summary>
    long LastBlock => _length is { } length ? length / _terms.BlockSize + 1 : long.MaxValue;

    bool InFlight => _awaitingAck0 || _highest > _acked;

    /// <summary>What to do now. Changes nothing by itself.</summary>
    public TftpAction Next()
    {
        if (Ending != TftpEnding.None)
            return new(TftpActionKind.Finish);
        if (_oackDue)
            return new(TftpActionKind.SendOack);
        if (_awaitingAck0 || _sent >= LastBlock || _sent - _acked >= _terms.WindowSize)
            return new(TftpActionKind.Wait);

        var offset = _sent * _terms.BlockSize;
        var length = _length is { } total ? (int)Math.Min(_terms.BlockSize, total - offset) : _terms.BlockSize;
        return new(TftpActionKind.SendData, _terms.WireBlock(_sent + 1), offset, length);
    }

    /// <summary>Whether the last block is one of so many that come next, as far as is known.</summary>
    public bool IsLastWithin(int blocks) => _sent + blocks >= LastBlock;

    /// <summary>What <see cref="Next"/> named has left.</summary>
    public void OnSent(TimeSpan now)
    {
        if (!InFlight)
            _heardAt = _progressAt = now;   // however long the content kept us waiting, the client was not silent

        if (_oackDue)
        {
            _oackDue = false;
            Repeats += _repeated ? 1 : 0;
        }
        else
        {
            Repeats += ++_sent <= _highest ? 1 : 0;
            _highest = Math.Max(_highest, _sent);
        }

        _sentAt = now;
        Deadline = now + Wait();
    }

    /// <summary>What was reported as sent did not leave after all: take up the window again where the client stands.</summary>
    public void OnNotSent(TimeSpan now)
    {
        if (Ending == TftpEnding.None && InFlight)
            SendAgain(now);
    }

    /// <summary>The content turned out to end here. Call it before <see cref="OnSent"/> of the block that holds the end.</summary>
    public void OnEndFound(long length) => _length = length;

    /// <param name="block">The number in the packet.</param>
    public void OnAck(ushort block, TimeSpan now)
    {
        if (Ending != TftpEnding.None)
            return;

        if (_awaitingAck0)
        {
            if (block == 0)
                Progress(0, now);
            return;
        }

        // A window is much smaller than the range of block numbers, so the distance is exact; a number from before is far "ahead".
        var distance = _terms.Distance(_acked, block);
        if (distance == 0)
            OnDuplicateAck(now);
        else if (distance <= _highest - _acked)
            Progress(_acked + distance, now);
    }

    /// <summary>The client sent an error packet: over, without an answer (RFC 1350 §7).</summary>
    public void OnError()
    {
        if (Ending == TftpEnding.None)
            Ending = _terms.AskedForSize && !IsConfirmed ? TftpEnding.Probed : TftpEnding.EndedByClient;
    }

    /// <summary>The client asks for something else from the same port. Its last ACK may be behind that request, where it came to another socket.</summary>
    public void OnReplaced()
    {
        if (Ending == TftpEnding.None && IsConfirmed && _highest == LastBlock)
            Ending = TftpEnding.LastAckMissing;
        OnError();
    }

    /// <summary>The same request came again: while nothing was answered yet, the first packet may have been lost.</summary>
    public void OnRequestRepeated(TimeSpan now)
    {
        if (!IsConfirmed && Ending == TftpEnding.None && now - _sentAt >= TftpRoundTrip.Floor)
            SendAgain(now);
    }

    public void OnTick(TimeSpan now)
    {
        if (now < Deadline || Ending != TftpEnding.None)
            return;

        if ((_repeats >= MaxRepeats && now - _heardAt >= MaxSilence) || now - _progressAt >= MaxWithoutProgress)
        {
            Ending = IsConfirmed && _acked > 0 && _highest == LastBlock ? TftpEnding.LastAckMissing : TftpEnding.TimedOut;
        }
        else if (_repeats >= MaxRepeats)
        {
            Deadline = _heardAt + MaxSilence;   // says no more, but still listens
        }
        else
        {
            _repeats++;
            _roundTrip.BackOff();
            SendAgain(now);
            Deadline = now + Wait();   // holds as well when the bytes to send again are not there at once
        }
    }

    /// <summary>RFC 7440 §4: the window goes on after whatever block was acknowledged, the rest of it is sent again.</summary>
    void Progress(long acked, TimeSpan now)
    {
        var whole = acked == _highest;
        if (whole && !_repeated)
            _roundTrip.Measure(now - _sentAt);

        // Where packets are overtaken in every window, each is sent again and none may be measured: without this the timeout would
        // double to the end although the client gets on. On a link that is only slow, nobody asks, and Karn's back-off stays.
        if (!whole || _disordered)
            _roundTrip.Ease();
        _disordered = false;

        // What was sent twice is acknowledged twice. Such an echo must not restart the window after it, or every
        // window from here on would be sent twice: the Sorcerer's Apprentice Syndrome (RFC 1123 §4.2.3.1).
        _mayRestart = whole && !_repeated;
        _repeated = !whole;
        _awaitingAck0 = _oackDue = false;
        _acked = acked;
        // One rewind a round trip: what comes sooner speaks of packets that left before the last one.
        if (whole || now - _rewoundAt >= _roundTrip.Shortest)
            Rewind(now);
        _sent = Math.Max(_sent, acked);
        _repeats = 0;
        _heardAt = _progressAt = now;
        IsConfirmed = true;
        Deadline = InFlight ? now + Wait() : TimeSpan.MaxValue;
        if (acked == LastBlock)
            Ending = TftpEnding.Completed;
    }

    /// <summary>
    /// In a window, the client says that the first block was lost: restart it, once. In lock-step it says nothing, and to answer it would
    /// double every packet from here on (RFC 1123 §4.2.3.1), unless so much time has passed that it can only be the client's own repeat.
    /// </summary>
    void OnDuplicateAck(TimeSpan now)
    {
        if (!InFlight)
            return;

        _heardAt = now;
        _repeats = 0;
        _disordered = _terms.WindowSize > 1;
        var since = now - _sentAt;
        var firstBlockLost = _terms.WindowSize > 1 && _mayRestart && since >= _roundTrip.Shortest / 2;
        if (firstBlockLost || since >= _roundTrip.Timeout)
            SendAgain(now);
    }

    void SendAgain(TimeSpan now)
    {
        _oackDue = _awaitingAck0;
        _repeated = true;
        _mayRestart = false;
        Rewind(now);
    }

    void Rewind(TimeSpan now)
    {
        _sent = _acked;
        _rewoundAt = now;
    }

    /// <summary>
    /// Two quick repeats make good a lost packet. After that it is the estimate that is wrong or the client that is away:
    /// 1, 4 and 8 seconds, or what the client itself asked for.
    /// </summary>
    TimeSpan Wait()
    {
        var patience = _repeats switch { < 2 => TimeSpan.Zero, 2 => TimeSpan.FromSeconds(1), 3 => TimeSpan.FromSeconds(4), _ => LongestWait };
        var wait = patience > _roundTrip.Timeout ? patience : _roundTrip.Timeout;
        return wait < _ceiling ? wait : _ceiling;
    }
}
