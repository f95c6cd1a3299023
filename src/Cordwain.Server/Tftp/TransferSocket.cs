using System.Net;
using System.Net.Sockets;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Tftp;

/// <summary>A way out for packets. Many transfers share one; safe for several threads.</summary>
/// <param name="SharesAddresses">The socket is bound to all addresses: each packet says which one it leaves from.</param>
sealed record TransferSocket(Socket Socket, bool SharesAddresses) : IDisposable
{
    /// <param name="from">Our address, the one the client asked.</param>
    /// <exception cref="SocketException">It could not be sent.</exception>
    public void Send(ReadOnlySpan<byte> packet, SocketAddress to, Ipv4Address from)
    {
        if (SharesAddresses)
            PacketInformation.Send(Socket, packet, to, from);
        else
            Socket.SendTo(packet, SocketFlags.None, to);
    }

    public void Dispose() => Socket.Dispose();
}
