using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Metrics;
using Cordwain.Server.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Cordwain.Server.Tests.Dhcp;

public sealed class DhcpEngineTests : IDisposable
{
    readonly FakeResponder _responder = new();
    readonly FakeLeaseStore _leases = new();
    readonly FakeJournal _journal = new();
    readonly FakeLink _link = new();
    readonly LogRecorder _log = new();
    readonly DhcpCounters _counters = new();
    readonly FakeTimeProvider _time = new();
    readonly DhcpQueue _queue;
    readonly DhcpEngine _engine;

    public DhcpEngineTests()
    {
        _queue = new(100, _counters);
        _engine = new(_queue, new(_responder, _leases, _journal, DhcpMessages.Encode), _counters, _time, _log.CreateLogger<DhcpEngine>());
    }

    public void Dispose()
    {
        _engine.Dispose();
        _log.Dispose();
        _leases.Dispose();
    }

    [Fact]
    public void One_commit_serves_all_bindings_of_a_batch()
    {
        _engine.Answer([.. Enumerable.Range(1, 50).Select(client => Request(client))]);

        Assert.Equal(50, Assert.Single(_leases.Batches).Length);
        Assert.Equal(50, _link.Sent.Count);
        Assert.Equal((1, 50, 50), (_counters.Commits, _counters.StoredChanges, _counters.Sent));
    }

    [Fact]
    public void An_acknowledgement_leaves_after_its_commit_and_an_offer_before()
    {
        List<DhcpMessageType> sentBefore = [];
        _leases.During = () => sentBefore.AddRange(_link.Sent.Select(sent => sent.Reply.Type));

        _engine.Answer([Request(1), Discover(2), Request(3)]);

        Assert.Equal([DhcpMessageType.Offer], sentBefore);
        Assert.Equal([DhcpMessageType.Offer, DhcpMessageType.Ack, DhcpMessageType.Ack], _link.Sent.Select(sent => sent.Reply.Type));
    }

    [Fact]
    public void Answers_without_changes_need_no_commit()
    {
        _engine.Answer([Discover(1), Discover(2)]);

        Assert.Empty(_leases.Batches);
        Assert.Equal(2, _link.Sent.Count);
    }

