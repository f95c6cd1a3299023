using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Hosting;
using Cordwain.Server.Tests.Support;

namespace Cordwain.Server.Tests.Dhcp;

[Trait("Category", "Real")]
public sealed class DhcpServiceTests : IDisposable
{
    readonly NetworkNamespace _server = NetworkNamespace.Create();
    readonly NetworkNamespace _client = NetworkNamespace.Create();

    public DhcpServiceTests()
    {
        NetworkNamespace.Connect(_server, "lan0", _client, "cl0");
        _server.Ip("address add 10.77.0.1/24 dev lan0");
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void A_broadcast_discover_is_answered_by_broadcast()
    {
        using var dhcp = new RunningDhcp(_server);
        using var client = new Peer(_client, "cl0", 68);

        client.Broadcast(DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Discover)));

        var (payload, origin) = client.Take();
        Assert.Equal(DhcpMessageType.Offer, DhcpMessages.Parse(payload).Type);
        Assert.Equal(new DatagramOrigin(Ipv4Address.Parse("10.77.0.1"), 67, Ipv4Address.Broadcast), origin);
        var (_, arrival) = dhcp.Responder.Asked.Take(TestContext.Current.CancellationToken);
        Assert.Equal(("lan0", "10.77.0.1", 67, "0.0.0.0", 68), (arrival.Interface, arrival.Server.ToString(), arrival.Port, arrival.Source.ToString(), arrival.SourcePort));
        Assert.Equal("10.77.0.0/24", Assert.Single(arrival.Links).Network.ToString());
    }

    [Fact]
    public void A_client_without_an_address_gets_a_frame_of_its_own()
    {
        // The kernel of the client checks the frame: it takes the datagram only when MAC, addresses and both checksums are right.
        _client.Ip("link set cl0 address 52:54:00:00:00:82");
        _client.Ip("address add 10.77.0.130/24 dev cl0");
        _client.Sysctl("net.ipv4.conf.cl0.arp_ignore=8");   // answers no ARP, like a client whose address is on its way
        using var dhcp = new RunningDhcp(_server);
        dhcp.Responder.Destination = (message, _) => new(ReplyMode.Frame, FakeResponder.AddressOf(message), 68, message.Mac);
        using var client = new Peer(_client, "cl0", 68);

        client.Broadcast(DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Discover, "52:54:00:00:00:82")));

        var (payload, origin) = client.Take();
        Assert.Equal("10.77.0.130", DhcpMessages.Parse(payload).Yiaddr.ToString());
        Assert.Equal(new DatagramOrigin(Ipv4Address.Parse("10.77.0.1"), 67, Ipv4Address.Parse("10.77.0.130")), origin);
    }

    [Theory]
    [InlineData("udhcpc", "-f -n -q -i cl0 -s /bin/true", "lease of 10.77.0.130 obtained")]
    [InlineData("dhclient", "-d -1 -v -sf /bin/true -lf /dev/null -pf /dev/null -cf /dev/null cl0", "DHCPACK of 10.77.0.130")]
    public void Real_clients_accept_frames_made_by_hand(string program, string arguments, string success)
    {
        _client.Ip("link set cl0 address 52:54:00:00:00:82");
        using var dhcp = new RunningDhcp(_server);
        dhcp.Responder.Destination = (message, _) => new(ReplyMode.Frame, FakeResponder.AddressOf(message), 68, message.Mac);

        WaitForLine(_client.Start(program, arguments.Split(' ')).StandardError, success);

        Assert.Single(dhcp.Leases.Batches);
    }

    [Fact]
    public void A_relayed_message_is_answered_to_the_relay_from_the_address_it_asked()
    {
        _server.Ip("address add 10.78.0.1/24 dev lan0");
        _client.Ip("address add 10.78.0.254/24 dev cl0");
        using var dhcp = new RunningDhcp(_server);
        dhcp.Responder.Destination = (message, _) => new(ReplyMode.Unicast, message.Giaddr, 67, null);
        using var relay = new Peer(_client, "cl0", 67);

        relay.Send(
            DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Discover) with { Hops = 1, Giaddr = Ipv4Address.Parse("10.78.0.254") }), Ipv4Address.Parse("10.78.0.1"), 67);

        var (_, origin) = relay.Take();
        Assert.Equal(new DatagramOrigin(Ipv4Address.Parse("10.78.0.1"), 67, Ipv4Address.Parse("10.78.0.254")), origin);
        Assert.Equal("10.78.0.1", dhcp.Responder.Asked.Take(TestContext.Current.CancellationToken).Arrival.Server.ToString());
    }

    [Fact]
    public void Port_4011_answers_from_port_4011()
    {
        _client.Ip("address add 10.77.0.50/24 dev cl0");
        using var dhcp = new RunningDhcp(_server);
        dhcp.Responder.Destination = (_, arrival) => new(ReplyMode.Unicast, arrival.Source, arrival.SourcePort, null);
        using var client = new Peer(_client, "cl0", 4011);

        client.Send(DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Request)), Ipv4Address.Parse("10.77.0.1"), 4011);

        Assert.Equal(4011, client.Take().Origin.SourcePort);
        Assert.Equal(4011, dhcp.Responder.Asked.Take(TestContext.Current.CancellationToken).Arrival.Port);
    }

    [Fact]
    public void Broken_and_foreign_messages_are_dropped_and_the_next_one_is_answered()
    {
        using var dhcp = new RunningDhcp(_server);
        using var client = new Peer(_client, "cl0", 68);

        client.Broadcast([]);
        client.Broadcast(new byte[300]);
        client.Broadcast(new byte[1472]);
        client.Broadcast(DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Offer) with { Op = DhcpMessage.BootReply }));
        client.Broadcast(DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Discover)));

        client.Take();
        Assert.Equal((5, 4), (dhcp.Service.Counters.Received, dhcp.Service.Counters.Malformed));
    }

    [Fact]
    public void An_interface_that_comes_and_goes_and_comes_again_is_followed()
    {
        using var dhcp = new RunningDhcp(_server);
        NetworkNamespace.Connect(_server, "lan1", _client, "cl1");
        _server.Ip("address add 10.79.0.1/24 dev lan1");
        dhcp.Log.WaitFor("ready on lan1 (10.79.0.1)");
        using (var client = new Peer(_client, "cl1", 68))
        {
            client.Broadcast(DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Discover)));
            Assert.Equal("10.79.0.1", client.Take().Origin.Source.ToString());
        }

        _server.Ip("link delete lan1");
        dhcp.Log.WaitFor("lan1 is gone");
        NetworkNamespace.Connect(_server, "lan1", _client, "cl1");
        _server.Ip("address add 10.79.0.2/24 dev lan1");
        dhcp.Log.WaitFor("ready on lan1 (10.79.0.2)");

        using var again = new Peer(_client, "cl1", 68);
        again.Broadcast(DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Discover)));
        Assert.Equal("10.79.0.2", again.Take().Origin.Source.ToString());
    }

    [Fact]
    public void A_changed_address_is_answered_from_and_the_old_one_never_again()
    {
        using var dhcp = new RunningDhcp(_server);
        _server.Ip("address add 10.77.0.2/24 dev lan0");
        _server.Ip("address delete 10.77.0.1/24 dev lan0");
        dhcp.Log.WaitFor("lan0 is not served: it has no IPv4 address");   // the kernel drops the secondary address with the first
        _server.Ip("address add 10.77.0.3/24 dev lan0");
        dhcp.Log.WaitFor("ready on lan0 (10.77.0.3)");
        _server.Ip("address add 10.80.0.1/24 dev lan0");
        dhcp.Log.WaitFor("answered from 10.77.0.3, 10.80.0.1");
        using var client = new Peer(_client, "cl0", 68);

        client.Broadcast(DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Discover)));

        Assert.Equal("10.77.0.3", client.Take().Origin.Source.ToString());
    }

    [Fact]
    public void Our_own_addresses_are_told_before_anybody_asks_and_again_when_they_change()
    {
        using var dhcp = new RunningDhcp(_server);
        Assert.True(dhcp.Responder.Own.TryTake(out var own, TimeSpan.FromSeconds(20)));
        Assert.Contains("10.77.0.1", own, StringComparison.Ordinal);

        _server.Ip("address add 10.80.0.1/24 dev lan0");

        Assert.True(dhcp.Responder.Own.TryTake(out own, TimeSpan.FromSeconds(20)));
        Assert.Contains("10.77.0.1 10.80.0.1", own, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_names_our_second_address_is_answered_from_it()
    {
        _server.Ip("address add 10.78.0.1/24 dev lan0");
        using var dhcp = new RunningDhcp(_server);
        using var client = new Peer(_client, "cl0", 68);

        client.Broadcast(DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Request).With(DhcpOptions.ServerIdentifier, Ipv4Address.Parse("10.78.0.1"))));

        Assert.Equal("10.78.0.1", client.Take().Origin.Source.ToString());
        Assert.Single(dhcp.Leases.Batches);
    }

    [Fact]
    public void The_program_that_holds_the_port_is_named()
    {
        var dnsmasq = _server.Start("dnsmasq", "--keep-in-foreground", "--log-facility=-", "--conf-file=/dev/null", "--pid-file=", "--port=0",
            "--leasefile-ro", "--log-dhcp", "--dhcp-range=10.77.0.100,10.77.0.110");
        WaitForLine(dnsmasq.StandardError, "DHCP");

        var refused = Assert.Throws<ProblemException>(() => new RunningDhcp(_server));

        Assert.Equal("CW2001", refused.Problem.Code);
        Assert.Contains($"in use by dnsmasq (pid {dnsmasq.Id})", refused.Problem.Message, StringComparison.Ordinal);
        Assert.Contains("port 67", refused.Problem.Message, StringComparison.Ordinal);
        Assert.Contains("lan0", refused.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_becomes_free_on_a_new_interface_is_taken_without_a_restart()
    {
        using var dhcp = new RunningDhcp(_server);
        NetworkNamespace.Connect(_server, "lan1", _client, "cl1");
        using (var squatter = new Peer(_server, "lan1", 67))
        {
            _server.Ip("address add 10.79.0.1/24 dev lan1");
            dhcp.Log.WaitFor("CW2001");
        }

        dhcp.Log.WaitFor("ready on lan1");
    }

    [Fact]
    public void Every_interface_that_is_passed_over_is_named_once_with_the_reason()
    {
        _server.Ip("link add docker0 type bridge");
        _server.Ip("address add 172.17.0.1/16 dev docker0");
        _server.Ip("link set docker0 up");
        using var dhcp = new RunningDhcp(_server);
        _server.Ip("link set lan0 down");
        dhcp.Log.WaitFor("lan0 is not served: it is down");

        Assert.Single(dhcp.Log.Lines, line => line.Contains("docker0 is not served: it looks like a bridge of containers", StringComparison.Ordinal));
        Assert.Single(dhcp.Log.Lines, line => line.Contains("lo is not served: it is the loopback", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_interfaces_are_taken_into_service_while_it_runs()
    {
        using var dhcp = new RunningDhcp(_server, new() { Interfaces = ["lan9"] });
        dhcp.Log.WaitFor("CW2005");

        dhcp.Service.Reconfigure(new() { Interfaces = ["lan*"] });

        dhcp.Log.WaitFor("ready on lan0");
    }

    [Fact]
    public void Clients_and_relays_find_it_on_other_ports_when_the_configuration_says_so()
    {
        using var dhcp = new RunningDhcp(_server, new() { Port = 1067, ClientPort = 1068, BootServerPort = 5011 });
        using var client = new Peer(_client, "cl0", 1068);

        client.Broadcast(DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Discover)), port: 1067);

        Assert.Equal(1067, client.Take().Origin.SourcePort);
        var (_, arrival) = dhcp.Responder.Asked.Take(TestContext.Current.CancellationToken);
        Assert.Equal((67, 68), (arrival.Port, arrival.SourcePort));
    }

    [Fact]
    public void Without_the_right_to_raw_frames_clients_are_answered_by_broadcast_and_it_is_said_once()
    {
        NetworkNamespace.Connect(_server, "lan1", _client, "cl1");
        _server.Ip("address add 10.79.0.1/24 dev lan1");
        using var dhcp = new RunningDhcp(_server, null, Capabilities.NetRaw);
        dhcp.Responder.Destination = (message, _) => new(ReplyMode.Frame, FakeResponder.AddressOf(message), 68, message.Mac);
        using var client = new Peer(_client, "cl0", 68);

        client.Broadcast(DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Discover)));

        Assert.Equal(Ipv4Address.Broadcast, client.Take().Origin.Destination);
        Assert.Single(dhcp.Log.Lines, line => line.Contains("CW2003", StringComparison.Ordinal));
    }

    [Fact]
    public void A_receive_buffer_below_what_was_wanted_is_said_with_the_setting_that_helps()
    {
        using var dhcp = new RunningDhcp(_server, new() { ReceiveBuffer = 1 << 30 }, Capabilities.NetAdmin);

        Assert.Single(dhcp.Log.Lines, line => line.Contains("CW2004", StringComparison.Ordinal) && line.Contains("net.core.rmem_max=1073741824", StringComparison.Ordinal));
    }

    [Fact]
    public void The_limit_of_the_system_is_passed_where_we_may()
    {
        using var dhcp = new RunningDhcp(_server);

        Assert.DoesNotContain(dhcp.Log.Lines, line => line.Contains("CW2004", StringComparison.Ordinal));
    }

    [Fact]
    public void No_right_to_the_port_is_an_error_that_names_the_right()
    {
        var refused = Assert.Throws<ProblemException>(() => new RunningDhcp(_server, null, Capabilities.NetBindService));

        Assert.Equal("CW2002", refused.Problem.Code);
        Assert.Contains("CAP_NET_BIND_SERVICE", refused.Problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Thousands_of_broken_messages_leave_it_serving()
    {
        using var dhcp = new RunningDhcp(_server);
        using var client = new Peer(_client, "cl0", 68);
        var random = new Random(4711);
        var good = DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Discover).With(DhcpOptions.VendorClassIdentifier, "PXEClient"));
        for (var i = 0; i < 3000; i++)
        {
            var broken = good[..random.Next(good.Length + 1)];
            for (var flips = random.Next(8); flips > 0 && broken.Length > 0; flips--)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            client.Broadcast(broken);
        }

        client.Broadcast(DhcpMessages.Bytes(DhcpMessages.From(DhcpMessageType.Discover, "52:54:00:aa:bb:cc", xid: 0x7E57)));

        while (DhcpMessages.Parse(client.Take().Payload).Xid != 0x7E57)
        {
            // Some of the broken ones were still good enough for an answer.
        }
    }

    static void WaitForLine(StreamReader reader, string text)
    {
        while (reader.ReadLine() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"The program ended without saying '{text}'.");
    }
}
