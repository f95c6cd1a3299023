using Cordwain.Boot.Journal;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>Events of one worker, passed on to the journal together: waking its thread costs more than answering a small request.</summary>
/// <remarks>None waits longer than a few milliseconds. Used by the worker's thread alone.</remarks>
sealed class JournalBatch(IBootJournal journal) : IBootJournal
{
    /// <summary>How long to wait for more before the batch is passed on, in milliseconds.</summary>
    public const int Patience = 4;

    const int Longest = 512;

    readonly List<BootEvent> _events = [];
    long _since = -1;

    public bool IsEmpty => _events.Count == 0;

    public void Record(BootEvent boot) => _events.Add(boot);

    /// <summary>Passes on what has waited long enough.</summary>
    /// <param name="isQuiet">Nothing happens at the moment.</param>
    public void Pass(long now, bool isQuiet)
    {
        if (_events.Count == 0)
            return;
        if (_since < 0)
            _since = now;
        if (!isQuiet && _events.Count < Longest && now - _since < Patience)
            return;

        foreach (var boot in _events)
            journal.Record(boot);
        _events.Clear();
        _since = -1;
    }
}
