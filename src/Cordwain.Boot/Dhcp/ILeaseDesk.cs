using Cordwain.Boot.Catalog;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Dhcp;

/// <summary>The address side of a network in server role. Its answer to an ACK may leave only when the change is durable.</summary>
public interface ILeaseDesk
{
    LeaseVerdict Answer(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, BootCatalog catalog, DateTimeOffset now);
}
