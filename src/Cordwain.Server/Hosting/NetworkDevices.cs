using System.Net.Sockets;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Hosting;

/// <summary>Opens the list of network devices in the way that fits the system.</summary>
public static class NetworkDevices
{
    public static INetworkDevices Watch()
    {
        if (!OperatingSystem.IsLinux())
            return new PortableNetworkDevices();
        try
        {
            return new LinuxNetworkDevices();
        }
        catch (SocketException)
        {
            // A sandbox without netlink (RestrictAddressFamilies without AF_NETLINK): slower to see changes, and without kinds of devices.
            return new PortableNetworkDevices();
        }
    }

    /// <summary>Reads the list once.</summary>
    public static IReadOnlyList<NetworkDevice> Read()
    {
        if (!OperatingSystem.IsLinux())
            return PortableNetworkDevices.Read();
        try
        {
            return LinuxNetworkDevices.Read();
        }
        catch (SocketException)
        {
            return PortableNetworkDevices.Read();
        }
    }
}
