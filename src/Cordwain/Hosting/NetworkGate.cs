using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Wire;

namespace Cordwain.Hosting;

/// <summary>Keeps a network in which we are to give addresses closed until it was looked at: in the catalog that DHCP reads it is off.</summary>
/// <remarks>Closed is the state in which every such network begins, those of a new configuration too. <c>force: true</c> is never closed.</remarks>
sealed class NetworkGate
{
    readonly BootCatalogs _catalogs;
    readonly Lock _lock = new();
    ImmutableHashSet<(string, Ipv4Network)> _open;
    volatile BootCatalog _catalog;

    /// <param name="inService">Networks that are open from the start, because they were served before.</param>
    public NetworkGate(BootCatalogs catalogs, Func<NetworkDefinition, bool> inService)
    {
        _catalogs = catalogs;
        _open = [.. catalogs.Current.Networks.Where(IsGuarded).Where(inService).Select(Key)];
        _catalog = Apply(catalogs.Current);
        catalogs.Changed += (_, next) => Follow(next);
    }

    /// <summary>The catalog in force, closed networks switched off.</summary>
    public BootCatalog Catalog => _catalog;

    public static bool IsGuarded(NetworkDefinition network) => network is { Role: NetworkRole.Server, Force: false };

    public bool IsOpen(NetworkDefinition network)
    {
        lock (_lock)
            return !IsGuarded(network) || _open.Contains(Key(network));
    }

    public void Close(NetworkDefinition network)
    {
        lock (_lock)
            _open = _open.Remove(Key(network));
        Follow(_catalogs.Current);
    }

    /// <returns>False when it was open before.</returns>
    public bool Open(NetworkDefinition network)
    {
        lock (_lock)
        {
            if (_open.Contains(Key(network)))
                return false;
            _open = _open.Add(Key(network));
        }

        Follow(_catalogs.Current);
        return true;
    }

    void Follow(BootCatalog catalog)
    {
        lock (_lock)
        {
            // One that is given to another server and taken back is looked at again.
            _open = _open.Intersect(catalog.Networks.Where(IsGuarded).Select(Key));
            _catalog = Apply(catalog);
        }
    }

    BootCatalog Apply(BootCatalog catalog) => catalog.Networks.All(IsOpen) ? catalog : catalog with
    {
        Networks = [.. catalog.Networks.Select(network => IsOpen(network) ? network : network with { Role = NetworkRole.Off })],
    };

    static (string, Ipv4Network) Key(NetworkDefinition network) => (network.Name, network.Subnet);
}
