using System.Collections.Concurrent;

namespace Cordwain.Storm;

/// <summary>Something that must not wait for ever.</summary>
abstract class Watched
{
    long _due = long.MaxValue;

    protected static long Now => Environment.TickCount64;

    /// <summary>Called again after this time.</summary>
    protected void WaitFor(TimeSpan time) => Volatile.Write(ref _due, Now + (long)time.TotalMilliseconds);

    /// <summary>Never again.</summary>
    protected void WaitNoMore() => Volatile.Write(ref _due, long.MaxValue);

    /// <summary>The time is over; called on the watch's thread, which must not be held up.</summary>
    protected abstract void OnSilence();

    /// <summary><see cref="OnSilence"/> failed: it is to end, for this reason. The watch goes on, as it is everybody's.</summary>
    protected abstract void OnBroken(Exception e);

    internal void LookAt(long now)
    {
        if (now < Volatile.Read(ref _due))
            return;
        WaitNoMore();
        try
        {
            OnSilence();
        }
        catch (Exception e)
        {
            OnBroken(e);
        }
    }
}

/// <summary>One clock for all that waits: thousands of timers that are set for every packet would cost more than the packets.</summary>
sealed class StormWatch : IDisposable
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    readonly ConcurrentDictionary<Watched, bool> _watched = new();
    readonly ManualResetEventSlim _stop = new();
    readonly Thread _thread;

    public StormWatch()
    {
        _thread = new(Run) { IsBackground = true, Name = "storm watch" };
        _thread.Start();
    }

    public void Add(Watched watched) => _watched.TryAdd(watched, true);

    public void Remove(Watched watched) => _watched.TryRemove(watched, out _);

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    void Run()
    {
        while (!_stop.Wait(Tick))
        {
            var now = Environment.TickCount64;
            foreach (var (watched, _) in _watched)
                watched.LookAt(now);
        }
    }
}
