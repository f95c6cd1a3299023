namespace Cordwain.Server.Tftp;

/// <summary>When to look at which transfer, in steps of a tick: a wheel, so that a tick costs what is due and not what there is. Safe for several threads.</summary>
sealed class TransferSchedule(TimeSpan tick)
{
    const int Slots = 1024;   // ten seconds and more; what is due later goes round again

    readonly List<Visit>?[] _slots = new List<Visit>?[Slots];
    readonly Lock _gate = new();
    long _ticked;

    /// <summary>Looks at it no later than a tick after then. An earlier visit that is planned already stays.</summary>
    public void Plan(TftpTransfer transfer, TimeSpan when)
    {
        if (when.Ticks >= transfer.NextVisit || when == TimeSpan.MaxValue)
            return;
        lock (_gate)
        {
            if (when.Ticks >= transfer.NextVisit)
                return;
            transfer.NextVisit = when.Ticks;
            var slot = Math.Max((when.Ticks + tick.Ticks - 1) / tick.Ticks, _ticked + 1);
            (_slots[slot % Slots] ??= []).Add(new(transfer, when.Ticks));
        }
    }

    /// <summary>Takes out what is due.</summary>
    public void TakeDue(TimeSpan now, List<TftpTransfer> due)
    {
        lock (_gate)
        {
            var last = now.Ticks / tick.Ticks;
            _ticked = Math.Max(_ticked, last - Slots);   // after a long sleep each slot once
            while (_ticked < last)
                Take(_slots[++_ticked % Slots], now, due);
        }
    }

    /// <summary>Drops the visits to some transfers.</summary>
    public void Forget(Predicate<TftpTransfer> forget)
    {
        lock (_gate)
        {
            foreach (var slot in _slots)
                slot?.RemoveAll(visit => forget(visit.Transfer));
        }
    }

    static void Take(List<Visit>? slot, TimeSpan now, List<TftpTransfer> due)
    {
        if (slot is null)
            return;
        var kept = 0;
        for (var i = 0; i < slot.Count; i++)
        {
            var visit = slot[i];
            if (visit.Transfer.NextVisit != visit.When)
                continue;   // planned anew since
            if (visit.When > now.Ticks)
            {
                slot[kept++] = visit;
                continue;
            }

            visit.Transfer.NextVisit = long.MaxValue;
            due.Add(visit.Transfer);
        }

        slot.RemoveRange(kept, slot.Count - kept);
    }

    readonly record struct Visit(TftpTransfer Transfer, long When);
}
