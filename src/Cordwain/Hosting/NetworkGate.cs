using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Management.Configuration;

namespace Cordwain.Hosting;

/// <summary>Keeps networks closed in which another DHCP server answers: in the catalog that DHCP reads they are off.</summary>
sealed class NetworkGate
{
    readonly BootCatalogs _catalogs;
    readonly Lock _lock = new();
    ImmutableHashSet<string> _closed = [];
    volatile BootCatalog _catalog;

    public NetworkGate(BootCatalogs catalogs)
    {
        _catalogs = catalogs;
        _catalog = catalogs.Current;
        catalogs.Changed += (_, _) => Apply();
    }

    /// <summary>The catalog in force, closed networks switched off.</summary>
    public BootCatalog Catalog => _catalog;

    public void Close(string network)
    {
        lock (_lock)
            _closed = _closed.Add(network);
        Apply();
    }

    /// <returns>False when it was open before.</returns>
    public bool Open(string network)
    {
        bool wasClosed;
        lock (_lock)
        {
            wasClosed = _closed.Contains(network);
            _closed = _closed.Remove(network);
        }

        Apply();
        return wasClosed;
    }

    void Apply()
    {
        lock (_lock)
        {
            var catalog = _catalogs.Current;
            _catalog = _closed.IsEmpty ? catalog : catalog with
            {
                Networks = [.. catalog.Networks.Select(network => _closed.Contains(network.Name) ? network with { Role = NetworkRole.Off } : network)],
            };
        }
    }
}
