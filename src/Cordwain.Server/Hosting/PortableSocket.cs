using System.Net;
using System.Net.Sockets;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Hosting;

/// <summary>A boot port where the system cannot bind to a device: one socket on all addresses that drops what came in elsewhere.</summary>
/// <remarks>Serves one interface at a time, as the port can be bound only once.</remarks>
sealed class PortableSocket : IDatagramSocket
{
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
    readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
    readonly int _device;
    volatile bool _closed;

    public PortableSocket(NetworkDevice device, int port, int receiveBuffer)
    {
        _device = device.Index;
        try
        {
            _socket.ReceiveBufferSize = receiveBuffer;
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            _socket.Bind(new IPEndPoint(IPAddress.Any, port));
            Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public int Port { get; }

    public bool Receive(DatagramSink sink, bool wait = true)
    {
        while (!_closed)
        {
            try
            {
                if (!wait && _socket.Available == 0)
                    return true;
                var flags = SocketFlags.None;
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var length = _socket.ReceiveMessageFrom(_buffer, ref flags, ref from, out var packet);
                if (packet.Interface != _device || from is not IPEndPoint source)
                    continue;
                sink(_buffer.AsSpan(0, length), new(IpAddresses.Of(source.Address), source.Port, IpAddresses.Of(packet.Address)));
                return true;
            }
            catch (SocketException) when (!_closed)
            {
                // On Windows, a client that closed its port answers our last datagram with an error here.
            }
            catch (Exception e) when (_closed && e is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Sends at once: there is no call here that takes many.</summary>
    public bool Queue(ReadOnlySpan<byte> payload, Ipv4Address from, Ipv4Address to, int port)
    {
        try
        {
            return !_closed && _socket.SendTo(payload, new IPEndPoint(IpAddresses.Of(to), port)) == payload.Length;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public int Flush() => 0;

    public void Close()
    {
        _closed = true;
        _socket.Dispose();
    }

    public void Dispose() => Close();
}
