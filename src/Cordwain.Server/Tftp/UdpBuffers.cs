using System.Net.Sockets;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Tftp;

/// <summary>Room for a room full of machines that start at the same moment.</summary>
static class UdpBuffers
{
    const int Wanted = 8 * 1024 * 1024;

    /// <summary>As far as the system lets us.</summary>
    public static void Enlarge(Socket socket)
    {
        socket.SendBufferSize = Wanted;
        if (OperatingSystem.IsLinux())
            DeviceSocket.GrowReceiveBuffer(socket.SafeHandle, Wanted);
        else
            socket.ReceiveBufferSize = Wanted;
    }
}
