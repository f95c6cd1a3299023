using System.Collections.Concurrent;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Management.Stores;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Server.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Tests.Hosting;

public sealed class BootJournalTests : IDisposable
{
    readonly LogRecorder _log = new();
    readonly Store _store = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_fault_of_the_store_costs_entries_and_not_the_thread_that_writes()
    {
        using var journal = new BootJournal(_store, _log.CreateLogger<BootJournal>());
        await journal.StartAsync(TestContext.Current.CancellationToken);
        _store.Failures.Enqueue(new UnauthorizedAccessException("journal.db.damaged"));
        journal.Record(Reading("a"));
        journal.Settle();

        journal.Record(Reading("b"));
        journal.Settle();

        Assert.Equal(["b"], _store.Names);
        Assert.Equal(1, journal.Dropped);
        Assert.Contains(_log.Lines, line => line.Contains("could not be stored", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_store_keeps_for_the_next_time_is_not_lost()
    {
        using var journal = new BootJournal(_store, _log.CreateLogger<BootJournal>());
        await journal.StartAsync(TestContext.Current.CancellationToken);
        _store.Failures.Enqueue(new IOException("No space left on device"));

        journal.Record(Reading("a"));
        journal.Settle();

        Assert.Contains("could not be stored", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Equal(0, journal.Dropped);
    }

    [Fact]
    public async Task A_fault_of_the_last_write_does_not_keep_the_journal_from_ending()
    {
        using var journal = new BootJournal(_store, _log.CreateLogger<BootJournal>());
        await journal.StartAsync(TestContext.Current.CancellationToken);
        _store.AtFlush = new UnauthorizedAccessException("journal.db.damaged");
        journal.Record(Reading("a"));

        await journal.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["a"], _store.Names);
        Assert.Equal(1, journal.Dropped);
    }

    static BootEvent.Read Reading(string name) =>
        new(BootChannel.Tftp, name, null, ReadOutcome.Completed, 1, TimeSpan.Zero) { At = DateTimeOffset.UnixEpoch, Machine = new(MacAddress.Parse("52:54:00:00:00:01")) };

    /// <summary>Keeps names of files; fails as it is told to.</summary>
    sealed class Store : IBootStore
    {
        public ConcurrentQueue<Exception> Failures { get; } = new();

        public Exception? AtFlush { get; set; }

        public ConcurrentQueue<string> Names { get; } = new();

        public long LastId => 0;

        public long Lost => 0;

        public void Append(IReadOnlyList<(long BootId, BootEvent Event)> events, IReadOnlyList<BootTimeline> changed)
        {
            if (Failures.TryDequeue(out var failure))
                throw failure;
            foreach (var (_, item) in events)
                Names.Enqueue(((BootEvent.Read)item).Name);
        }

        public void Flush()
        {
            if (AtFlush is { } failure)
                throw failure;
        }

        public IReadOnlyList<BootTimeline> List(int most, string? machine = null) => [];

        public BootTimeline? Find(long id) => null;

        public IReadOnlyList<BootEvent> Events(long id) => [];

        public void Dispose()
        {
        }
    }
}
