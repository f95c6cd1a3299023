using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Dhcp;

/// <summary>What DHCP tells about who holds which address, for the reads that come after it.</summary>
static class Sightings
{
    /// <summary>Learns from what a client says, whoever is to answer: in proxy mode, another server's REQUEST is all there is.</summary>
    public static void Learn(MachineDirectory machines, DhcpMessage message, DhcpArrival arrival, BootRequest boot)
    {
        var address = message.Type switch
        {
            // Beside another server, a REQUEST is as good as its ACK; where we serve, the ACK itself is learnt.
            DhcpMessageType.Request when boot.Channel == BootChannel.ProxyDhcp =>
                message.Options.TryGet(DhcpOptions.RequestedIpAddress, out var requested) ? requested : message.Ciaddr,
            DhcpMessageType.Inform or DhcpMessageType.Request when boot.Channel == BootChannel.BootServer =>
                message.Ciaddr.IsAny ? arrival.Source : message.Ciaddr,
            DhcpMessageType.Inform => message.Ciaddr,
            _ => Ipv4Address.Any,
        };
        if (!address.IsAny || (boot.IsBootClient && message.Type == DhcpMessageType.Discover))
            Learn(machines, boot, address);
    }

    public static void Learn(MachineDirectory machines, BootRequest boot, Ipv4Address address)
    {
        // An operating system's DHCP says nothing of the firmware: what the firmware said stays.
        var tells = boot.IsBootClient;
        machines.Learn(boot.Machine, address, tells ? boot.Architecture : null, tells ? boot.IsIpxe : null, boot.Network);
    }
}
