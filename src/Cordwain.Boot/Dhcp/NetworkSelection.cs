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

        var network = Choose(message, arrival, catalog, out var way);
        because = Because(way, network, message, arrival);
        return network;
    }

    /// <summary>The same without words.</summary>
    public static NetworkDefinition? Of(DhcpMessage message, DhcpArrival arrival, BootCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(arrival);
        ArgumentNullException.ThrowIfNull(catalog);
        return Choose(message, arrival, catalog, out _);
    }

    /// <summary>What the choice went by.</summary>
    enum Way
    {
        LinkSelection,
        SubnetSelection,
        RelayAddress,
        ConfiguredRelay,
        OwnAddress,
        Interface,
    }

    static NetworkDefinition? Choose(DhcpMessage message, DhcpArrival arrival, BootCatalog catalog, out Way way)
    {
        if (Stated(message, out way) is { } address)
            return catalog.NetworkOf(address);
        if (!message.Giaddr.IsAny)
            return ByRelay(message, catalog, out way);

        var onLink = OnLink(arrival, catalog);

        // A renewal goes straight to the server, past the relay (RFC 2131 §4.3.6): only its own address tells where it comes from.
        if (!message.Ciaddr.IsAny && arrival.Source == message.Ciaddr && onLink?.Subnet.Contains(message.Ciaddr) != true
            && catalog.NetworkOf(message.Ciaddr) is { } renewing)
        {
            way = Way.OwnAddress;
            return renewing;
        }

        way = Way.Interface;
        return onLink;
    }

    static string Because(Way way, NetworkDefinition? network, DhcpMessage message, DhcpArrival arrival) => way switch
    {
        Way.LinkSelection => Says("the relay's link selection (82.5, RFC 3527)", Stated(message, out _)!.Value, network),
        Way.SubnetSelection => Says("the subnet selection (118, RFC 3011)", Stated(message, out _)!.Value, network),
        Way.RelayAddress => Says("the relay's address", message.Giaddr, network),
        Way.ConfiguredRelay => $"the relay {message.Giaddr} speaks for it",
        Way.OwnAddress => $"its address {message.Ciaddr} lies there",
        _ when network is not null => $"it came in by {arrival.Interface}",
        _ => $"no network of the configuration belongs to interface {arrival.Interface} ({arrival.Server}): add one with its subnet under 'networks'",
    };

    static string Says(string how, Ipv4Address address, NetworkDefinition? network) =>
        network is not null ? $"{how} says {address}"
        : $"{how} says {address}, and no network of the configuration holds that address: add its subnet under 'networks'";

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
    static Ipv4Address? Stated(DhcpMessage message, out Way way)
    {
        way = Way.LinkSelection;
        if (SubOptions.TryFind(message.Options.Raw(DhcpOptions.RelayAgentInformation.Code).Span, padding: false, LinkSelection, out var link) && link.Length == 4)
            return new WireReader(link).Ipv4();
        way = Way.SubnetSelection;
        return message.Options.TryGet(DhcpOptions.SubnetSelection, out var subnet) ? subnet : null;
    }

    static NetworkDefinition? ByRelay(DhcpMessage message, BootCatalog catalog, out Way way)
    {
        way = Way.ConfiguredRelay;
        if (catalog.ByTable.OfRelay(message.Giaddr) is { } network)
            return network;

        way = Way.RelayAddress;
        return catalog.NetworkOf(message.Giaddr);
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
}
