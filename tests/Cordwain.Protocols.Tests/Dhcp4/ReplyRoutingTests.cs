using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tests.Dhcp4;

public sealed class ReplyRoutingTests
{
    const DhcpMessageType Discover = DhcpMessageType.Discover, Offer = DhcpMessageType.Offer, Request = DhcpMessageType.Request;
    const DhcpMessageType Ack = DhcpMessageType.Ack, Nak = DhcpMessageType.Nak, Inform = DhcpMessageType.Inform;

    public static TheoryData<string, DhcpMessageType, string, DhcpMessageType, string, int, string, int, string> Cases => new()
    {
        // what                                request   with                              reply  yiaddr       port  from            from port  to
        { "no address, no flag",               Discover, "",                               Offer, "10.0.0.50", 67,   "0.0.0.0",      68,        "Frame 10.0.0.50:68 52:54:00:12:34:56" },
        { "broadcast flag",                    Discover, "broadcast",                      Offer, "10.0.0.50", 67,   "0.0.0.0",      68,        "Broadcast 255.255.255.255:68" },
        { "proxy offer without address",       Discover, "",                               Offer, "0.0.0.0",   67,   "0.0.0.0",      68,        "Broadcast 255.255.255.255:68" },
        { "through a relay",                   Discover, "giaddr=10.1.0.1",                Offer, "10.1.0.50", 67,   "10.1.0.1",     67,        "Unicast 10.1.0.1:67" },
        { "relay and broadcast flag",          Discover, "giaddr=10.1.0.1 broadcast",      Offer, "10.1.0.50", 67,   "10.9.0.1",     67,        "Unicast 10.1.0.1:67" },
        { "relay that sends from odd port",    Discover, "giaddr=10.1.0.1",                Offer, "10.1.0.50", 67,   "10.1.0.1",     5353,      "Unicast 10.1.0.1:67" },
        { "renewal",                           Request,  "ciaddr=10.0.0.50",               Ack,   "10.0.0.50", 67,   "10.0.0.50",    68,        "Unicast 10.0.0.50:68" },
        { "renewal from odd port",             Request,  "ciaddr=10.0.0.50",               Ack,   "10.0.0.50", 67,   "10.0.0.50",    40000,     "Unicast 10.0.0.50:68" },
        { "rebinding with broadcast flag",     Request,  "ciaddr=10.0.0.50 broadcast",     Ack,   "10.0.0.50", 67,   "10.0.0.50",    68,        "Unicast 10.0.0.50:68" },
        { "refused renewal",                   Request,  "ciaddr=10.0.0.50",               Nak,   "0.0.0.0",   67,   "10.0.0.50",    68,        "Broadcast 255.255.255.255:68" },
        { "refused through a relay",           Request,  "giaddr=10.1.0.1",                Nak,   "0.0.0.0",   67,   "10.1.0.1",     67,        "Unicast 10.1.0.1:67" },
        { "inform",                            Inform,   "ciaddr=10.0.0.60",               Ack,   "0.0.0.0",   67,   "10.0.0.60",    68,        "Unicast 10.0.0.60:68" },
        { "inform without ciaddr",             Inform,   "",                               Ack,   "0.0.0.0",   67,   "10.0.0.61",    1024,      "Unicast 10.0.0.61:68" },
        { "inform from nowhere",               Inform,   "",                               Ack,   "0.0.0.0",   67,   "0.0.0.0",      68,        "Broadcast 255.255.255.255:68" },
        { "boot server, EDK2",                 Request,  "ciaddr=10.0.0.50",               Ack,   "0.0.0.0",   4011, "10.0.0.50",    4011,      "Unicast 10.0.0.50:4011" },
        { "boot server, option ROM",           Request,  "ciaddr=10.0.0.50 broadcast",     Ack,   "10.0.0.50", 4011, "10.0.0.50",    68,        "Unicast 10.0.0.50:68" },
        { "boot server, odd port",             Request,  "ciaddr=10.0.0.50",               Ack,   "0.0.0.0",   4011, "10.0.0.50",    53,        "Unicast 10.0.0.50:68" },
        { "boot server, source unlike ciaddr", Request,  "ciaddr=10.0.0.99",               Ack,   "0.0.0.0",   4011, "10.0.0.50",    4011,      "Unicast 10.0.0.50:4011" },
        { "boot server, no source",            Request,  "ciaddr=10.0.0.50",               Ack,   "0.0.0.0",   4011, "0.0.0.0",      68,        "Unicast 10.0.0.50:68" },
        { "boot server, no address at all",    Request,  "",                               Ack,   "0.0.0.0",   4011, "0.0.0.0",      68,        "Broadcast 255.255.255.255:68" },
        { "ciaddr is broadcast",               Request,  "ciaddr=255.255.255.255",         Ack,   "10.0.0.50", 67,   "0.0.0.0",      68,        "Frame 10.0.0.50:68 52:54:00:12:34:56" },
        { "ciaddr is multicast",               Request,  "ciaddr=239.1.1.1 broadcast",     Ack,   "10.0.0.50", 67,   "0.0.0.0",      68,        "Broadcast 255.255.255.255:68" },
        { "giaddr is multicast",               Discover, "giaddr=224.0.0.1",               Offer, "10.0.0.50", 67,   "0.0.0.0",      68,        "Frame 10.0.0.50:68 52:54:00:12:34:56" },
        { "hardware address is multicast",     Discover, "chaddr=01005e000001",            Offer, "10.0.0.50", 67,   "0.0.0.0",      68,        "Broadcast 255.255.255.255:68" },
        { "hardware is not Ethernet",          Discover, "chaddr=0011223344556677",        Offer, "10.0.0.50", 67,   "0.0.0.0",      68,        "Broadcast 255.255.255.255:68" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void A_reply_goes_to(string what, DhcpMessageType type, string with, DhcpMessageType replyType, string yiaddr, int port, string source, int sourcePort, string expected)
    {
        var request = Packets.Reply(type) with { Op = DhcpMessage.BootRequest, Yiaddr = default, Siaddr = default };
        foreach (var word in with.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var value = word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..];
            request = word.Split('=')[0] switch
            {
                "broadcast" => request with { Flags = DhcpMessage.BroadcastFlag },
                "giaddr" => request with { Giaddr = Ipv4Address.Parse(value) },
                "ciaddr" => request with { Ciaddr = Ipv4Address.Parse(value) },
                _ => request with { Chaddr = Convert.FromHexString(value) },
            };
        }

        var reply = Packets.Reply(replyType) with { Yiaddr = Ipv4Address.Parse(yiaddr), Giaddr = request.Giaddr };
        var to = ReplyRouting.Destination(request, reply, port, Ipv4Address.Parse(source), sourcePort);
        Assert.True(expected == $"{to.Mode} {to.Address}:{to.Port}{(to.Mac is { } mac ? $" {mac}" : "")}", $"{what}: {to}");
    }

    [Fact]
    public void A_nak_through_a_relay_asks_for_broadcast()
    {
        var direct = Packets.WithOptions("350103") with { Flags = 0 };
        var relayed = direct with { Giaddr = Ipv4Address.Parse("10.1.0.1") };
        Assert.Equal(0, ReplyRouting.Flags(direct, Nak));
        Assert.Equal(0, ReplyRouting.Flags(relayed, Ack));
        Assert.Equal(DhcpMessage.BroadcastFlag, ReplyRouting.Flags(relayed, Nak));
    }

    public static TheoryData<string> Captures => [.. Packets.Cases];

    [Theory, MemberData(nameof(Captures))]
    public void Replies_go_where_the_reference_server_sent_them(string vector)
    {
        // Pairs of a request and the answers to its transaction.
        DhcpMessage? request = null;
        var (source, sourcePort, arrivalPort, pairs) = (default(Ipv4Address), 0, 0, 0);
        foreach (var datagram in Packets.Datagrams(vector))
        {
            Assert.True(DhcpMessage.TryParse(datagram.Payload.Span, out var message, out _));
            if (message.Op == DhcpMessage.BootRequest)
                (request, source, sourcePort, arrivalPort) = (message, datagram.Source, datagram.SourcePort, datagram.DestinationPort);
            else if (request is not null && request.Xid == message.Xid)
            {
                var to = ReplyRouting.Destination(request, message, arrivalPort, source, sourcePort);
                Assert.Equal((datagram.Destination, datagram.DestinationPort), (to.Address, to.Port));
                pairs++;
            }
        }

        Assert.NotEqual(0, pairs);
    }
}
