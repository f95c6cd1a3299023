using System.Collections.Frozen;
using System.Collections.Immutable;
using Cordwain.Boot.Menus;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Catalog;

/// <summary>All that one decision reads: the operator's configuration and what the world offers, frozen. Replaced whole, never changed.</summary>
public sealed record BootCatalog
{
    public static BootCatalog Empty { get; } = new() { Revision = "none" };

    /// <summary>Names this state of the configuration; every journal entry carries it.</summary>
    public required string Revision { get; init; }

    /// <summary>In the order of the configuration; no two overlap.</summary>
    public ImmutableArray<NetworkDefinition> Networks { get; init; } = [];

    /// <summary>First match wins, before the built-in choice.</summary>
    public ImmutableArray<BootRule> Rules { get; init; } = [];

    /// <summary>All that match add their options; a later one wins over an earlier one.</summary>
    public ImmutableArray<ClientClass> Classes { get; init; } = [];

    public MenuDefinition Menu { get; init; } = MenuDefinition.Empty;

    public FrozenDictionary<string, ImageDefinition> Images { get; init; } = FrozenDictionary<string, ImageDefinition>.Empty;

    public MachineRegistry Machines { get; init; } = MachineRegistry.Empty;

    public LoaderCatalog Loaders { get; init; } = LoaderCatalog.Empty;

    /// <summary>TCP port of boot HTTP, 1 to 65535.</summary>
    public int HttpPort { get; init; } = 8067;

    /// <summary>False when the configuration turned TFTP off: loaders must then come by HTTP.</summary>
    public bool TftpEnabled { get; init; } = true;

    /// <summary>Beginnings of option 60 that count as <c>PXEClient</c>, for firmware that sends its maker's own.</summary>
    public ImmutableArray<string> VendorClasses { get; init; } = [];

    /// <summary>The network whose subnet holds an address; null when none does.</summary>
    public NetworkDefinition? NetworkOf(Ipv4Address address) => ByTable.Of(address);

    internal NetworkTable ByTable => _table.Value is { } table && table.Networks == Networks ? table : _table.Value = new(Networks);

    Derived<NetworkTable> _table;
}
