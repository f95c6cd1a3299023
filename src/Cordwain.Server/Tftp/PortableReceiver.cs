using System.Net;
using System.Net.Sockets;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Server.Tftp;

/// <summary>Packet by packet, by what every system offers.</summary>
/// <param name="tellsLocal">The socket reports the address a packet was sent to.</param>
sealed class PortableReceiver(Socket socket, int length, bool tellsLocal) : IPacketReceiver
{
    readonly byte[] _buffer = new byte[length];
    readonly SocketAddress _from = new(AddressFamily.InterNetwork);
    TftpClient _client;
    Ipv4Address _local;
    int _received;

    public int Capacity => 1;

    public int Receive(bool wait)
    {
        try
        {
            if (!wait && socket.Available == 0)
                return 0;
            if (!tellsLocal)
            {
                _received = socket.ReceiveFrom(_buffer, SocketFlags.None, _from);
                _client = TftpClient.From(_from);
                return 1;
            }

            var flags = SocketFlags.None;
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            _received = socket.ReceiveMessageFrom(_buffer, ref flags, ref from, out var information);
            _client = new(IpAddresses.Of(((IPEndPoint)from).Address), (ushort)((IPEndPoint)from).Port);
            _local = IpAddresses.Of(information.Address);
            return 1;
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }
        catch (SocketException) when (socket.SafeHandle.IsClosed)
        {
            return -1;
        }
        catch (SocketException)
        {
            return 0;   // Windows reports here that an earlier packet met a closed port, or that one was too long.
        }
    }

    public ReadOnlySpan<byte> Packet(int index, out TftpClient client, out Ipv4Address local)
    {
        (client, local) = (_client, _local);
        return _buffer.AsSpan(0, _received);
    }
}
