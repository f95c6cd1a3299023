using System.Net.Sockets;
using Cordwain.Management;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Hosting;

/// <summary>Opens the boot ports on a device.</summary>
public static class DatagramSockets
{
    /// <param name="use">What the port is for, for messages.</param>
    /// <param name="setting">The setting that changes the port, for messages.</param>
    /// <param name="receiveBuffer">Wanted bytes.</param>
    /// <param name="warning">Something that works less well than it should; null when all is well.</param>
    /// <exception cref="ProblemException">The port is taken, or we have no right.</exception>
    public static IDatagramSocket Open(NetworkDevice device, int port, string use, string setting, int receiveBuffer, out Problem? warning)
    {
        warning = null;
        try
        {
            if (!OperatingSystem.IsLinux())
                return new PortableSocket(device, port, receiveBuffer);

            var socket = DeviceSocket.Open(device.Name, port, receiveBuffer);
            if (socket.ReceiveBuffer < receiveBuffer)
                warning = SocketProblems.ReceiveBufferTooSmall(receiveBuffer, socket.ReceiveBuffer);
            return socket;
        }
        catch (SocketException e)
        {
            throw new ProblemException(SocketProblems.PortNotOpened(use, port, device.Name, setting, e), e);
        }
    }
}
