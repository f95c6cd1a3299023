using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Leases;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Dhcp;

/// <summary>An address side that gives everybody the same address, for tests of everything else.</summary>
sealed class FixedLeases : ILeaseDesk
{
    public static readonly Ipv4Address Address = Ipv4Address.Parse("10.77.0.130");

    /// <summary>What to answer instead; null: an offer or an ACK.</summary>
    public LeaseVerdict? Instead { get; init; }

    /// <summary>What is left of the client's lease; null: nothing.</summary>
    public LeaseGrant? Left { get; init; }

    public LeaseGrant? Remaining(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, DateTimeOffset now) => Left;

    public LeaseVerdict Answer(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, BootCatalog catalog, MachineIdentity machine, DateTimeOffset now)
    {
        if (Instead is not null)
            return Instead;

        var grant = new LeaseGrant(Address, network.Lease, network.Lease / 2, network.Lease * 7 / 8, null);
        return message.Type switch
        {
            DhcpMessageType.Discover => new LeaseVerdict.Offer(grant, [new("address", true, "the first free one")]),
            DhcpMessageType.Inform => new LeaseVerdict.Inform([new("address", true, "it has one")]),
            _ => new LeaseVerdict.Ack(grant, new(Address, null), [new("address", true, "the one it was offered")]),
        };
    }
}
