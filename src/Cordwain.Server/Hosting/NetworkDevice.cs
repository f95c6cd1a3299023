using System.Collections.Immutable;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Hosting;

/// <summary>One of our addresses with its network.</summary>
public readonly record struct DeviceAddress(Ipv4Address Address, Ipv4Network Network);

/// <summary>A network device of this host, as the system described it at one moment.</summary>
/// <param name="Index">The system's number; a device that goes and comes again gets another one.</param>
/// <param name="Name">As in <c>ip link</c>.</param>
public sealed record NetworkDevice(int Index, string Name)
{
    /// <summary>Switched on by the operator; says nothing of a cable.</summary>
    public bool IsUp { get; init; } = true;

    /// <summary>A cable is in it and the other end lives.</summary>
    public bool HasCarrier { get; init; } = true;

    public bool IsLoopback { get; init; }

    /// <summary>Null for devices that are not Ethernet.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The kernel's kind of a virtual device (<c>bridge</c>, <c>veth</c>, <c>tun</c>, <c>wireguard</c> …); null for hardware and where it is not known.</summary>
    public string? Kind { get; init; }

    /// <summary>Largest packet in bytes, with its IP header.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>In the system's order: the first is the one it takes by itself.</summary>
    public ImmutableArray<DeviceAddress> Addresses { get; init; } = [];

    public bool Equals(NetworkDevice? other) =>
        other is not null && (Index, Name, IsUp, HasCarrier, IsLoopback) == (other.Index, other.Name, other.IsUp, other.HasCarrier, other.IsLoopback)
        && (Mac, Kind, Mtu) == (other.Mac, other.Kind, other.Mtu)
        && Addresses.AsSpan().SequenceEqual(other.Addresses.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Index, Name, IsUp, Mac, Addresses.Length);
}

/// <summary>The network devices of this host, kept up to date.</summary>
public interface INetworkDevices : IDisposable
{
    /// <summary>The state last seen.</summary>
    IReadOnlyList<NetworkDevice> Current { get; }

    /// <summary>Something changed; called on a thread of the watcher's own, which must not be held up.</summary>
    event Action? Changed;
}
