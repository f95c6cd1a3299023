using System.Net;
using System.Net.Sockets;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Server.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Cordwain.Server.Tests.Hosting;

public sealed class NeighbourTableTests
{
    [Fact]
    public void Reads_the_systems_text()
    {
        var table = NeighbourTable.Parse(
        [
            "IP address       HW type     Flags       HW address            Mask     Device",
            "10.77.0.100      0x1         0x2         52:54:00:12:34:56     *        lan0",
            "10.77.0.101      0x1         0x0         00:00:00:00:00:00     *        lan0",
            "10.77.0.102      0x20        0x2         52:54:00:12:34:57     *        ib0",
            "cut",
        ]);

        var (address, mac) = Assert.Single(table);
        Assert.Equal(("10.77.0.100", "52:54:00:12:34:56"), (address.ToString(), mac.ToString()));
    }
}

[Trait("Category", "Real")]
public sealed class NeighbourTableOnAWireTests
{
    [Fact]
    public void Knows_a_machine_that_has_spoken_to_us()
    {
        using var here = NetworkNamespace.Create();
        using var there = NetworkNamespace.Create();
        NetworkNamespace.Connect(here, "lan0", there, "cl0");
        here.Ip("address add 10.77.0.1/24 dev lan0");
        there.Ip("link set cl0 address 52:54:00:12:34:56");
        there.Ip("address add 10.77.0.100/24 dev cl0");
        var time = new FakeTimeProvider();
        var table = new NeighbourTable(time);
        Assert.Null(Find("10.77.0.100"));

        // A TCP connection is refused after ARP was answered, whoever asked.
        Assert.Equal(SocketError.ConnectionRefused, there.Run(() => Assert.Throws<SocketException>(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Parse("10.77.0.1"), 9);
        }).SocketErrorCode));

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("52:54:00:12:34:56", Find("10.77.0.100"));
        Assert.Null(Find("10.77.0.101"));

        here.Ip("neighbour replace 10.77.0.100 lladdr 52:54:00:12:34:99 dev lan0");
        Assert.Equal("52:54:00:12:34:56", Find("10.77.0.100"));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("52:54:00:12:34:99", Find("10.77.0.100"));

        string? Find(string address) => here.Run(() => table.Find(Ipv4Address.Parse(address))?.ToString());
    }
}
