namespace Cordwain.Server.Tftp;

/// <summary>
/// The transfers that have something to send, in a ring: each sends one message's worth and goes to the end of the line, so that a large
/// window waits for the small ones and not they for it. Belongs to one thread.
/// </summary>
sealed class Turns(ISendBatch batch, TftpCounters counters) : IDisposable
{
    readonly Queue<TftpTransfer> _line = [];
    long _packetsSeen, _bytesSeen;

    public bool IsEmpty => _line.Count == 0;

    public void Add(TftpTransfer transfer)
    {
        if (transfer.IsInLine == this)
            return;
        transfer.IsInLine = this;
        _line.Enqueue(transfer);
    }

    /// <summary>One turn for each that waits now; what they send has left when it returns.</summary>
    /// <param name="now">The same for all of them: they ask for no time of their own.</param>
    public void Once(TimeSpan now)
    {
        for (var waiting = _line.Count; waiting > 0; waiting--)
        {
            var transfer = _line.Dequeue();
            if (transfer.IsInLine == this)
                transfer.IsInLine = null;
            if (transfer.TakeTurn(batch, now))
                Add(transfer);
        }

        batch.Flush();
        TakeBack();
        Count();
    }

    public void All(Func<TimeSpan> now)
    {
        while (!IsEmpty)
            Once(now());
    }

    public void Dispose() => batch.Dispose();

    /// <summary>What did not leave is sent another way, if there is one.</summary>
    void TakeBack()
    {
        if (batch.Unsent.Count == 0)
            return;
        foreach (var packet in batch.Unsent)
        {
            if (packet.Transfer.OnNotSent(packet))
                Add(packet.Transfer);
        }

        batch.Unsent.Clear();
    }

    void Count()
    {
        if (batch.PacketsSent == _packetsSeen)
            return;
        counters.CountSent(batch.PacketsSent - _packetsSeen, batch.BytesSent - _bytesSeen);
        (_packetsSeen, _bytesSeen) = (batch.PacketsSent, batch.BytesSent);
    }
}