    [Fact]
    public void A_failed_commit_withholds_the_acknowledgements_and_takes_the_changes_back_in_reverse()
    {
        _leases.Failure = new IOException("No space left on device");

        _engine.Answer([Request(1), Discover(2), Request(3)]);

        Assert.Equal(DhcpMessageType.Offer, Assert.Single(_link.Sent).Reply.Type);
        Assert.Equal(["Request 10.77.0.3", "Request 10.77.0.1"], _responder.Reverted);
        Assert.Equal(2, _counters.Withheld);
        Assert.Equal("CW2009", _engine.StoreProblem?.Code);
        Assert.Contains("No space left on device", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Equal(2, _journal.Events.Count(line => line.Reply.IsEmpty && line.Summary.Contains("withheld", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_next_batch_is_stored_again_when_the_disk_has_room()
    {
        _leases.Failure = new IOException("No space left on device");
        _engine.Answer([Request(1)]);
        _leases.Failure = null;

        _engine.Answer([Request(1)]);

        Assert.Equal(DhcpMessageType.Ack, Assert.Single(_link.Sent).Reply.Type);
        Assert.Null(_engine.StoreProblem);
        Assert.Contains("stored again", _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failing_disk_is_logged_once_in_a_minute()
    {
        _leases.Failure = new IOException("Read-only file system");
        for (var i = 0; i < 10; i++)
            _engine.Answer([Request(1)]);
        Assert.Single(_log.Lines);

        _time.Advance(TimeSpan.FromSeconds(61));
        _engine.Answer([Request(1)]);

        Assert.Equal(2, _log.Lines.Count());
        Assert.Contains("9 more", _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_repeat_without_changes_waits_for_the_commit_of_its_address()
    {
        _leases.Failure = new IOException("No space left on device");
        var renewal = Work(DhcpMessages.From(DhcpMessageType.Request, Mac(1)) with { Ciaddr = Ipv4Address.Parse("10.77.0.1") });

        _engine.Answer([Request(1), renewal]);

        Assert.Empty(_link.Sent);
        Assert.Equal(["Request 10.77.0.1"], _responder.Reverted);
    }

    [Fact]
    public void An_ack_does_not_leave_when_its_client_gave_the_address_back_in_the_same_batch()
    {
        _engine.Answer([Request(1), Work(DhcpMessages.From(DhcpMessageType.Release, Mac(1))), Request(2)]);

        Assert.Equal("10.77.0.2", Assert.Single(_link.Sent).Reply.Yiaddr.ToString());
        Assert.Equal(3, Assert.Single(_leases.Batches).Length);
        Assert.Contains("Request 10.77.0.1 (withheld: given back meanwhile)", _journal.Events.Select(line => line.Summary));
    }

    [Fact]
    public void A_renewal_of_what_is_stored_leaves_while_others_wait()
    {
        _leases.Failure = new IOException("No space left on device");
        var renewal = Work(DhcpMessages.From(DhcpMessageType.Request, Mac(2)) with { Ciaddr = Ipv4Address.Parse("10.77.0.2") });

        _engine.Answer([Request(1), renewal]);

        Assert.Equal("10.77.0.2", Assert.Single(_link.Sent).Reply.Yiaddr.ToString());
    }

    [Fact]
    public void Holders_are_confirmed_what_is_stored_while_the_disk_is_full()
    {
        _leases.Failure = new IOException("No space left on device");
        _responder.Stored.Add(Ipv4Address.Parse("10.77.0.2"));

        _engine.Answer([Request(1), Request(2)]);

        Assert.Equal("10.77.0.2", Assert.Single(_link.Sent).Reply.Yiaddr.ToString());
        Assert.Equal(["Request 10.77.0.2", "Request 10.77.0.1"], _responder.Reverted);
        Assert.Equal((1, 1), (_counters.Withheld, _counters.Sent));
        Assert.Equal(["Request 10.77.0.1 (withheld: could not be stored)", "from stored"], _journal.Events.Select(line => line.Summary));
    }

    [Fact]
    public void A_fault_of_ours_costs_one_client_its_answer()
    {
        _responder.Before = message =>
        {
            if (message.Chaddr.Span[5] == 2)
                throw new InvalidOperationException("a fault");
        };

        _engine.Answer([Discover(1), Discover(2), Discover(3)]);

        Assert.Equal(2, _link.Sent.Count);
        Assert.Equal(1, _counters.Faults);
        Assert.Contains(Mac(2), Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reply_that_cannot_be_encoded_takes_its_change_back()
    {
        using var engine = new DhcpEngine(
            _queue, new(_responder, _leases, _journal, (_, _, _) => throw new InvalidOperationException("too long")), _counters, _time, _log.CreateLogger<DhcpEngine>());

        engine.Answer([Request(1)]);

        Assert.Equal(["Request 10.77.0.1"], _responder.Reverted);
        Assert.Empty(_leases.Batches);
    }

    [Fact]
    public void Nothing_is_answered_for_an_address_that_is_no_longer_ours()
    {
        _leases.During = () => _link.Own = Ipv4Address.Parse("10.77.0.9");

        _engine.Answer([Request(1)]);
        _engine.Answer([Discover(2)]);

        Assert.Empty(_link.Sent);
        Assert.Equal(1, _counters.NotSent);
    }

    [Fact]
    public void Every_answer_is_in_the_journal_with_the_bytes_that_came_and_left()
    {
        _engine.Answer([Request(7)]);

        var line = Assert.Single(_journal.Events);
        Assert.Equal(DhcpMessageType.Request, DhcpMessages.Parse(line.Request.Span).Type);
        Assert.Equal(DhcpMessageType.Ack, DhcpMessages.Parse(line.Reply.Span).Type);
        Assert.Equal("10.77.0.7", line.Address.ToString());
        Assert.Equal(Mac(7), line.Machine.Mac.ToString());
    }

    [Fact]
    public void The_address_that_a_machine_takes_from_another_server_is_in_the_journal()
    {
        var taken = Ipv4Address.Parse("10.77.0.44");
        var request = Work(DhcpMessages.From(DhcpMessageType.Request, Mac(7)).With(DhcpOptions.RequestedIpAddress, taken));
        var silence = _responder.Respond(request.Message, request.Arrival, default) with { Reply = null, Changes = [] };

        Assert.Equal(taken, DhcpJournalEntry.Of(new(request, silence, default, default)).Address);
        Assert.Equal(Ipv4Address.Any, DhcpJournalEntry.Of(new(request, silence, default, default) { Withheld = true }).Address);
    }

    [Fact]
    public void What_gathers_while_the_disk_writes_shares_the_next_commit()
    {
        using var writing = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        _leases.During = () =>
        {
            writing.Set();
            goOn.Wait(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        };
        _queue.Add(Request(1));
        _engine.Start();
        Assert.True(writing.Wait(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        for (var client = 2; client <= 41; client++)
            _queue.Add(Request(client));
        goOn.Set();

        for (var i = 0; i < 41; i++)
            Assert.True(_journal.Events.TryTake(out _, TimeSpan.FromSeconds(20)));
        Assert.Equal([1, 40], _leases.Batches.Select(batch => batch.Length));
    }

    [Fact]
    public void Nothing_is_left_to_do_once_the_queue_is_closed()
    {
        for (var client = 1; client <= 50; client++)
            _queue.Add(client % 2 == 0 ? Request(client) : Discover(client));

        _queue.Close();

        Assert.False(_engine.Work());
        Assert.Empty(_link.Sent);
    }

    [Fact]
    public void A_link_that_faults_costs_its_own_clients_their_answers_and_nobody_else()
    {
        var faulty = new FakeLink { BeforeSend = () => throw new InvalidOperationException("a fault") };

        _engine.Answer([Discover(1) with { Link = faulty }, Request(2) with { Link = faulty }, Request(3), Discover(4)]);

        Assert.Equal([DhcpMessageType.Offer, DhcpMessageType.Ack], _link.Sent.Select(sent => sent.Reply.Type));
        Assert.Equal(2, Assert.Single(_leases.Batches).Length);
        Assert.Empty(_responder.Reverted);
        Assert.Equal((2, 2, 2), (_counters.Sent, _counters.NotSent, _counters.Faults));
    }

    [Fact]
    public void Answers_that_a_faulty_link_keeps_are_not_counted_as_sent()
    {
        var faulty = new FakeLink { Refused = () => throw new InvalidOperationException("a fault") };

        _engine.Answer([Discover(1) with { Link = faulty }, Request(2)]);

        Assert.Single(_link.Sent);
        Assert.Equal((1, 1, 1), (_counters.Sent, _counters.NotSent, _counters.Faults));
        Assert.Contains("did not leave", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_before_the_commit_leaves_nothing_in_the_table_that_is_not_on_the_disk()
    {
        var flushed = 0;
        _link.Refused = () =>
        {
            flushed++;
            return 0;
        };
        var faulty = new FakeLink { BeforeServes = () => throw new InvalidOperationException("a fault") };
        foreach (var work in (DhcpWork[])[Request(1), Renewal(5), Request(2), Request(3) with { Link = faulty }, Request(4)])
            _queue.Add(work);

        Assert.False(_engine.Work());

        Assert.Equal(["Request 10.77.0.2", "Request 10.77.0.1"], _responder.Reverted);
        Assert.Empty(_leases.Batches);
        Assert.Equal("10.77.0.5", Assert.Single(_link.Sent).Reply.Yiaddr.ToString());
        Assert.Equal((1, 1, 1), (flushed, _counters.Sent, _counters.Faults));
        Assert.Contains("A batch of messages was not answered", Assert.Single(_log.Lines), StringComparison.Ordinal);

        _engine.Answer([Request(1)]);
        Assert.Equal(2, flushed);
        Assert.Single(Assert.Single(_leases.Batches));
    }

    [Fact]
    public void A_fault_after_the_commit_takes_nothing_back()
    {
        _engine.WorthProbing = _ => throw new InvalidOperationException("a fault");
        _responder.WorthProbing = [Ipv4Address.Parse("10.77.0.1")];
        _queue.Add(Request(1));

        Assert.False(_engine.Work());

        Assert.Single(_leases.Batches);
        Assert.Empty(_responder.Reverted);
        Assert.Equal(1, _counters.Faults);
    }

    [Fact]
    public void Answers_that_left_before_a_fault_have_their_line_and_their_time()
    {
        var came = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(3));
        var faulty = new FakeLink { BeforeServes = () => throw new InvalidOperationException("a fault") };
        foreach (var work in (DhcpWork[])[Renewal(6) with { Came = came }, Request(2), Renewal(5) with { Came = came }, Request(3) with { Link = faulty }, Discover(4)])
            _queue.Add(work);

        Assert.False(_engine.Work());

        Assert.Equal(["Request 10.77.0.6", "Request 10.77.0.5"], _journal.Events.Select(line => line.Summary));
        Assert.Equal(_link.Sent.Count, _journal.Events.Count);
        Assert.Equal(2, _counters.Latencies().Counts.Sum());
    }

    [Fact]
    public void An_answer_that_cannot_be_recorded_costs_the_others_nothing()
    {
        var faults = 0;
        _engine.WorthProbing = _ => throw new InvalidOperationException($"fault {++faults}");
        _responder.WorthProbing = [Ipv4Address.Parse("10.77.0.9")];

        _engine.Answer([Discover(1), Request(2), Discover(3)]);

        Assert.Equal(["Discover 10.77.0.1", "Discover 10.77.0.3", "Request 10.77.0.2"], _journal.Events.Select(line => line.Summary));
        Assert.Equal((3, 3), (faults, _counters.Faults));
        Assert.Contains("What follows an answer", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_counts_as_sent_once_the_system_has_taken_it()
    {
        List<long> before = [];
        _link.Refused = () =>
        {
            before.Add(_counters.Sent);
            return 1;
        };

        _engine.Answer([Discover(1), Discover(2), Discover(3)]);
        _engine.Answer([Discover(1), Discover(2)]);

        Assert.Equal([0, 2], before);
        Assert.Equal((3, 2), (_counters.Sent, _counters.NotSent));
    }

    [Fact]
    public void Only_answers_that_left_count_as_answers_of_their_kind()
    {
        var metrics = new BootMetrics(new(BootCatalog.Empty));
        using var engine = new DhcpEngine(
            _queue, new(_responder, _leases, metrics.Before(_journal), DhcpMessages.Encode), _counters, _time, _log.CreateLogger<DhcpEngine>());

        engine.Answer([Request(1), Work(DhcpMessages.From(DhcpMessageType.Release, Mac(1))), Request(2), Discover(3)]);
        _leases.Failure = new IOException("No space left on device");
        engine.Answer([Request(4), Work(DhcpMessages.From(DhcpMessageType.Release, Mac(5)))]);

        Assert.Equal((1, 1, 2), (Answers("ack"), Answers("offer"), Answers("none")));
        Assert.Equal((1, 1, 2), (_counters.Overtaken, _counters.Withheld, _counters.Sent));
        Assert.Equal(1, _responder.StoredBatches);

        double Answers(string kind) =>
            Assert.Single(metrics.Families(), family => family.Name == "cordwain_dhcp_answers_total").Read().Single(sample => sample.Labels[1] == kind).Value;
    }

    [Fact]
    public void The_time_from_arrival_to_departure_is_measured_for_answers_that_left()
    {
        var came = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(3));
        _engine.Answer([Discover(1) with { Came = came }, Discover(2), Work(DhcpMessages.From(DhcpMessageType.Release, Mac(3))) with { Came = came }]);

        var latencies = _counters.Latencies();
        Assert.Equal(1, latencies.Counts.Sum());
        Assert.Equal(1, latencies.Counts[latencies.Bounds.ToList().IndexOf(0.005)]);
        Assert.Equal(0.003, latencies.Sum, 0.0001);
    }

    [Fact]
    public void Errands_run_on_the_engines_thread()
    {
        using var done = new ManualResetEventSlim();
        string? thread = null;
        _engine.Start();

        _engine.Post(() =>
        {
            thread = Thread.CurrentThread.Name;
            done.Set();
        });

        Assert.True(done.Wait(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Equal("dhcp engine", thread);
    }

    DhcpWork Renewal(int client) => Work(DhcpMessages.From(DhcpMessageType.Request, Mac(client)) with { Ciaddr = new(Ipv4Address.Parse("10.77.0.0").Value + (uint)client) });

    DhcpWork Request(int client) => Work(DhcpMessages.From(DhcpMessageType.Request, Mac(client)));

    DhcpWork Discover(int client) => Work(DhcpMessages.From(DhcpMessageType.Discover, Mac(client)));

    DhcpWork Work(DhcpMessage message) =>
        new(message, DhcpMessages.Bytes(message), new DhcpArrival("fake0", Ipv4Address.Parse("10.77.0.1"), 67, default, 68), _link);

    static string Mac(int client) => $"52:54:00:00:00:{client:x2}";
}
