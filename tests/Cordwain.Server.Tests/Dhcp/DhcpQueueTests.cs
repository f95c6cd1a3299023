using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;

namespace Cordwain.Server.Tests.Dhcp;

public sealed class DhcpQueueTests
{
    readonly DhcpCounters _counters = new();
    readonly FakeLink _link = new();
    readonly List<DhcpWork> _batch = [];

    [Fact]
    public void Requests_come_before_discovers()
    {
        var queue = new DhcpQueue(10, _counters);
        queue.Add(Work(DhcpMessageType.Discover, 1));
        queue.Add(Work(DhcpMessageType.Request, 2));
        queue.Add(Work(DhcpMessageType.Discover, 3));
        queue.Add(Work(DhcpMessageType.Inform, 4));

        Assert.True(queue.Take(_batch, 10));
        Assert.Equal([2, 4, 1, 3], Clients());
    }

    [Fact]
    public void A_flood_of_requests_leaves_discovers_a_place_in_each_batch()
    {
        var queue = new DhcpQueue(100, _counters);
        for (var client = 1; client <= 50; client++)
            queue.Add(Work(DhcpMessageType.Request, client));
        queue.Add(Work(DhcpMessageType.Discover, 99));
        queue.Add(Work(DhcpMessageType.Discover, 98));

        queue.Take(_batch, 8);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 99], Clients());
    }

    [Fact]
    public void The_oldest_of_its_lane_goes_when_it_is_full()
    {
        var queue = new DhcpQueue(3, _counters);
        queue.Add(Work(DhcpMessageType.Request, 9));
        for (var client = 1; client <= 5; client++)
            queue.Add(Work(DhcpMessageType.Discover, client));

        queue.Take(_batch, 10);

        Assert.Equal([9, 3, 4, 5], Clients());
        Assert.Equal(2, _counters.Dropped);
    }

    [Fact]
    public void A_retransmission_that_still_waits_is_answered_once()
    {
        var queue = new DhcpQueue(10, _counters);

        Assert.True(queue.Add(Work(DhcpMessageType.Discover, 1)));
        Assert.False(queue.Add(Work(DhcpMessageType.Discover, 1)));
        Assert.True(queue.Add(Work(DhcpMessageType.Request, 1)));
        Assert.True(queue.Add(Work(DhcpMessageType.Discover, 1, xid: 2)));
        Assert.True(queue.Add(Work(DhcpMessageType.Discover, 1, port: 4011)));
        Assert.Equal(1, _counters.Duplicates);
    }

    [Fact]
    public void Messages_of_other_machines_relays_and_interfaces_are_their_own()
    {
        var first = Work(DhcpMessageType.Discover, 1);
        DhcpWork[] others =
        [
            Work(DhcpMessageType.Discover, 2),
            Work(DhcpMessageType.Request, 1),
            Work(DhcpMessageType.Discover, 1, xid: 2),
            Work(DhcpMessageType.Discover, 1, port: 4011),
            first with { Message = first.Message with { Chaddr = first.Message.Chaddr[..5] } },
            first with { Message = first.Message with { Giaddr = Ipv4Address.Parse("10.0.0.1") } },
            first with { Link = new FakeLink() },
        ];

        Assert.Equal(first, Work(DhcpMessageType.Discover, 1), SameMessage.Comparer);
        Assert.Equal(SameMessage.Comparer.GetHashCode(first), SameMessage.Comparer.GetHashCode(Work(DhcpMessageType.Discover, 1)));
        Assert.All(others, other => Assert.NotEqual(first, other, SameMessage.Comparer));
        Assert.All(others[..^1], other => Assert.NotEqual(SameMessage.Comparer.GetHashCode(first), SameMessage.Comparer.GetHashCode(other)));
    }

    [Fact]
    public void A_retransmission_after_the_answer_is_answered_again()
    {
        var queue = new DhcpQueue(10, _counters);
        queue.Add(Work(DhcpMessageType.Discover, 1));
        queue.Take(_batch, 10);

        Assert.True(queue.Add(Work(DhcpMessageType.Discover, 1)));
    }

    [Fact]
    public void A_message_that_was_pushed_out_may_come_again()
    {
        var queue = new DhcpQueue(1, _counters);
        queue.Add(Work(DhcpMessageType.Discover, 1));
        queue.Add(Work(DhcpMessageType.Discover, 2));

        Assert.True(queue.Add(Work(DhcpMessageType.Discover, 1)));
    }

    [Fact]
    public void A_closed_queue_ends_its_taker()
    {
        var queue = new DhcpQueue(10, _counters);
        queue.Close();

        queue.Add(Work(DhcpMessageType.Discover, 1));

        Assert.False(queue.Wait());
        Assert.False(queue.Take(_batch, 10));
        Assert.Empty(_batch);
    }

    [Fact]
    public void A_closed_queue_holds_nothing()
    {
        var queue = new DhcpQueue(10, _counters);
        queue.Add(Work(DhcpMessageType.Discover, 1));
        queue.Add(Work(DhcpMessageType.Request, 2));

        queue.Close();

        Assert.Equal(0, queue.Count);
        Assert.False(queue.Add(Work(DhcpMessageType.Request, 3)));
        Assert.Equal(0, queue.Count);
        Assert.Equal(0, _counters.Duplicates);
    }

    [Fact]
    public void Wake_lets_one_waiter_go_and_is_kept_for_it()
    {
        var queue = new DhcpQueue(10, _counters);
        queue.Wake();

        Assert.True(queue.Wait());
        Assert.False(queue.Take(_batch, 10));
        queue.Close();
        Assert.False(queue.Wait());
    }

    IEnumerable<int> Clients() => _batch.Select(work => (int)work.Message.Chaddr.Span[5]);

    DhcpWork Work(DhcpMessageType type, int client, uint xid = 1, int port = 67)
    {
        var message = DhcpMessages.From(type, $"52:54:00:00:00:{client:x2}", xid);
        return new(message, default, new DhcpArrival("fake0", Ipv4Address.Parse("10.77.0.1"), port, default, 68), _link);
    }
}
