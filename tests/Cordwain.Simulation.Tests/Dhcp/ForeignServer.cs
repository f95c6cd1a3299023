using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Dhcp;

/// <summary>Another DHCP server on the same link, with addresses of its own: what is addressed to it (option 54) is not ours.</summary>
sealed class ForeignServer(DhcpWorld world, SeededRandom random)
{
    public void Receive(DhcpMessage message)
    {
        if (message.Mac is not { } mac)
            return;
        var address = new Ipv4Address(Ipv4Address.Parse("10.0.0.200").Value + (uint)(mac.Value & 31));
        var isForUs = message.Options.TryGet(DhcpOptions.ServerIdentifier, out var server) && server == DhcpSite.ForeignAddress;
        if (message.Type == DhcpMessageType.Discover && random.Chance(0.7))
            Answer(message, DhcpMessageType.Offer, address);
        else if (message.Type == DhcpMessageType.Request && (isForUs || message.Ciaddr == address))
            Answer(message, DhcpMessageType.Ack, address);
    }

    void Answer(DhcpMessage message, DhcpMessageType type, Ipv4Address address)
    {
        var reply = DhcpMessages.Reply(message, type, DhcpSite.ForeignAddress, address, TimeSpan.FromSeconds(120));
        world.Lan.Carry(() => world.Deliver(reply));
    }
}
