using System.Net.Sockets;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Hosting;

/// <summary>Which MAC address stands behind an address of our own links: what the system's ARP table says. For machines that got their address from somebody else.</summary>
public sealed class NeighbourTable(TimeProvider time)
{
    // Short enough for an address that changes hands; a machine that fetches a hundred small files costs one reading.
    static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(2);

    // A stranger who asks at once must be found, and a thousand strangers must not read the table a thousand times.
    static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(50);

    readonly Lock _sync = new();
    Dictionary<Ipv4Address, MacAddress> _known = [];
    long _readAt;
    bool _wasRead;

    /// <summary>The MAC address of a neighbour; null when it is behind a router, or not known.</summary>
    public MacAddress? Find(Ipv4Address address)
    {
        lock (_sync)
        {
            var age = _wasRead ? time.GetElapsedTime(_readAt) : TimeSpan.MaxValue;
            if (age > (_known.ContainsKey(address) ? KeepFor : LookAgainAfter))
            {
                _known = Read();
                (_readAt, _wasRead) = (time.GetTimestamp(), true);
            }

            return _known.TryGetValue(address, out var mac) ? mac : null;
        }
    }

    static Dictionary<Ipv4Address, MacAddress> Read()
    {
        if (!OperatingSystem.IsLinux())
            return [];

        var table = new Dictionary<Ipv4Address, MacAddress>();
        try
        {
            NetlinkSocket.Dump(NetlinkMessages.GetNeighbour, LibC.AfInet, table.Clear, (type, body) =>
            {
                if (type == NetlinkMessages.NewNeighbour && NetlinkMessages.TryReadNeighbour(body, out var neighbour))
                    table[neighbour.Address] = neighbour.Mac;
            });
            return table;
        }
        catch (SocketException)
        {
            return ReadProc();
        }
    }

    static Dictionary<Ipv4Address, MacAddress> ReadProc()
    {
        try
        {
            return Parse(File.ReadLines("/proc/thread-self/net/arp"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Reads the text of /proc/net/arp (proc(5)).</summary>
    internal static Dictionary<Ipv4Address, MacAddress> Parse(IEnumerable<string> lines)
    {
        var table = new Dictionary<Ipv4Address, MacAddress>();
        foreach (var line in lines)
        {
            // IP address, HW type, Flags, HW address, Mask, Device. Flags 0x0: asked and not answered.
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns is [var ip, "0x1", not "0x0", var hardware, ..] && Ipv4Address.TryParse(ip, out var address) && MacAddress.TryParse(hardware, out var mac))
                table[address] = mac;
        }

        return table;
    }
}
