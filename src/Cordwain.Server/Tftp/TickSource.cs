namespace Cordwain.Server.Tftp;

/// <summary>Calls something again and again while it is on.</summary>
/// <remarks>
/// On the system's clock by a thread of its own: after each call of a timer, a thread of the pool spins for a while in the hope of more
/// work, which at a hundred calls a second costs more than the calls.
/// </remarks>
sealed class TickSource : IDisposable
{
    readonly TimeSpan _length;
    readonly Action _onTick;
    readonly ITimer? _timer;
    readonly ManualResetEventSlim _on = new(initialState: false, spinCount: 0);
    volatile bool _disposed;

    public TickSource(TimeProvider clock, TimeSpan length, Action onTick)
    {
        _length = length;
        _onTick = onTick;
        if (clock == TimeProvider.System)
            new Thread(Run) { IsBackground = true, Name = "tftp timer" }.Start();
        else
            _timer = clock.CreateTimer(_ => onTick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool IsOn { get; private set; }

    /// <summary>For one thread at a time.</summary>
    public void Switch(bool on)
    {
        if (_disposed || IsOn == on)
            return;
        IsOn = on;
        if (_timer is not null)
            _timer.Change(on ? _length : Timeout.InfiniteTimeSpan, on ? _length : Timeout.InfiniteTimeSpan);
        else if (on)
            _on.Set();
        else
            _on.Reset();
    }

    public void Dispose()
    {
        _disposed = true;
        _timer?.Dispose();
        _on.Set();
    }

    void Run()
    {
        while (true)
        {
            _on.Wait();
            if (_disposed)
                return;
            _onTick();
            Thread.Sleep(_length);
        }
    }
}
