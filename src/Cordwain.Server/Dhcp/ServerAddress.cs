using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Server.Dhcp;

/// <summary>Which of our addresses a message speaks to.</summary>
static class ServerAddress
{
    /// <param name="links">Our addresses on the interface that it came in by; at least one.</param>
    /// <param name="own">All our addresses: a relay may ask for one of another interface.</param>
    /// <param name="configured">The configured subnets.</param>
    public static DeviceAddress Choose(
        DhcpMessage message, Ipv4Address destination, ReadOnlySpan<DeviceAddress> links, ReadOnlySpan<DeviceAddress> own, ReadOnlySpan<Ipv4Network> configured)
    {
        // Unicast: the address asked is the one that answers.
        foreach (var address in own)
        {
            if (address.Address == destination)
                return address;
        }

        // A client that accepted our offer names us (RFC 2131 §4.3.2); the others name an address of their network, or are in it by their relay.
        if (message.Options.TryGet(DhcpOptions.ServerIdentifier, out var server))
        {
            foreach (var link in links)
            {
                if (link.Address == server)
                    return link;
            }
        }

        message.Options.TryGet(DhcpOptions.RequestedIpAddress, out var requested);
        foreach (var hint in (ReadOnlySpan<Ipv4Address>)[destination, message.Giaddr, message.Ciaddr, requested])
        {
            foreach (var link in links)
            {
                if (!hint.IsAny && link.Network.Contains(hint))
                    return link;
            }
        }

        foreach (var network in configured)
        {
            foreach (var link in links)
            {
                if (network.Contains(link.Address))
                    return link;
            }
        }

        return links[0];
    }
}
