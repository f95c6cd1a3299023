using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Cordwain.Boot.Journal;
using Cordwain.Management.Stores;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Hosting;

/// <summary>An event with the boot it belongs to.</summary>
public sealed record JournalEntry(long BootId, BootEvent Event);

/// <summary>Takes events from every protocol, sorts them into boots, stores them and tells whoever follows. Never in the way of an answer.</summary>
/// <remarks>
/// Giving an event over costs a place in a queue. Words are made of it and boots are sorted on a thread beside, many events at a time; the store writes about once a second.
/// </remarks>
public sealed partial class BootJournal(IBootStore store, ILogger<BootJournal> logger) : IHostedService, IBootJournal, IDisposable
{
    const int QueueLength = 16_384, Plenty = 256, FollowerQueueLength = 1024;

    // People do not see that they wait; a busy server wakes up twenty times in a second at most.
    static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(50), WriteAfter = TimeSpan.FromSeconds(1);

    readonly object _sync = new();
    readonly Queue<object> _queue = new();
    readonly List<(long, BootEvent)> _entries = [];
    readonly Dictionary<long, BootTimeline> _changed = [];
    readonly BootTimelines _timelines = new(store.LastId);
    readonly PeriodicNotice _notStored = new(TimeSpan.FromMinutes(1)), _dropping = new(TimeSpan.FromMinutes(1));
    ImmutableList<Channel<JournalEntry>> _followers = [];
    Thread? _thread;
    long _recorded, _settled, _dropped, _faults, _dropsTold;
    bool _urgent, _closed;

    /// <summary>Events that were not kept, because more came than could be sorted or the store took none.</summary>
    public long Dropped => Interlocked.Read(ref _dropped) + Interlocked.Read(ref _faults) + store.Lost;

    /// <summary>Events that wait to be sorted.</summary>
    public int Waiting
    {
        get
        {
            lock (_sync)
                return _queue.Count;
        }
    }

    public void Record(BootEvent boot) => Add(boot);

    public void Record(IPendingEvent pending) => Add(pending);

    /// <summary>Everything that happens from now on, until cancelled. A follower that reads too slowly misses the oldest.</summary>
    public async IAsyncEnumerable<JournalEntry> Follow([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var mine = Channel.CreateBounded<JournalEntry>(new BoundedChannelOptions(FollowerQueueLength) { FullMode = BoundedChannelFullMode.DropOldest });
        ImmutableInterlocked.Update(ref _followers, followers => followers.Add(mine));
        try
        {
            await foreach (var entry in mine.Reader.ReadAllAsync(cancellationToken))
                yield return entry;
        }
        finally
        {
            ImmutableInterlocked.Update(ref _followers, followers => followers.Remove(mine));
        }
    }

    /// <summary>Returns when everything that was recorded before is in the store's hands: for whoever is about to read there.</summary>
    public void Settle()
    {
        lock (_sync)
        {
            var wanted = _recorded;
            while (_settled < wanted && _thread is { IsAlive: true })
            {
                _urgent = true;
                Monitor.PulseAll(_sync);
                Monitor.Wait(_sync, WriteAfter);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new(Run) { IsBackground = true, Name = "boot journal" };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <summary>Ends after everything that was recorded is stored.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            _closed = true;
            Monitor.PulseAll(_sync);
        }

        _thread?.Join();
        return Task.CompletedTask;
    }

    public void Dispose() => StopAsync(CancellationToken.None).GetAwaiter().GetResult();

    void Add(object item)
    {
        lock (_sync)
        {
            if (_closed)
                return;
            if (_queue.Count == QueueLength)
            {
                _queue.Dequeue();
                Interlocked.Increment(ref _dropped);
            }

            _queue.Enqueue(item);
            _recorded++;
            if (_queue.Count is 1 or Plenty)
                Monitor.PulseAll(_sync);
        }
    }

    void Run()
    {
        List<object> batch = [];
        var unwrittenSince = long.MaxValue;
        while (true)
        {
            var isLast = Take(batch, unwrittenSince, out var taken);
            if (batch.Count > 0)
            {
                Keep(batch, taken);
                unwrittenSince = Math.Min(unwrittenSince, Environment.TickCount64);
            }

            if (unwrittenSince != long.MaxValue && (isLast || Environment.TickCount64 - unwrittenSince >= WriteAfter.TotalMilliseconds))
            {
                Try(store.Flush);
                unwrittenSince = long.MaxValue;
            }

            TellOfDrops();
            if (isLast)
                return;
        }
    }

    /// <summary>Waits for events, a moment longer for more of them, or until it is time to write.</summary>
    /// <returns>True when nothing comes after these.</returns>
    bool Take(List<object> batch, long unwrittenSince, out long taken)
    {
        lock (_sync)
        {
            if (_queue.Count == 0 && !_closed)
            {
                var left = unwrittenSince == long.MaxValue ? Timeout.InfiniteTimeSpan
                    : TimeSpan.FromMilliseconds(Math.Clamp(unwrittenSince + WriteAfter.TotalMilliseconds - Environment.TickCount64, 1, WriteAfter.TotalMilliseconds));
                Monitor.Wait(_sync, left);
            }

            if (_queue.Count is > 0 and < Plenty && !_urgent && !_closed)
                Monitor.Wait(_sync, GatherFor);

            _urgent = false;
            taken = _recorded;
            while (_queue.TryDequeue(out var item))
                batch.Add(item);
            return _closed;
        }
    }

    void Keep(List<object> batch, long taken)
    {
        foreach (var item in batch)
            Sort(item);
        batch.Clear();
        if (_entries.Count > 0)
            Try(() => store.Append(_entries, [.. _changed.Values]));
        foreach (var follower in _followers)
        {
            foreach (var (id, boot) in _entries)
                follower.Writer.TryWrite(new(id, boot));
        }

        _entries.Clear();
        _changed.Clear();
        lock (_sync)
        {
            _settled = taken;
            Monitor.PulseAll(_sync);
        }
    }

    void Sort(object item)
    {
        try
        {
            var boot = item as BootEvent ?? ((IPendingEvent)item).ToEvent();
            if (_timelines.Add(boot) is not { } timeline)
                return;
            _entries.Add((timeline.Id, boot));
            _changed[timeline.Id] = timeline;
        }
        catch (Exception e)
        {
            // A fault of ours costs the journal a line, nothing else.
            Interlocked.Increment(ref _faults);
            if (_dropping.IsDue(DateTimeOffset.UtcNow, out _))
                NotRead(e);
        }
    }

    void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e)
        {
            // The store promises IOException, and counts what that costs. Nothing may end this thread, and the process with it.
            if (e is not IOException)
                Interlocked.Increment(ref _faults);
            if (_notStored.IsDue(DateTimeOffset.UtcNow, out _))
                NotStored(e);   // the journal is for people; boots go on without it
        }
    }

    void TellOfDrops()
    {
        var dropped = Dropped;
        if (dropped == _dropsTold || !_dropping.IsDue(DateTimeOffset.UtcNow, out _))
            return;
        Drops(dropped - _dropsTold);
        _dropsTold = dropped;
    }

    [LoggerMessage(2601, LogLevel.Warning, "Journal entries could not be stored; boots are not affected.")]
    partial void NotStored(Exception e);

    [LoggerMessage(2602, LogLevel.Warning, "{Count} entries are missing in the boot journal: more came than could be written.")]
    partial void Drops(long count);

    [LoggerMessage(2603, LogLevel.Error, "An entry of the boot journal was not made: a fault of Cordwain's.")]
    partial void NotRead(Exception e);
}
