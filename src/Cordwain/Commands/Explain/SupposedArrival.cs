using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Commands.Explain;

/// <summary>Supposes how a message would arrive at this machine: by which interface, to which of our addresses.</summary>
/// <param name="server">Our address there; null: the one this machine has in the network.</param>
sealed class SupposedArrival(BootCatalog catalog, Ipv4Address? server)
{
    const string Nowhere = "an interface";

    readonly IReadOnlyList<NetworkDevice> _devices = NetworkDevices.Read();

    /// <param name="network">Null: the first one.</param>
    /// <returns>Null with a complaint when there is no such network.</returns>
    public DhcpArrival? For(string? network, Ipv4Address relay, bool bootServer, out string complaint)
    {
        complaint = "";
        var port = bootServer ? DhcpArrival.BootServerPort : DhcpArrival.ServerPort;
        if (!relay.IsAny)
            return At(ByRelay(), port, relay, DhcpArrival.ServerPort);

        var found = network is null ? catalog.Networks.FirstOrDefault() : catalog.Networks.FirstOrDefault(candidate => candidate.Name == network);
        if (found is null)
        {
            complaint = catalog.Networks.IsEmpty ? "There is no network: no interface of this machine has an address in a private network, and the configuration names none."
                : $"There is no network '{network}'; there are {string.Join(", ", catalog.Networks.Select(candidate => candidate.Name))}.";
            return null;
        }

        if (server is { } own && !found.Subnet.Contains(own))
        {
            complaint = $"{own} is not in the network {found.Name} ({found.Subnet}); name the one it is in with --network.";
            return null;
        }

        var link = Addresses().FirstOrDefault(pair => found.Subnet.Contains(pair.Address.Address) && (server is null || pair.Address.Address == server));

        // A network that is not on this machine (a configuration written elsewhere): its first address stands for ours.
        if (link.Name is null)
            link = (Nowhere, new(new(found.Subnet.Address.Value + 1), found.Subnet));
        return At(link, port, Ipv4Address.Any, DhcpArrival.ClientPort);
    }

    /// <summary>For a captured message: the link that has its sender or its relay, or else the first network's.</summary>
    public DhcpArrival? ForCaptured(Ipv4Address source, int sourcePort, int port)
    {
        if (For(catalog.NetworkOf(source)?.Name, Ipv4Address.Any, port == DhcpArrival.BootServerPort, out _) is not { } arrival)
            return null;
        return arrival with { Source = source, SourcePort = sourcePort };
    }

    /// <summary>What comes from a relay may come by any interface: one in a configured network is the likeliest, then one that would be served.</summary>
    (string? Name, DeviceAddress Address) ByRelay()
    {
        Ipv4Network[] networks = [.. catalog.Networks.Select(network => network.Subnet)];
        var served = InterfaceChoice.Choose(_devices, [], networks).Where(verdict => verdict.IsServed).Select(verdict => verdict.Device.Name).ToHashSet();
        return Addresses().Where(pair => served.Contains(pair.Name!) && (server is null || pair.Address.Address == server)).OrderByDescending(pair => Array.Exists(networks, network => network.Contains(pair.Address.Address))).FirstOrDefault();
    }

    IEnumerable<(string? Name, DeviceAddress Address)> Addresses() =>
        _devices.SelectMany(device => device.Addresses.Select(address => ((string?)device.Name, address)));

    DhcpArrival At((string? Name, DeviceAddress Address) link, int port, Ipv4Address source, int sourcePort)
    {
        var own = server ?? link.Address.Address;
        return new(link.Name ?? Nowhere, own, port, source, sourcePort) { Links = [(own, link.Address.Network)] };
    }
}
