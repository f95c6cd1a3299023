using System.Collections.Immutable;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Catalog;

/// <summary>Finds the networks of a catalog, however many there are. Of several that would do, the first of the configuration is found.</summary>
sealed class NetworkTable
{
    readonly NetworkDefinition[]? _bySubnet;
    readonly Dictionary<string, NetworkDefinition> _byName = new(StringComparer.Ordinal);
    readonly Dictionary<Ipv4Address, NetworkDefinition> _byRelay = [];

    public NetworkTable(ImmutableArray<NetworkDefinition> networks)
    {
        Networks = networks;
        foreach (var network in networks)
        {
            _byName.TryAdd(network.Name, network);
            foreach (var relay in network.Relays)
                _byRelay.TryAdd(relay, network);
        }

        var sorted = networks.OrderBy(network => network.Subnet.Address).ToArray();
        _bySubnet = sorted.Zip(sorted.Skip(1)).Any(pair => pair.First.Subnet.Overlaps(pair.Second.Subnet)) ? null : sorted;
    }

    public ImmutableArray<NetworkDefinition> Networks { get; }

    public NetworkDefinition? Named(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The network for which a relay outside its subnet speaks.</summary>
    public NetworkDefinition? OfRelay(Ipv4Address relay) => _byRelay.Count == 0 ? null : _byRelay.GetValueOrDefault(relay);

    public NetworkDefinition? Of(Ipv4Address address)
    {
        // The reader of configurations refuses networks that overlap; a catalog that was made in another way may hold some.
        if (_bySubnet is null)
            return Networks.FirstOrDefault(network => network.Subnet.Contains(address));

        int low = 0, high = _bySubnet.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var subnet = _bySubnet[middle].Subnet;
            if (subnet.Contains(address))
                return _bySubnet[middle];
            if (subnet.Address > address)
                high = middle - 1;
            else
                low = middle + 1;
        }

        return null;
    }
}
