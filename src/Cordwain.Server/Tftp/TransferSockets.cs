using System.Net;
using System.Net.Sockets;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Server.Tftp;

/// <summary>
/// The sockets that transfers use: a few for each of our addresses that is asked, each with a thread that receives, and all
/// transfers shared out among them. One for each transfer would cost several times the work.
/// </summary>
/// <param name="onPacket">Called on the receiving thread.</param>
sealed class TransferSockets(TransferSockets.PacketSink onPacket, int perAddress) : IDisposable
{
    /// <summary>A machine has few addresses; only 127.0.0.0/8 is large.</summary>
    const int MaxAddresses = 64;

    readonly Dictionary<Ipv4Address, TransferSocket[]> _sockets = [];
    readonly Lock _gate = new();
    bool _disposed;

    public delegate void PacketSink(TransferSocket socket, ReadOnlySpan<byte> packet, TftpClient client);

    /// <summary>A socket for a transfer to the client.</summary>
    /// <param name="previous">The one its last transfer used: the new one gets another, so that what comes late for the old is not taken for the new.</param>
    /// <returns>Null when the address is none of ours any more, or when we stop.</returns>
    public TransferSocket? For(Ipv4Address local, TftpClient client, TransferSocket? previous)
    {
        lock (_gate)
        {
            if (_disposed)
                return null;
            if (!_sockets.TryGetValue(local, out var sockets))
            {
                if (_sockets.Count >= MaxAddresses || Open(local) is not { } opened)
                    return null;
                _sockets[local] = sockets = opened;
            }

            var index = (int)((uint)client.GetHashCode() % (uint)sockets.Length);
            return sockets[index] == previous ? sockets[(index + 1) % sockets.Length] : sockets[index];
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var socket in _sockets.Values.SelectMany(sockets => sockets))
                socket.Dispose();
        }
    }

    TransferSocket[]? Open(Ipv4Address local)
    {
        var sockets = new List<TransferSocket>();
        try
        {
            while (sockets.Count < perAddress)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                sockets.Add(new(socket, SharesAddresses: false));
                UdpBuffers.Enlarge(socket);
                socket.Bind(new IPEndPoint(IpAddresses.Of(local), 0));
            }
        }
        catch (SocketException)
        {
            sockets.ForEach(socket => socket.Dispose());
            return null;
        }

        foreach (var socket in sockets)
            new Thread(() => Receive(socket)) { IsBackground = true, Name = "tftp transfers" }.Start();
        return [.. sockets];
    }

    void Receive(TransferSocket socket)
    {
        var buffer = new byte[2048];   // ACK and ERROR are short; the rest of a longer packet is dropped
        var from = new SocketAddress(AddressFamily.InterNetwork);
        while (true)
        {
            try
            {
                var length = socket.Socket.ReceiveFrom(buffer, SocketFlags.None, from);
                onPacket(socket, buffer.AsSpan(0, length), TftpClient.From(from));
            }
            catch (Exception e) when (Volatile.Read(ref _disposed) && e is SocketException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Windows reports here that an earlier packet met a closed port, or that one was too long.
            }
        }
    }
}
