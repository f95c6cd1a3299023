using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Leases;

/// <summary>Puts the lease table behind the DHCP decision.</summary>
public sealed class LeaseDesk(LeaseTable table) : ILeaseDesk
{
    public LeaseVerdict Answer(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, BootCatalog catalog, MachineIdentity machine, DateTimeOffset now) =>
        table.Answer(LeaseQuestion.From(message, arrival, machine), network, catalog, now);

    public LeaseGrant? Remaining(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, DateTimeOffset now) =>
        table.Remaining(LeaseQuestion.From(message, arrival), network, now);
}
