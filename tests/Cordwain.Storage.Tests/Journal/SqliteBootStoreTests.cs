using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
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
    Action<Problem> _onProblem = _ => { };

    string Db => _folder.File("journal.db");

    public void Dispose() => _folder.Dispose();

    protected override IBootStore Open() => Open(null);

    SqliteBootStore Open(JournalLimits? limits) => new(Db, limits, problem =>
    {
        _problems.Add(problem);
        _onProblem(problem);
    });

    [Fact]
    public void The_oldest_boots_go_when_there_are_too_many()
    {
        using (var store = Open(new() { MaxBoots = 100 }))
        {
            for (var id = 1; id <= 300; id++)
            {
                store.Append([(id, Note($"n{id}"))], [Boot(id)]);
                store.Flush();
            }

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
    public void A_boot_that_was_in_a_loop_is_forgotten_when_many_others_have_come_since()
    {
        const int Many = 33_000;
        using var store = Open(new() { MaxEventsPerBoot = 1 });
        for (var id = 1; id <= Many; id++)
            store.Append([(id, Note("a"))], [Boot(id)]);

        store.Append([(1, Note("b")), (Many, Note("b")), (Many - 5000, Note("b"))], [Boot(1), Boot(Many), Boot(Many - 5000)]);

        Assert.Equal(2, store.Events(1).Count);
        Assert.Single(store.Events(Many));
        Assert.Single(store.Events(Many - 5000));
    }

    [Fact]
    public void A_machine_that_stays_in_a_loop_is_known_however_many_others_come()
    {
        using var store = Open(new() { MaxEventsPerBoot = 2 });
        for (var id = 2; id <= 40_000; id++)
            store.Append(id % 5000 == 0 ? [(id, Note("a")), (1, Note("b"))] : [(id, Note("a"))], []);

        Assert.Equal(2, store.Events(1).Count);
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
    public void A_journal_whose_first_table_does_not_read_is_set_aside_at_the_start()
    {
        using (var store = Open())
            store.Append([(1, Note("before"))], [Boot(1)]);
        using (var connection = new SqliteConnection($"Data Source={Db};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_sequence'";
            var page = (long)command.ExecuteScalar()!;
            connection.Close();
            using var file = new FileStream(Db, FileMode.Open, FileAccess.Write);
            file.Position = (page - 1) * 4096;
            file.Write([.. Enumerable.Repeat((byte)0xA5, 4096)]);
        }

        using (var store = Open())
        {
            store.Append([(1, Note("after"))], [Boot(1)]);
            Assert.Single(store.Events(1));
        }

        Assert.Equal("CW2309", _problems.Single().Code);
    }

    [Fact]
    public void A_damaged_journal_that_cannot_be_set_aside_yet_is_set_aside_once_it_can()
    {
        using var store = OpenAndDamage();
        Directory.CreateDirectory(Db + ".damaged").CreateSubdirectory("in the way");
        for (var i = 0; i < 3; i++)
        {
            store.Append([(1000 + i, Note("meanwhile"))], [Boot(1000 + i)]);
            Assert.ThrowsAny<IOException>(store.Flush);
            Assert.ThrowsAny<IOException>(() => store.List(9));
        }

        Directory.Delete(Db + ".damaged", recursive: true);
        store.Append([(2000, Note("after"))], [Boot(2000)]);
        store.Flush();

        Assert.Equal([2000L, 1002L, 1001L, 1000L], store.List(9).Select(boot => boot.Id));
        Assert.Single(store.Events(1000));
        Assert.Single(store.Events(2000));
        Assert.Equal((2000, 0), (store.LastId, store.Lost));
        Assert.Equal("CW2309", _problems.Single().Code);
    }

    [Fact]
    public void A_journal_that_cannot_be_begun_anew_yet_begins_once_it_can()
    {
        _onProblem = _ => Directory.CreateDirectory(Db);
        using var store = OpenAndDamage();
        store.Append([(1000, Note("meanwhile"))], [Boot(1000)]);
        for (var i = 0; i < 3; i++)
            Assert.Throws<StorageException>(store.Flush);
        Assert.Throws<StorageException>(() => store.List(9));

        Directory.Delete(Db);
        store.Flush();

        Assert.Equal([1000L], store.List(9).Select(boot => boot.Id));
        Assert.Single(store.Events(1000));
        Assert.Equal("CW2309", _problems.Single().Code);
    }

    [Fact]
    public void A_damaged_journal_that_cannot_be_set_aside_at_the_start_is_a_problem_with_a_name()
    {
        File.WriteAllText(Db, new string('x', 5000));
        Directory.CreateDirectory(Db + ".damaged").CreateSubdirectory("in the way");
        Assert.Equal("CW2307", Assert.Throws<StorageException>(Open).Problem.Code);
        Assert.Equal(5000, new FileInfo(Db).Length);
    }

    [Fact]
    public void A_damaged_journal_whose_log_cannot_be_set_aside_stays_where_it_is()
    {
        using var store = OpenAndDamage(from: 0);
        Directory.CreateDirectory(Db + ".damaged-wal").CreateSubdirectory("in the way");
        store.Append([(1000, Note("meanwhile"))], [Boot(1000)]);
        Assert.Equal("CW2307", Assert.Throws<StorageException>(store.Flush).Problem.Code);
        Assert.True(File.Exists(Db) && File.Exists(Db + "-wal") && !File.Exists(Db + ".damaged"));

        Directory.Delete(Db + ".damaged-wal", recursive: true);
        store.Flush();
        Assert.Equal([1000L], store.List(9).Select(boot => boot.Id));
        Assert.Equal("CW2309", _problems.Single().Code);
    }

    SqliteBootStore OpenAndDamage(int from = 4096)
    {
        using (var filled = Open(null))
        {
            for (var id = 1; id <= 200; id++)
                filled.Append([(id, Note(new string('x', 3000)))], [Boot(id)]);
        }

        var store = Open(null);
        using var file = new FileStream(Db, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Position = from;
        file.Write([.. Enumerable.Repeat((byte)0xA5, (int)file.Length - from)]);
        return store;
    }

    [Fact]
    public void A_segment_that_does_not_read_to_its_end_gives_what_stands_before()
    {
        using (var store = Open())
            store.Append([(1, Note("a")), (1, Note("b")), (1, Note("c"))], [Boot(1)]);
        using (var connection = new SqliteConnection($"Data Source={Db};Pooling=False"))
        {
            connection.Open();
            connection.Execute("UPDATE segment SET events = substr(events, 1, length(events) - 1)");
            connection.Execute("INSERT INTO segment (first_boot, last_boot, given_before, boots, events) VALUES (1, 1, 1, x'01FFFFFFFFFFFFFFFFFF', x'0109')");
            connection.Execute("INSERT INTO segment (first_boot, last_boot, given_before, boots, events) VALUES (1, 1, 1, x'77', x'')");
        }

        using (var store = Open())
        {
            Assert.Equal(["a", "b"], store.Events(1).Cast<BootEvent.Note>().Select(note => note.Text));
            Assert.Equal([Boot(1)], store.List(9));
            Assert.Equal(Boot(1), store.Find(1));
        }
    }

    [Fact]
    public void Each_way_of_cutting_or_changing_a_segment_ends_in_events_not_in_an_error()
    {
        var writer = new JournalWriter();
        writer.U8(EventCodec.Layout);
        foreach (var row in Events)
            EventCodec.Write(writer, 1, (BootEvent)row.Data.Item2);
        var whole = writer.Written.ToArray();
        for (var length = 0; length <= whole.Length; length++)
            Assert.True(EventCodec.Read(whole.AsMemory(0, length), 1).Count() <= Events.Count);
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= 0xFF;
            Assert.True(EventCodec.Read(changed, 1).Count() <= whole.Length);
        }
    }

    [Fact]
    public void An_event_whose_words_fail_costs_the_journal_itself_and_nothing_else()
    {
        using (var store = Open())
        {
            store.Append([(1, Note("before"))], [Boot(1)]);
            var fault = Assert.Throws<IOException>(() => store.Append([(1, Note("a")), (1, Wordless("half")), (2, Wordless("half")), (1, Note("half")), (1, Note("a"))], [Boot(1)]));
            Assert.Equal("no words", fault.InnerException?.Message);
            store.Append([(1, Note("half")), (3, Note("behind"))], [Boot(3)]);
            Assert.Equal(2, store.Lost);
        }

        using (var store = Open())
        {
            Assert.Equal(["before", "a", "half", "a", "half"], store.Events(1).Cast<BootEvent.Note>().Select(note => note.Text));
            Assert.Empty(store.Events(2));
            Assert.Equal("behind", store.Events(3).Cast<BootEvent.Note>().Single().Text);
        }
    }

    [Fact]
    public void An_event_that_was_lost_is_not_counted_among_those_of_its_boot()
    {
        using var store = Open(new() { MaxEventsPerBoot = 2 });
        Assert.Throws<IOException>(() => store.Append([(1, Wordless("x")), (1, Wordless("x")), (1, Note("a")), (1, Note("b")), (1, Note("c"))], [Boot(1)]));
        Assert.Equal(2, store.Events(1).Count);
    }

    [Fact]
    public void A_writer_that_is_taken_back_writes_as_if_nothing_had_been_written_since()
    {
        JournalWriter straight = new(), roundabout = new();
        foreach (var writer in (JournalWriter[])[straight, roundabout])
        {
            writer.Text("one");
            writer.Text("two");
        }

        var mark = roundabout.Mark();
        foreach (var text in (string[])["two", "three", "four", new string('x', 100_000)])
            roundabout.Text(text);
        roundabout.TextOnce("once");
        roundabout.TakeBack(mark);
        foreach (var writer in (JournalWriter[])[straight, roundabout])
        {
            foreach (var text in (string[])["one", "four", "three", "four", "two"])
                writer.Text(text);
        }

        Assert.Equal(straight.Written.ToArray(), roundabout.Written.ToArray());
    }

    /// <summary>Texts are numbered as they come, whether they are kept or not, until there are as many as a reader keeps.</summary>
    [Fact]
    public void Texts_that_come_again_and_texts_that_do_not_are_read_as_they_were_written()
    {
        var random = new Random(1);
        var texts = Enumerable.Range(0, 3 * JournalWriter.MostShared).Select(number => random.Next(3) switch
        {
            0 => "common " + random.Next(20),
            1 => "rare " + random.Next(9000),
            _ => number % 1000 == 0 ? new string('x', JournalWriter.LongestShared + random.Next(3)) : "once " + number,
        }).ToArray();
        var writer = new JournalWriter();
        foreach (var text in texts)
        {
            if (text.StartsWith("once", StringComparison.Ordinal) || random.Next(4) == 0)
                writer.TextOnce(text);
            else
                writer.Text(text);
        }

        var reader = new JournalReader(writer.Written.ToArray());
        Assert.Equal(texts, texts.Select(_ => reader.Text()));
        Assert.True(reader is { IsAtEnd: true, Failed: false });
    }

    [Fact]
    public void Events_are_seen_before_they_are_written_and_kept_when_the_store_is_closed()
    {
        using (var store = Open())
        {
            store.Append([(1, Note("a"))], [Boot(1)]);
            Assert.Single(store.Events(1));
            store.Append([(1, Note("b"))], [Boot(1)]);
        }

        using (var store = Open())
            Assert.Equal(2, store.Events(1).Count);
    }

    [Fact]
    public void A_boot_that_lasts_over_many_segments_is_listed_once_as_it_stands_now()
    {
        using var store = Open();
        for (var id = 1; id <= 40; id++)
        {
            store.Append([(id, Note("x")), (1, Note($"{id}"))], [Boot(id), Boot(1) with { Events = id }]);
            store.Flush();
        }

        Assert.Equal([40L, 39L, 38L], store.List(3).Select(boot => boot.Id));
        Assert.Equal(40, store.List(100).Count);
        Assert.Equal(40, store.Find(1)!.Events);
        Assert.Equal(41, store.Events(1).Count);
    }

    /// <summary>Boots that were written a row for each event, as the first layout had it.</summary>
    [Fact]
    public void A_journal_of_the_first_layout_is_read_and_goes_on()
    {
        using (var store = Open())
        {
            // Makes the file.
        }

        using (var connection = new SqliteConnection($"Data Source={Db};Pooling=False"))
        {
            connection.Open();
            connection.Execute("INSERT INTO boot (id, mac, address, firmware, started, last, events, bytes, stage) VALUES (7, 90520730730497, '10.0.0.9', 'bios', 1, 2, 1, 5, 'OFFER')");
            connection.Execute("INSERT INTO event (boot, at, kind, body, request, reply) VALUES (7, 1, 1, '" + FirstLayout + "', x'010203', x'0908')");
            connection.Execute("INSERT INTO event (boot, at, kind, body) VALUES (7, 2, 3, '{oops')");
        }

        using (var store = Open())
        {
            Assert.Equal(7, store.LastId);
            store.Append([(8, Note("new"))], [Boot(8)]);
            Assert.Equal([8L, 7L], store.List(9).Select(boot => boot.Id));
            Assert.Equal("OFFER", store.Find(7)!.Stage);
            var dhcp = Assert.IsType<BootEvent.Dhcp>(Assert.Single(store.Events(7)));
            Assert.Equal("DISCOVER → OFFER", dhcp.Summary);
            Assert.Equal("lab", dhcp.Circumstances.Network);
            Assert.Equal(new TraceStep("loader", true, "it asks"), Assert.Single(dhcp.Trace));
        }

        using (var store = Open())
            Assert.Equal(8, store.LastId);
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
        Assert.Equal((1, 1), (EventCodec.Layout, BootCodec.Layout));
        var writer = new JournalWriter();
        EventCodec.Write(writer, 1, (BootEvent)Events.First().Data.Item2);
        Assert.Equal("0101b7a9def7f58fd2ef080781808080c0ca1434124d560000111122223333444455550101530900000a010570726f78790303010203020209080112444953434f56455220e28692204f46464552010101066c6f61646572011369742061736b7320227b7b787d7d220a3c623e070701046c616e300100000a0900000a80a0a39c8c02ab1f010472657631fe00000a4301036c61620280d0918e860180ecded8ea01010473616964", Convert.ToHexStringLower(writer.Written.Span));
    }

    /// <summary>An event that fails when half of it is written; <paramref name="text"/> is in the half that was.</summary>
    static BootEvent.Dhcp Wordless(string text) => new(BootChannel.Dhcp, new byte[] { 1 }, default, new NoWords(text))
    {
        At = Start,
        Machine = Machine(1),
        Circumstances = new("", default, default, default, 67, ""),
    };

    sealed class NoWords(string summary) : IAnswerWords
    {
        public string Summary => summary;

        public ImmutableArray<TraceStep> Trace => throw new InvalidOperationException("no words");
    }

    const string FirstLayout = """{"mac":"52:54:00:00:00:01","uuid":"564d1234-0000-1111-2222-333344445555","serial":"S","address":"10.0.0.9","channel":"proxy","summary":"DISCOVER \u2192 OFFER","trace":[{"r":"loader","d":true,"b":"it asks"}],"interface":"lan0","server":"10.0.0.1","given":"10.0.0.9","lease":36000000000,"port":4011,"revision":"rev1","peer":"10.0.0.254","peerPort":67,"network":"lab","reply":2,"renewAfter":18000000000,"rebindAfter":31500000000,"nakReason":"said","isBoot":true,"architecture":7,"isIpxe":true}""";
}
