using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Dhcp;

/// <summary>Says under names of its own whatever could harm others: wants, declines and gives back what is not its own, and talks nonsense.</summary>
sealed class Stranger(DhcpWorld world, SeededRandom random)
{
    static readonly DhcpMessageType[] Types =
        [DhcpMessageType.Discover, DhcpMessageType.Request, DhcpMessageType.Request, DhcpMessageType.Decline, DhcpMessageType.Release, DhcpMessageType.Inform, DhcpMessageType.Ack];

    public void Speak()
    {
        var datagram = random.Chance(0.15) ? Noise() : Message().Encode();
        if (random.Chance(0.2))
            datagram[random.Below(datagram.Length)] ^= (byte)(1 << random.Below(8));
        if (IsOfAnother(datagram))
            return;   // whoever speaks with another's card is that other one, as far as DHCP can know
        var source = random.Chance(0.3) ? world.SomeAddress(random) : default;
        world.Lan.Carry(() => world.Server.Receive(datagram, DhcpSite.Arrival(source, DhcpArrival.ClientPort)));
    }

    DhcpMessage Message()
    {
        var mac = DhcpSite.MacOf(1000 + random.Below(3));
        var message = DhcpMessages.From(random.Of(Types), mac, (uint)random.Next(), options =>
        {
            if (random.Chance(0.6))
                options.Set(DhcpOptions.RequestedIpAddress, world.SomeAddress(random));
            if (random.Chance(0.4))
                options.Set(DhcpOptions.ServerIdentifier, random.Chance(0.8) ? DhcpSite.ServerAddress : DhcpSite.ForeignAddress);
            if (random.Chance(0.2))
                options.Set(DhcpOptions.ClientIdentifier, new byte[] { 0, 99, (byte)random.Below(3) });
            if (random.Chance(0.2))
                options.Set(DhcpOptions.IpAddressLeaseTime, TimeSpan.FromSeconds(random.Below(100_000)));
        });
        return message with
        {
            Ciaddr = random.Chance(0.4) ? world.SomeAddress(random) : default,
            Giaddr = random.Chance(0.3) ? DhcpSite.RelayAddress : random.Chance(0.1) ? world.SomeAddress(random) : default,
            Flags = random.Chance(0.5) ? DhcpMessage.BroadcastFlag : (ushort)0,
        };
    }

    byte[] Noise()
    {
        var noise = new byte[random.Between(1, 400)];
        for (var i = 0; i < noise.Length; i++)
            noise[i] = (byte)random.Below(256);
        return noise;
    }

    static bool IsOfAnother(ReadOnlySpan<byte> datagram) =>
        DhcpMessage.TryParse(datagram, out var message, out _) && (message.Mac is not { } mac || mac.Value < DhcpSite.MacOf(1000).Value)
        && message.Options.Raw(DhcpOptions.ClientIdentifier.Code).Length == 0;
}
