using Cordwain.Boot.Catalog;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Dhcp;

/// <summary>Which network of the configuration a DHCP message belongs to.</summary>
public static class NetworkSelection
{
    const byte LinkSelection = 5;

    /// <param name="because">What it went by; when there is none, what to configure. A clause.</param>
    public static NetworkDefinition? Of(DhcpMessage message, DhcpArrival arrival, BootCatalog catalog, out string because)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(arrival);
        ArgumentNullException.ThrowIfNull(catalog);

        if (Stated(message) is var (address, how))
            return ByAddress(catalog, address, how, out because);
        if (!message.Giaddr.IsAny)
            return ByRelay(message, catalog, out because);

        var onLink = OnLink(arrival, catalog);

        // A renewal goes straight to the server, past the relay (RFC 2131 §4.3.6): only its own address tells where it comes from.
        if (!message.Ciaddr.IsAny && arrival.Source == message.Ciaddr && onLink?.Subnet.Contains(message.Ciaddr) != true
            && catalog.NetworkOf(message.Ciaddr) is { } renewing)
            return Found(renewing, $"its address {message.Ciaddr} lies there", out because);

        because = onLink is not null ? $"it came in by {arrival.Interface}"
            : $"no network of the configuration belongs to interface {arrival.Interface} ({arrival.Server}): add one with its subnet under 'networks'";
        return onLink;
    }

    /// <summary>Our address as the machines of a network know it, where the interface has several.</summary>
    public static Ipv4Address ServerIn(NetworkDefinition? network, DhcpArrival arrival)
    {
        ArgumentNullException.ThrowIfNull(arrival);
        if (network is null || network.Subnet.Contains(arrival.Server))
            return arrival.Server;

        foreach (var (address, _) in arrival.Links)
        {
            if (network.Subnet.Contains(address))
                return address;
        }

        return arrival.Server;
    }

    /// <summary>A relay that names the client's subnet apart from its own address, or a client that asks for one.</summary>
    static (Ipv4Address Address, string How)? Stated(DhcpMessage message)
    {
        if (SubOptions.TryFind(message.Options.Raw(DhcpOptions.RelayAgentInformation.Code).Span, padding: false, LinkSelection, out var link) && link.Length == 4)
            return (new WireReader(link).Ipv4(), "the relay's link selection (82.5, RFC 3527)");
        return message.Options.TryGet(DhcpOptions.SubnetSelection, out var subnet) ? (subnet, "the subnet selection (118, RFC 3011)") : null;
    }

    static NetworkDefinition? ByAddress(BootCatalog catalog, Ipv4Address address, string how, out string because)
    {
        if (catalog.NetworkOf(address) is { } network)
            return Found(network, $"{how} says {address}", out because);
        because = $"{how} says {address}, and no network of the configuration holds that address: add its subnet under 'networks'";
        return null;
    }

    static NetworkDefinition? ByRelay(DhcpMessage message, BootCatalog catalog, out string because)
    {
        foreach (var network in catalog.Networks)
        {
            if (network.Relays.Contains(message.Giaddr))
                return Found(network, $"the relay {message.Giaddr} speaks for it", out because);
        }

        return ByAddress(catalog, message.Giaddr, "the relay's address", out because);
    }

    static NetworkDefinition? OnLink(DhcpArrival arrival, BootCatalog catalog)
    {
        foreach (var network in catalog.Networks)
        {
            if (network.Interfaces.IsEmpty && network.Subnet.Contains(arrival.Server))
                return network;
            if (network.Interfaces.Contains(arrival.Interface) && HasLink(network, arrival))
                return network;
        }

        foreach (var network in catalog.Networks)
        {
            if (network.Interfaces.IsEmpty ? HasLink(network, arrival) : network.Interfaces.Contains(arrival.Interface))
                return network;
        }

        return null;
    }

    static bool HasLink(NetworkDefinition network, DhcpArrival arrival) =>
        network.Subnet.Contains(arrival.Server) || arrival.Links.Any(link => network.Subnet.Contains(link.Address));

    static NetworkDefinition Found(NetworkDefinition network, string why, out string because)
    {
        because = why;
        return network;
    }
}
