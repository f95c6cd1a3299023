using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Management;
using Cordwain.Management.Stores;
using Cordwain.Storage.Journal;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Tests.Journal;

public sealed class SqliteBootStoreTests : BootStoreContract, IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly List<Problem> _problems = [];

    string Db => _folder.File("journal.db");

    public void Dispose() => _folder.Dispose();

    protected override IBootStore Open() => Open(null);

    SqliteBootStore Open(JournalLimits? limits) => new(Db, limits, _problems.Add);

    [Fact]
    public void The_oldest_boots_go_when_there_are_too_many()
    {
        using (var store = Open(new() { MaxBoots = 100 }))
        {
            for (var id = 1; id <= 300; id++)
                store.Append([(id, Note($"n{id}"))], [Boot(id)]);
            var kept = store.List(1000);
            Assert.InRange(kept.Count, 80, 101);
            Assert.Equal(300, kept[0].Id);
            Assert.Empty(store.Events(1));
            Assert.Single(store.Events(300));
        }

        using (var store = Open(new() { MaxBoots = 100 }))
            Assert.Equal(300, store.LastId);
    }

    [Fact]
    public void The_file_stays_within_its_size()
    {
        using var store = Open(new() { MaxBytes = 1 << 20 });
        var text = new string('x', 20_000);
        for (var id = 1; id <= 400; id++)
            store.Append([(id, Note(text))], [Boot(id)]);
        Assert.InRange(new FileInfo(Db).Length, 1, (1 << 20) + (256 << 10));
        Assert.InRange(store.List(1000).Count, 20, 60);
        Assert.Single(store.Events(400));
    }

    [Fact]
    public void A_machine_in_a_loop_does_not_fill_the_journal()
    {
        using var store = Open(new() { MaxEventsPerBoot = 10 });
        for (var i = 1; i <= 50; i++)
            store.Append([(1, Note($"{i}"))], [Boot(1) with { Events = i }]);
        Assert.Equal(10, store.Events(1).Count);
        Assert.Equal(50, store.Find(1)!.Events);
    }

    [Fact]
    public void A_damaged_journal_is_set_aside_and_a_new_one_begins()
    {
        File.WriteAllText(Db, new string('x', 5000));
        using var store = Open();
        store.Append([(1, Note("a"))], [Boot(1)]);
        Assert.Single(store.Events(1));
        Assert.Equal("CW2309", _problems.Single().Code);
        Assert.Equal(5000, new FileInfo(Db + ".damaged").Length);
    }

    [Fact]
    public void A_journal_whose_pages_are_damaged_is_set_aside_when_they_are_met()
    {
        using (var store = Open())
        {
            for (var id = 1; id <= 200; id++)
                store.Append([(id, Note(new string('x', 3000)))], [Boot(id)]);
        }

        var bytes = File.ReadAllBytes(Db);
        bytes.AsSpan(4096).Fill(0xA5);
        File.WriteAllBytes(Db, bytes);
        using (var store = Open())
        {
            store.Append([(1000, Note("after"))], [Boot(1000)]);
            Assert.Single(store.Events(1000));
        }

        Assert.Equal("CW2309", _problems.Single().Code);
    }

    [Fact]
    public void Rows_that_do_not_read_are_left_out()
    {
        using (var store = Open())
            store.Append([(1, Note("a")), (1, Note("b")), (1, Note("c"))], [Boot(1)]);
        using (var connection = new SqliteConnection($"Data Source={Db};Pooling=False"))
        {
            connection.Open();
            connection.Execute("UPDATE event SET body = '{oops' WHERE id = 1");
            connection.Execute("UPDATE event SET kind = 99 WHERE id = 2");
        }

        using (var store = Open())
            Assert.Equal(["c"], store.Events(1).Cast<BootEvent.Note>().Select(note => note.Text));
    }

    [Fact]
    public async Task Lists_are_read_while_events_are_written()
    {
        using var store = Open(null);
        var writer = Task.Run(() =>
        {
            for (var id = 1; id <= 100; id++)
                store.Append([(id, Note("x"))], [Boot(id)]);
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 100; i++)
        {
            foreach (var boot in store.List(5))
                Assert.Single(store.Events(boot.Id));
        }

        await writer;
        Assert.Equal(100, store.List(1000).Count);
    }

    /// <summary>On the disk for ever. Do not change a number or a name: add a new one.</summary>
    [Fact]
    public void Numbers_and_names_on_the_disk_never_change()
    {
        Assert.Equal([(1, "Dhcp"), (2, "Read"), (3, "Note")], Enum.GetValues<EventKind>().Select(kind => ((int)kind, kind.ToString())));
        Assert.Equal(
            [(1, "Completed"), (2, "NotFound"), (3, "EndedByClient"), (4, "TimedOut"), (5, "Failed"), (6, "Probed")],
            Enum.GetValues<ReadOutcome>().Select(outcome => ((int)outcome, outcome.ToString())));
        Assert.Equal(["dhcp", "proxy", "boot-server", "tftp", "http"], Enum.GetValues<BootChannel>().Select(ChannelNames.Of));
        var row = EventRow.Of((BootEvent)Events.First().Data.Item2);
        Assert.Equal(
            """{"mac":"52:54:00:00:00:01","uuid":"564d1234-0000-1111-2222-333344445555","serial":"S","address":"10.0.0.9","channel":"proxy","summary":"DISCOVER \u2192 OFFER","trace":[{"r":"loader","d":true,"b":"it asks \u0022{{x}}\u0022\n\u003Cb\u003E"}],"interface":"lan0","server":"10.0.0.1","given":"10.0.0.9","lease":36000000000,"port":4011,"revision":"rev1","peer":"10.0.0.254","peerPort":67,"network":"lab","reply":2,"renewAfter":18000000000,"rebindAfter":31500000000,"nakReason":"said","isBoot":true,"architecture":7,"isIpxe":true}""",
            row.Body);
    }
}
