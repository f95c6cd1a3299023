using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Server.Linux;
using Cordwain.Server.Tests.Support;

namespace Cordwain.Server.Tests.Linux;

/// <summary>What leaves together arrives as it would have by itself.</summary>
[Trait("Category", "Real")]
public sealed class DeviceSocketTests : IDisposable
{
    static readonly Ipv4Address Ours = Ipv4Address.Parse("10.77.0.1"), AlsoOurs = Ipv4Address.Parse("10.77.0.5"), Theirs = Ipv4Address.Parse("10.77.0.2");

    readonly NetworkNamespace _here = NetworkNamespace.Create();
    readonly NetworkNamespace _there = NetworkNamespace.Create();
    readonly DeviceSocket _socket;

    public DeviceSocketTests()
    {
        NetworkNamespace.Connect(_here, "lan0", _there, "cl0");
        _here.Ip($"address add {Ours}/24 dev lan0");
        _here.Ip($"address add {AlsoOurs}/24 dev lan0");
        _there.Ip($"address add {Theirs}/24 dev cl0");
        _socket = _here.Run(() => DeviceSocket.Open("lan0", 67, 1 << 20));
    }

    public void Dispose()
    {
        _socket.Dispose();
        _there.Dispose();
        _here.Dispose();
    }

    [Theory]
    [InlineData("10.77.0.2")]
    [InlineData("255.255.255.255")]
    public void Many_of_one_length_for_one_receiver_arrive_one_by_one(string to)
    {
        using var peer = new Peer(_there, "cl0", 67);
        var sent = Enumerable.Range(0, 150).Select(i => Datagram(300, i)).ToList();

        Queue(sent, Ours, Ipv4Address.Parse(to));

        Assert.Equal(0, _socket.Flush());
        foreach (var datagram in sent)
        {
            var (payload, origin) = peer.Take();
            Assert.Equal(datagram, payload);
            Assert.Equal(new DatagramOrigin(Ours, 67, Ipv4Address.Parse(to)), origin);
        }
    }

    [Fact]
    public void Each_keeps_its_length_and_the_address_it_leaves_from()
    {
        using var peer = new Peer(_there, "cl0", 67);
        (int Length, Ipv4Address From)[] sent = [(300, Ours), (300, Ours), (301, Ours), (301, AlsoOurs), (301, AlsoOurs), (60, AlsoOurs), (300, Ours), (1400, Ours), (1400, Ours)];
        foreach (var (length, from) in sent)
            Queue([Datagram(length, 1)], from, Theirs);

        Assert.Equal(0, _socket.Flush());

        Assert.Equal(sent, sent.Select(_ => peer.Take()).Select(heard => (heard.Payload.Length, heard.Origin.Source)));
    }

    [Fact]
    public void Ports_and_receivers_are_not_mixed_up()
    {
        _there.Ip("address add 10.77.0.3/24 dev cl0");
        using var first = new Peer(_there, "cl0", 67);
        using var second = new Peer(_there, "cl0", 68);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(_socket.Queue(Datagram(300, 1), Ours, Theirs, 67));
            Assert.True(_socket.Queue(Datagram(300, 2), Ours, Ipv4Address.Parse("10.77.0.3"), 67));
            Assert.True(_socket.Queue(Datagram(300, 3), Ours, Theirs, 68));
        }

        Assert.Equal(0, _socket.Flush());

        Assert.Equal([(1, "10.77.0.2"), (2, "10.77.0.3"), (1, "10.77.0.2"), (2, "10.77.0.3"), (1, "10.77.0.2"), (2, "10.77.0.3")],
            Enumerable.Range(0, 6).Select(_ => first.Take()).Select(heard => ((int)heard.Payload[0], heard.Origin.Destination.ToString())));
        Assert.Equal([3, 3, 3], Enumerable.Range(0, 3).Select(_ => (int)second.Take().Payload[0]));
    }

    [Theory]
    [InlineData("10.77.0.2")]
    [InlineData("255.255.255.255")]
    public void Whoever_reads_raw_packets_sees_each_of_them(string to)
    {
        // As ISC dhcrelay and dhclient do.
        using var raw = _there.Run(() => PacketSocket.Open(NetworkDevices.Read().Single(device => device.Name == "cl0").Index, PacketSocket.Ip, PacketSocket.UdpTo(67)));
        Queue([.. Enumerable.Range(0, 5).Select(i => Datagram(300, i))], Ours, Ipv4Address.Parse(to));

        Assert.Equal(0, _socket.Flush());

        var frame = new byte[65_536];
        Assert.Equal([342, 342, 342, 342, 342], Enumerable.Range(0, 5).Select(_ => raw.Receive(frame, 20_000)));
    }

    [Fact]
    public void A_way_too_narrow_for_them_takes_them_in_fragments()
    {
        using var peer = new Peer(_there, "cl0", 67);
        _here.Ip("link set lan0 mtu 600");
        var sent = Enumerable.Range(0, 5).Select(i => Datagram(900, i)).ToList();

        Queue(sent, Ours, Theirs);

        Assert.Equal(0, _socket.Flush());
        Assert.Equal(sent, sent.Select(_ => peer.Take().Payload));
    }

    [Fact]
    public void What_is_refused_is_counted_datagram_by_datagram_and_costs_no_other()
    {
        using var peer = new Peer(_there, "cl0", 67);
        Queue([Datagram(300, 1), Datagram(300, 2), Datagram(300, 3)], Ipv4Address.Parse("10.77.0.99"), Theirs);   // not ours
        Queue([Datagram(300, 4), Datagram(300, 5)], Ours, Theirs);

        Assert.Equal(3, _socket.Flush());

        Assert.Equal([4, 5], Enumerable.Range(0, 2).Select(_ => (int)peer.Take().Payload[0]));
    }

    void Queue(List<byte[]> datagrams, Ipv4Address from, Ipv4Address to)
    {
        foreach (var datagram in datagrams)
            Assert.True(_socket.Queue(datagram, from, to, 67));
    }

    static byte[] Datagram(int length, int number)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill((byte)number);
        bytes[^1] = 0xff;
        return bytes;
    }
}
