using System.Net.Sockets;

namespace Cordwain.Server.Tftp;

/// <summary>Room for a room full of machines that start at the same moment.</summary>
static class UdpBuffers
{
    const int Wanted = 8 * 1024 * 1024;

    /// <summary>As far as the system lets us; on Linux past <c>net.core.rmem_max</c> with CAP_NET_ADMIN (socket(7), SO_RCVBUFFORCE).</summary>
    public static void Enlarge(Socket socket)
    {
        const int socketLevel = 1, receiveBufferForce = 33;
        socket.ReceiveBufferSize = Wanted;
        if (!OperatingSystem.IsLinux())
            return;

        try
        {
            socket.SetRawSocketOption(socketLevel, receiveBufferForce, BitConverter.GetBytes(Wanted));
        }
        catch (SocketException)
        {
            // Without the right, what rmem_max allows must do.
        }
    }
}
