using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Leases;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Dhcp;

/// <summary>Answers DHCP messages: finds the network, asks the address side where we serve it, decides the boot, and makes the reply.</summary>
/// <remarks>Called by one thread at a time, as the address side is; the directory may be read by others meanwhile.</remarks>
public sealed class DhcpResponder(ILeaseDesk leases, MachineDirectory machines)
{
    readonly DhcpOptionSet.Builder _room = new();

    /// <summary>Never throws on hostile input. No reply of it may leave before <see cref="DhcpAnswer.Changes"/> are durable.</summary>
    public DhcpAnswer Answer(DhcpMessage message, DhcpArrival arrival, BootCatalog catalog, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(arrival);
        ArgumentNullException.ThrowIfNull(catalog);

        var network = NetworkSelection.Of(message, arrival, catalog);
        var boot = BootRequest.From(message, arrival, catalog, network);
        var draft = new AnswerDraft(message, arrival, catalog, network, boot) { TellsNetwork = true, Room = _room };

        if (Refusal(message, network, boot) is var (rule, reason))
        {
            draft.Note([new(rule, true, reason)]);
            return draft.Silent(reason);
        }

        draft.Decide();
        Sightings.Learn(machines, message, arrival, boot);
        var answer = boot.Channel == BootChannel.Dhcp ? Serve(draft, now) : draft.Reply(ProxyKinds.Of(message, boot, out var why), why);
        if (answer.Reply is { Yiaddr.IsAny: false, Type: DhcpMessageType.Ack } bound && boot.Channel == BootChannel.Dhcp)
            Sightings.Learn(machines, boot, bound.Yiaddr);
        return answer;
    }

    /// <summary>While nothing can be stored: confirms to a holder what is left of its stored lease, which needs no store. Called when an ACK had to be taken back.</summary>
    /// <returns>Null when the client holds nothing that could be confirmed.</returns>
    public DhcpAnswer? AnswerFromStored(DhcpMessage message, DhcpArrival arrival, BootCatalog catalog, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(arrival);
        ArgumentNullException.ThrowIfNull(catalog);

        var network = NetworkSelection.Of(message, arrival, catalog);
        var boot = BootRequest.From(message, arrival, catalog, network);
        if (boot.Channel != BootChannel.Dhcp || Refusal(message, network, boot) is not null || leases.Remaining(message, arrival, network!, now) is not { } grant)
            return null;

        var draft = new AnswerDraft(message, arrival, catalog, network, boot);
        draft.Decide();
        draft.Note([new("renewal", true, "leases cannot be stored at the moment: its stored lease holds to its end, and is not made longer")]);
        return draft.Reply(ReplyKind.Ack, grant, []);
    }

    /// <summary>Reasons to be silent that need no decision.</summary>
    static (string Rule, string Reason)? Refusal(DhcpMessage message, NetworkDefinition? network, BootRequest boot)
    {
        if (message.Op != DhcpMessage.BootRequest)
            return ("message", "it is a reply of another server, not a request");
        if (network is null)
            return ("network", "it belongs to no network of the configuration");
        if (network.Role == NetworkRole.Off)
            return ("network-role", $"network {network.Name} is set to 'dhcp: off'");
        if (network.ReservedFor.Find(message) is { Ignore: true } ignored)
            return ("reservation", $"reservation {ignored.Name} says to ignore this client");
        if (message.Type == DhcpMessageType.Discover && message.Secs < network.Delay.TotalSeconds && boot.Channel != BootChannel.BootServer)
            return ("delay", $"it has been asking for {message.Secs} s, and network {network.Name} answers after {network.Delay.TotalSeconds:0} s");
        return null;
    }

    DhcpAnswer Serve(AnswerDraft draft, DateTimeOffset now)
    {
        var verdict = leases.Answer(draft.Message, draft.Arrival, draft.Network!, draft.Catalog, draft.Boot.Machine, now);
        draft.Note(verdict.Trace);
        return verdict switch
        {
            LeaseVerdict.Offer offer => draft.Offer(offer.Grant),
            LeaseVerdict.Ack ack => draft.Reply(ReplyKind.Ack, ack.Grant, [ack.Change]),
            LeaseVerdict.Nak nak => draft.Refuse(nak.Reason),
            LeaseVerdict.Inform => draft.Reply(ReplyKind.Inform, ""),
            LeaseVerdict.Store store => draft.Stored(store.Change),
            _ => draft.Silent(verdict.Trace.IsDefaultOrEmpty ? "no address for it" : verdict.Trace[^1].Because),
        };
    }
}
