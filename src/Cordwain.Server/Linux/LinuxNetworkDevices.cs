using System.Net.Sockets;
using Cordwain.Server.Hosting;

namespace Cordwain.Server.Linux;

/// <summary>The devices as rtnetlink tells them, with a thread that follows the kernel's announcements of changes.</summary>
sealed class LinuxNetworkDevices : INetworkDevices
{
    readonly NetlinkSocket _changes;
    readonly Thread _watcher;
    volatile IReadOnlyList<NetworkDevice> _current;

    /// <exception cref="SocketException">The system offers no netlink.</exception>
    public LinuxNetworkDevices()
    {
        // Listening comes first, so that no change falls between the reading and the watching.
        _changes = NetlinkSocket.Open(NetlinkSocket.LinkChanges | NetlinkSocket.Ipv4AddressChanges);
        _current = Read();
        _watcher = new(Watch) { IsBackground = true, Name = "network devices" };
        _watcher.Start();
    }

    public event Action? Changed;

    public IReadOnlyList<NetworkDevice> Current => _current;

    /// <summary>Reads both tables once, in the network namespace of the calling thread.</summary>
    public static IReadOnlyList<NetworkDevice> Read()
    {
        var links = new List<NetworkDevice>();
        NetlinkSocket.Dump(NetlinkMessages.GetLink, 0, links.Clear, (type, body) =>
        {
            if (type == NetlinkMessages.NewLink && NetlinkMessages.TryReadLink(body, out var device))
                links.Add(device);
        });

        var addresses = new List<(int Device, DeviceAddress Address)>();
        NetlinkSocket.Dump(NetlinkMessages.GetAddress, LibC.AfInet, addresses.Clear, (type, body) =>
        {
            if (type == NetlinkMessages.NewAddress && NetlinkMessages.TryReadAddress(body, out var device, out var address))
                addresses.Add((device, address));
        });

        return [.. links.Select(link => link with { Addresses = [.. addresses.Where(row => row.Device == link.Index).Select(row => row.Address)] })];
    }

    public void Dispose()
    {
        _changes.Close();
        _watcher.Join();
        _changes.Dispose();
    }

    void Watch()
    {
        while (_changes.WaitForChange())
        {
            try
            {
                var seen = Read();
                if (seen.SequenceEqual(_current))
                    continue;
                _current = seen;
            }
            catch (SocketException)
            {
                // Out of memory for the moment; the state last seen stays, and the next announcement reads again.
                continue;
            }

            Changed?.Invoke();
        }
    }
}
