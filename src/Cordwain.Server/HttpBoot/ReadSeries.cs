using Cordwain.Boot.Journal;

namespace Cordwain.Server.HttpBoot;

/// <summary>Ranges of one file on one connection. Requests of a connection come one after the other; its end may come beside the last.</summary>
sealed class ReadSeries(IBootJournal journal)
{
    readonly Lock _gate = new();
    IBootJournal _journal = journal;
    BootEvent.Read? _sum;
    bool _hasEnded;

    public void Add(BootEvent.Read read, bool isRange)
    {
        lock (_gate)
        {
            if (isRange && !_hasEnded && read.Outcome == ReadOutcome.Completed)
            {
                if (_sum is { } sum && sum.Name == read.Name)
                {
                    _sum = sum with { Bytes = sum.Bytes + read.Bytes, Duration = read.At + read.Duration - sum.At };
                    return;
                }

                Flush_NeedsLock();
                _sum = read;
                return;
            }

            Flush_NeedsLock();
            _journal.Record(read);
        }
    }

    /// <summary>Another thread goes on with the connection, and writes to this journal.</summary>
    public void MoveTo(IBootJournal journal)
    {
        lock (_gate)
            _journal = journal;
    }

    /// <summary>The connection has ended, and with it the series.</summary>
    public void End()
    {
        lock (_gate)
        {
            _hasEnded = true;
            Flush_NeedsLock();
        }
    }

    void Flush_NeedsLock()
    {
        if (_sum is { } sum)
            _journal.Record(sum);
        _sum = null;
    }
}
