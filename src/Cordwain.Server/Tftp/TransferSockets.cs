using System.Net;
using System.Net.Sockets;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Server.Tftp;

/// <summary>
/// The sockets that transfers use: a few for each of our addresses that is asked, each with a thread that receives, and all
/// transfers shared out among them. One for each transfer would cost several times the work.
/// </summary>
/// <param name="listen">Starts a thread that receives from the socket.</param>
sealed class TransferSockets(TftpTransport transport, Action<TransferSocket> listen) : IDisposable
{
    /// <summary>A machine has few addresses; only 127.0.0.0/8 is large.</summary>
    const int MaxAddresses = 64;

    /// <summary>Fewer threads than cores: one that is busy takes more packets at a time, and the cores have other work as well.</summary>
    static readonly int Busy = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    readonly Dictionary<Ipv4Address, TransferSocket[]> _sockets = [];
    readonly Lock _gate = new();
    bool _disposed;

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

            // The last one is for those who ask again, and rests otherwise.
            var first = (int)((uint)client.Spread % (uint)Busy);
            return sockets[first] != previous ? sockets[first] : sockets[Busy];
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
            while (sockets.Count <= Busy)
            {
                var socket = transport.Open(sharesAddresses: false);
                sockets.Add(socket);
                socket.Socket.Bind(new IPEndPoint(IpAddresses.Of(local), 0));
            }
        }
        catch (SocketException)
        {
            sockets.ForEach(socket => socket.Dispose());
            return null;
        }

        sockets.ForEach(listen);
        return [.. sockets];
    }
}
