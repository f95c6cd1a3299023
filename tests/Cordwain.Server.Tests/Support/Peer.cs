using System.Collections.Concurrent;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Tests.Support;

/// <summary>The other end of a cable: a UDP port on a device of a namespace, which keeps what it hears.</summary>
sealed class Peer : IDisposable
{
    readonly IDatagramSocket _socket;
    readonly Thread _listener;
    readonly BlockingCollection<(byte[] Payload, DatagramOrigin Origin)> _heard = [];

    public Peer(NetworkNamespace place, string device, int port)
    {
        _socket = place.Run(() => DeviceSocket.Open(device, port, 1 << 20));
        _listener = new(() =>
        {
            while (_socket.Receive((payload, origin) => _heard.Add((payload.ToArray(), origin))))
            {
            }
        });
        _listener.Start();
    }

    public int Port => _socket.Port;

    public void Broadcast(ReadOnlySpan<byte> payload, int port = 67) => Send(payload, Ipv4Address.Broadcast, port);

    public void Send(ReadOnlySpan<byte> payload, Ipv4Address to, int port) => Assert.True(_socket.Send(payload, Ipv4Address.Any, to, port), "The system refused to send.");

    public (byte[] Payload, DatagramOrigin Origin) Take()
    {
        Assert.True(_heard.TryTake(out var heard, TimeSpan.FromSeconds(20)), "Nothing came.");
        return heard;
    }

    public void Dispose()
    {
        _socket.Close();
        _listener.Join();
        _socket.Dispose();
        _heard.Dispose();
    }
}
