using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Server.Tftp;

/// <summary>This machine's addresses and the MTU behind each, looked up again when they may have changed.</summary>
sealed class LocalInterfaces(TimeProvider clock)
{
    /// <summary>IPv4 and UDP headers and the header of a DATA packet.</summary>
    const int Headers = 20 + 8 + 4;

    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30), AtLeast = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    Dictionary<Ipv4Address, int> _mtuByAddress = [];
    long? _readAt;

    /// <summary>False for a broadcast or multicast address: RFC 1123 §4.2.3.5 wants requests to those ignored.</summary>
    public bool Owns(Ipv4Address address) => IsLoopback(address) || Lookup(address, maybeNew: true) is not null;

    /// <summary>The largest block that reaches the client in one piece.</summary>
    public int LargestBlock(Ipv4Address local, Ipv4Address client) =>
        IsLoopback(client) || Lookup(client) is not null || Lookup(local) is not { } mtu ? int.MaxValue : Math.Max(mtu, 576) - Headers;

    static bool IsLoopback(Ipv4Address address) => address.Value >> 24 == 127;

    /// <param name="maybeNew">The packet came to this address: when we do not know it, look again soon.</param>
    int? Lookup(Ipv4Address address, bool maybeNew = false)
    {
        lock (_gate)
        {
            var age = _readAt is { } at ? clock.GetElapsedTime(at) : TimeSpan.MaxValue;
            if (age > Fresh || (maybeNew && age > AtLeast && !_mtuByAddress.ContainsKey(address)))
            {
                _mtuByAddress = Read();
                _readAt = clock.GetTimestamp();
            }

            return _mtuByAddress.TryGetValue(address, out var mtu) ? mtu : null;
        }
    }

    static Dictionary<Ipv4Address, int> Read()
    {
        var found = new Dictionary<Ipv4Address, int>();
        foreach (var device in NetworkDevices.Read())
        {
            foreach (var (address, _) in device.Addresses)
                found[address] = device.Mtu;
        }

        return found;
    }
}
