using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Server.Linux;
using Cordwain.Server.Tests.Support;

namespace Cordwain.Server.Tests.Hosting;

/// <summary>What other systems get, tried on this one.</summary>
[Trait("Category", "Real")]
public sealed class PortableTests : IDisposable
{
    readonly NetworkNamespace _here = NetworkNamespace.Create();
    readonly NetworkNamespace _there = NetworkNamespace.Create();

    public PortableTests()
    {
        NetworkNamespace.Connect(_here, "lan0", _there, "cl0");
        _here.Ip("address add 10.77.0.1/24 dev lan0");
        _there.Ip("address add 10.77.0.2/24 dev cl0");
    }

    public void Dispose()
    {
        _there.Dispose();
        _here.Dispose();
    }

    [Fact]
    public void The_portable_list_has_the_devices_that_netlink_has()
    {
        var (portable, netlink) = _here.Run(() => (PortableNetworkDevices.Read(), LinuxNetworkDevices.Read()));

        Assert.Equal(
            netlink.Select(device => (device.Index, device.Name, device.IsLoopback, device.Mtu, device.Addresses.Length)).Order(),
            portable.Select(device => (device.Index, device.Name, device.IsLoopback, device.Mtu, device.Addresses.Length)).Order());
        Assert.Equal(netlink.Single(device => device.Name == "lan0") with { Kind = null }, portable.Single(device => device.Name == "lan0"));
    }

    [Fact]
    public void The_portable_socket_hears_answers_and_ends()
    {
        using var socket = _here.Run(() => new PortableSocket(LinuxNetworkDevices.Read().Single(device => device.Name == "lan0"), 0, 1 << 20));
        using var peer = new Peer(_there, "cl0", 0);
        peer.Send("ask"u8, Ipv4Address.Parse("10.77.0.1"), socket.Port);
        byte[] heard = [];
        DatagramOrigin origin = default;

        Assert.True(socket.Receive((payload, from) => (heard, origin) = (payload.ToArray(), from)));
        Assert.Equal("ask"u8.ToArray(), heard);
        Assert.Equal(new(Ipv4Address.Parse("10.77.0.2"), peer.Port, Ipv4Address.Parse("10.77.0.1")), origin);

        Assert.True(socket.Queue("answer"u8, Ipv4Address.Parse("10.77.0.1"), origin.Source, origin.SourcePort));
        Assert.Equal("answer"u8.ToArray(), peer.Take().Payload);

        var listener = new Thread(() => heard = socket.Receive((_, _) => { }) ? heard : []);
        listener.Start();
        socket.Close();
        Assert.True(listener.Join(TimeSpan.FromSeconds(20)));
        Assert.Empty(heard);
        Assert.False(socket.Queue("late"u8, Ipv4Address.Any, origin.Source, origin.SourcePort));
    }
}
