using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Leases;
using Cordwain.Boot.Machines;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;

namespace Cordwain.Hosting;

/// <summary>Puts the lease table behind the DHCP decision.</summary>
sealed class LeaseDesk(LeaseTable table) : ILeaseDesk
{
    public LeaseVerdict Answer(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, BootCatalog catalog, DateTimeOffset now) =>
        table.Answer(LeaseQuestion.From(message, arrival, BootRequest.From(message, arrival, catalog, network).Machine), network, catalog, now);

    public LeaseGrant? Remaining(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, DateTimeOffset now) =>
        table.Remaining(LeaseQuestion.From(message, arrival), network, now);
}

/// <summary>Answers DHCP from the catalog in force. Used by the DHCP engine's thread only, as the lease table is.</summary>
sealed class DhcpAnswers(LeaseTable table, MachineDirectory machines, NetworkGate gate, TimeProvider time) : IDhcpResponder
{
    readonly DhcpResponder _responder = new(new LeaseDesk(table), machines);

    public DhcpAnswer Respond(DhcpMessage message, DhcpArrival arrival, DateTimeOffset now) =>
        _responder.Answer(message, arrival, gate.Catalog, now);

    public DhcpAnswer? RespondFromStored(DhcpMessage message, DhcpArrival arrival, DateTimeOffset now) =>
        _responder.AnswerFromStored(message, arrival, gate.Catalog, now);

    public void OwnAddressesAre(IReadOnlyCollection<Ipv4Address> addresses) => table.SetOwnAddresses(addresses, time.GetUtcNow());

    public void Revert(DhcpAnswer answer) => table.Revert(answer.Changes.AsSpan(), time.GetUtcNow());
}
