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
public sealed partial class BootJournal(IBootStore store, ILogger<BootJournal> logger) : BackgroundService, IBootJournal
{
    const int QueueLength = 16_384, BatchSize = 512, FollowerQueueLength = 1024;

    readonly BootTimelines _timelines = new(store.LastId);
    Channel<BootEvent>? _channel;
    ImmutableList<Channel<JournalEntry>> _followers = [];
    long _lost;

    /// <summary>Events that found no room, and events that could not be stored.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Events that wait to be stored.</summary>
    public int Waiting => Events.Reader.Count;

    // Opened when it is first needed: a field's own initializer could not count what it drops.
    Channel<BootEvent> Events => _channel ?? Open();

    public void Record(BootEvent boot) => Events.Writer.TryWrite(boot);

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

    /// <summary>Ends after everything that was recorded is stored.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Events.Writer.TryComplete();
        if (ExecuteTask is { } writing)
            await writing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<(long, BootEvent)> entries = [];
        Dictionary<long, BootTimeline> changed = [];
        while (await Events.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (entries.Count < BatchSize && Events.Reader.TryRead(out var boot))
            {
                if (_timelines.Add(boot) is not { } timeline)
                    continue;
                entries.Add((timeline.Id, boot));
                changed[timeline.Id] = timeline;
            }

            Store(entries, [.. changed.Values]);
            foreach (var (id, boot) in entries)
            {
                foreach (var follower in _followers)
                    follower.Writer.TryWrite(new(id, boot));
            }

            entries.Clear();
            changed.Clear();
        }
    }

    void Store(List<(long, BootEvent)> entries, List<BootTimeline> changed)
    {
        if (entries.Count == 0)
            return;
        try
        {
            store.Append(entries, changed);
        }
        catch (IOException e)
        {
            Interlocked.Add(ref _lost, entries.Count);
            NotStored(entries.Count, e);   // the journal is for people; boots go on without it
        }
    }

    Channel<BootEvent> Open()
    {
        var opened = Channel.CreateBounded<BootEvent>(
            new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest }, _ => Interlocked.Increment(ref _lost));
        return Interlocked.CompareExchange(ref _channel, opened, null) ?? opened;
    }

    [LoggerMessage(2601, LogLevel.Warning, "{Count} journal entries could not be stored; boots are not affected.")]
    partial void NotStored(int count, Exception e);
}
