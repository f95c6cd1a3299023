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

/// <summary>Answers DHCP from the catalog in force. Used by one thread at a time, in the DHCP engine's turn, as the lease table is.</summary>
sealed class DhcpAnswers(LeaseTable table, MachineDirectory machines, NetworkGate gate, TimeProvider time) : IDhcpResponder
{
    readonly DhcpResponder _responder = new(new LeaseDesk(table), machines);

    readonly DoubtfulAddresses _doubtful = new();

    public DhcpAnswer Respond(DhcpMessage message, DhcpArrival arrival, DateTimeOffset now)
    {
        var answer = _responder.Answer(message, arrival, gate.Catalog, now);
        if (!answer.Changes.IsDefaultOrEmpty)
            _doubtful.OnTry(answer.Changes.AsSpan());
        return answer;
    }

    public DhcpAnswer? RespondFromStored(DhcpMessage message, DhcpArrival arrival, DateTimeOffset now) =>
        _responder.AnswerFromStored(message, arrival, gate.Catalog, now) is { } answer && (answer.Reply is not { } reply || !_doubtful.Contains(reply.Yiaddr)) ? answer : null;

    public void OwnAddressesAre(IReadOnlyCollection<Ipv4Address> addresses) => table.SetOwnAddresses(addresses, time.GetUtcNow());

    public void OnStored() => _doubtful.OnSuccess();

    public void Revert(DhcpAnswer answer)
    {
        _doubtful.OnFailure(answer.Changes.AsSpan());
        table.Revert(answer.Changes.AsSpan(), time.GetUtcNow());
    }
}
