using System.Collections.Concurrent;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Machines;

/// <summary>Remembers the last sighting of each card, in memory, up to a bound; the longest unseen go first.</summary>
/// <remarks>Reads take no lock and may come from any thread. Holds no clock: an address belongs to whoever was last seen with it.</remarks>
/// <param name="capacity">How many cards to remember; a flood of invented ones cannot take more.</param>
public sealed class MachineDirectory(int capacity = 65_536) : IMachineDirectory
{
    readonly ConcurrentDictionary<MacAddress, MachineSighting> _byMac = new();
    readonly ConcurrentDictionary<Ipv4Address, MacAddress> _byAddress = new();
    readonly Lock _writing = new();
    readonly Dictionary<MacAddress, LinkedListNode<MacAddress>> _places = [];
    readonly LinkedList<MacAddress> _longestUnseenFirst = new();

    public int Count => _byMac.Count;

    public MachineSighting? FindByAddress(Ipv4Address address) =>
        _byAddress.TryGetValue(address, out var mac) && FindByMac(mac) is { } found && found.Address == address ? found : null;

    public MachineSighting? FindByMac(MacAddress mac) => _byMac.GetValueOrDefault(mac);

    /// <summary>Takes in what a machine said. Without a MAC there is nothing to know it by; without an address, the one known before stays.</summary>
    public void Learn(MachineSighting sighting)
    {
        ArgumentNullException.ThrowIfNull(sighting);
        if (sighting.Machine.Mac is not { } mac)
            return;

        lock (_writing)
        {
            if (_byMac.TryGetValue(mac, out var earlier))
                sighting = Merge(earlier, sighting);
            _byMac[mac] = sighting;
            if (!sighting.Address.IsAny)
                _byAddress[sighting.Address] = mac;
            if (earlier is not null && earlier.Address != sighting.Address)
                Forget(earlier.Address, mac);
            Touch(mac);
        }
    }

    /// <summary>What the earlier sighting knew of the same machine and this one does not say.</summary>
    static MachineSighting Merge(MachineSighting earlier, MachineSighting sighting) => sighting with
    {
        Machine = new(sighting.Machine.Mac, sighting.Machine.Uuid ?? earlier.Machine.Uuid, sighting.Machine.Serial ?? earlier.Machine.Serial),
        Address = sighting.Address.IsAny ? earlier.Address : sighting.Address,
        Architecture = sighting.Architecture ?? earlier.Architecture,
        Network = sighting.Network ?? earlier.Network,
    };

    void Touch(MacAddress mac)
    {
        if (_places.Remove(mac, out var place))
            _longestUnseenFirst.Remove(place);
        _places[mac] = _longestUnseenFirst.AddLast(mac);
        while (_places.Count > capacity)
        {
            var oldest = _longestUnseenFirst.First!.Value;
            _longestUnseenFirst.RemoveFirst();
            _places.Remove(oldest);
            if (_byMac.TryRemove(oldest, out var gone))
                Forget(gone.Address, oldest);
        }
    }

    /// <summary>Only where the address is still this card's: another may have got it meanwhile.</summary>
    void Forget(Ipv4Address address, MacAddress mac) => _byAddress.TryRemove(new(address, mac));
}
