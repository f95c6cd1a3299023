namespace Cordwain.Server.Hosting;

/// <summary>Wakes one waiting thread; a signal given while nobody waits is kept. Unlike a wait handle it may be given at any time, also after the end.</summary>
sealed class Signal
{
    readonly object _sync = new();
    bool _given;

    public void Set()
    {
        lock (_sync)
        {
            _given = true;
            Monitor.Pulse(_sync);
        }
    }

    /// <returns>False when the time passed without a signal.</returns>
    public bool Wait(TimeSpan limit)
    {
        lock (_sync)
        {
            if (!_given)
                Monitor.Wait(_sync, limit);
            var given = _given;
            _given = false;
            return given;
        }
    }
}
