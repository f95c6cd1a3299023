using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Cordwain.Boot.Journal;
using Cordwain.Protocols.Tftp;

namespace Cordwain.Server.Tftp;

/// <summary>The transfers by client. Safe for several threads.</summary>
/// <remarks>
/// A transfer stays for a while after its end, so that a late packet of a client that is done is not answered
/// with an error, which might hit its next transfer.
/// </remarks>
sealed class TransferTable(TftpSettings settings, TimeSpan tick)
{
    static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(3);

    readonly ConcurrentDictionary<TftpClient, TftpTransfer> _transfers = [];
    readonly ConcurrentQueue<TftpTransfer> _unanswered = [];
    readonly TransferSchedule _schedule = new(tick);
    readonly List<TftpTransfer> _due = [];
    int _live;

    public int Live => Volatile.Read(ref _live);

    public bool IsEmpty => _transfers.IsEmpty;

    public bool TryGet(TftpClient client, [NotNullWhen(true)] out TftpTransfer? transfer) => _transfers.TryGetValue(client, out transfer);

    /// <summary>Adds a transfer, in the place of an ended one of the same client if there is one.</summary>
    /// <returns>False when the table is full of transfers that are under way.</returns>
    public bool TryAdd(TftpTransfer transfer)
    {
        if (Live >= settings.MaxTransfers && !MakeRoom())
            return false;
        Interlocked.Increment(ref _live);
        _transfers[transfer.Client] = transfer;
        _unanswered.Enqueue(transfer);
        return true;
    }

    /// <summary>To be called once for each transfer that ended.</summary>
    public void OnEnded(TftpTransfer transfer)
    {
        Interlocked.Decrement(ref _live);
        if (_transfers.Count > settings.MaxTransfers * 2)
            Remove(transfer);
        else
            Plan(transfer, transfer.EndedAt + Aftermath);
    }

    public void Plan(TftpTransfer transfer, TimeSpan when) => _schedule.Plan(transfer, when);

    /// <summary>Looks at what is due. For one thread at a time.</summary>
    public void Tick(Func<TimeSpan> clock, Turns turns)
    {
        var now = clock();
        _schedule.TakeDue(now, _due);
        foreach (var transfer in _due)
            Visit(transfer, now, turns);
        _due.Clear();
        turns.All(clock);
        while (_unanswered.TryPeek(out var oldest) && (oldest.IsConfirmed || !oldest.IsLive))
            _unanswered.TryDequeue(out _);
    }

    /// <summary>Lets go of what was planned for transfers that are in the table no more.</summary>
    public void Forget() => _schedule.Forget(transfer => !_transfers.TryGetValue(transfer.Client, out var known) || known != transfer);

    public void EndAll(string reason)
    {
        foreach (var (_, transfer) in _transfers)
            transfer.Refuse(TftpErrorCode.NotDefined, reason, null, ReadOutcome.Failed, reason);
    }

    void Visit(TftpTransfer transfer, TimeSpan now, Turns turns)
    {
        if (transfer.IsLive)
        {
            if (transfer.OnVisit(now))
                turns.Add(transfer);
        }
        else if (now - transfer.EndedAt >= Aftermath)
        {
            Remove(transfer);
        }
        else
        {
            Plan(transfer, transfer.EndedAt + Aftermath);   // what brought us here was planned while it lived
        }
    }

    /// <summary>Only this very transfer: a newer one of the same client stays.</summary>
    void Remove(TftpTransfer transfer) => _transfers.TryRemove(new(transfer.Client, transfer));

    bool MakeRoom()
    {
        while (_unanswered.TryDequeue(out var oldest))
        {
            if (oldest.IsConfirmed || !oldest.IsLive)
                continue;
            oldest.Refuse(TftpErrorCode.NotDefined, null, null, ReadOutcome.TimedOut, "the client never answered and others needed the room");
            return true;
        }

        return false;
    }
}
