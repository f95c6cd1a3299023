using Cordwain.Boot.Catalog;
using Cordwain.Boot.Leases;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Dhcp;

/// <summary>The address side of a network in server role. Its answer to an ACK may leave only when the change is durable.</summary>
public interface ILeaseDesk
{
    /// <param name="machine">Who it is, as the boot side sees it.</param>
    LeaseVerdict Answer(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, BootCatalog catalog, MachineIdentity machine, DateTimeOffset now);

    /// <summary>What is left of the stored lease that a REQUEST wants to go on with, for the time in which nothing can be stored; null: there is none.</summary>
    LeaseGrant? Remaining(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, DateTimeOffset now);
}
