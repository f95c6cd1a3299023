using System.Net;
using System.Net.Sockets;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Tftp;

/// <summary>A way out for packets. Many transfers share one; safe for several threads.</summary>
/// <param name="sharesAddresses">The socket is bound to all addresses: each packet says which one it leaves from.</param>
/// <param name="segments">The system cuts one message into datagrams.</param>
sealed class TransferSocket(Socket socket, bool sharesAddresses, bool segments) : IDisposable
{
    long _caughtUpTo = long.MaxValue;

    public Socket Socket => socket;

    public bool SharesAddresses => sharesAddresses;

    public bool Segments => segments;

    /// <summary>
    /// Every packet that came before this has been looked at; <see cref="TimeSpan.MaxValue"/> while nothing is waiting. What is due later
    /// may have been answered by one that still waits in the socket, so it is not to be sent again yet.
    /// </summary>
    public TimeSpan CaughtUpTo
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _caughtUpTo));
        set => Volatile.Write(ref _caughtUpTo, value.Ticks);
    }

    /// <param name="from">Our address, the one the client asked.</param>
    /// <exception cref="SocketException">It could not be sent.</exception>
    public void Send(ReadOnlySpan<byte> packet, SocketAddress to, Ipv4Address from)
    {
        if (sharesAddresses)
            PacketInformation.Send(socket, packet, to, from);
        else
            socket.SendTo(packet, SocketFlags.None, to);
    }

    public void Dispose() => socket.Dispose();
}
