namespace Cordwain.Simulation.Tests.Kernel;

/// <summary>A clock that stands still until the next event, and the events.</summary>
sealed class VirtualTime : TimeProvider
{
    static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    long _now;
    long _order;

    /// <summary>Since the start of the world.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_now);

    public DateTimeOffset UtcNow => Start + Now;

    /// <summary>Events that have happened.</summary>
    public long Steps { get; private set; }

    /// <summary>What happens, line by line, when somebody wants to read it: the replay of one seed.</summary>
    public Action<string>? Tell { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => UtcNow;

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new InvalidOperationException("Nothing in a simulation may wait behind its back: schedule an event.");

    public void After(TimeSpan delay, Action happens) =>
        _events.Enqueue(happens, (_now + Math.Max(0, delay.Ticks), _order++));

    /// <summary>Lets all happen that is due until a time.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out _, out var due) && due.At <= end.Ticks)
        {
            var next = _events.Dequeue();
            _now = due.At;
            Steps++;
            next();
        }

        _now = end.Ticks;
    }
}
