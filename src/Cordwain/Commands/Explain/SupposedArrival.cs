using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Commands.Explain;

/// <summary>Supposes how a message would arrive at this machine: by which interface, to which of our addresses.</summary>
sealed class SupposedArrival(BootCatalog catalog)
{
    readonly IReadOnlyList<NetworkDevice> _devices = NetworkDevices.Read();

    /// <param name="network">Null: the first one.</param>
    /// <returns>Null with a complaint when there is no such network.</returns>
    public DhcpArrival? For(string? network, Ipv4Address relay, bool bootServer, out string complaint)
    {
        complaint = "";
        var port = bootServer ? DhcpArrival.BootServerPort : DhcpArrival.ServerPort;
        if (!relay.IsAny)
            return At(_devices.SelectMany(device => device.Addresses.Select(address => (device.Name, address))).FirstOrDefault(), port, relay, DhcpArrival.ServerPort);

        var found = network is null ? catalog.Networks.FirstOrDefault() : catalog.Networks.FirstOrDefault(candidate => candidate.Name == network);
        if (found is null)
        {
            complaint = catalog.Networks.IsEmpty ? "There is no network: no interface of this machine has an address in a private network, and the configuration names none."
                : $"There is no network '{network}'; there are {string.Join(", ", catalog.Networks.Select(candidate => candidate.Name))}.";
            return null;
        }

        var link = _devices.SelectMany(device => device.Addresses.Select(address => (device.Name, address)))
            .FirstOrDefault(pair => found.Subnet.Contains(pair.address.Address));

        // A network that is not on this machine (a configuration written elsewhere): its first address stands for ours.
        if (link.Name is null)
            link = ("none", new(new(found.Subnet.Address.Value + 1), found.Subnet));
        return At(link, port, Ipv4Address.Any, DhcpArrival.ClientPort);
    }

    /// <summary>For a captured message: the link that has its sender or its relay, or else the first network's.</summary>
    public DhcpArrival? ForCaptured(Ipv4Address source, int sourcePort, int port)
    {
        if (For(catalog.NetworkOf(source)?.Name, Ipv4Address.Any, port == DhcpArrival.BootServerPort, out _) is not { } arrival)
            return null;
        return arrival with { Source = source, SourcePort = sourcePort };
    }

    static DhcpArrival At((string? Name, DeviceAddress Address) link, int port, Ipv4Address source, int sourcePort) =>
        new(link.Name ?? "none", link.Address.Address, port, source, sourcePort) { Links = [(link.Address.Address, link.Address.Network)] };
}
