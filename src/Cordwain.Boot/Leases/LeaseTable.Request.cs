using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>DHCPREQUEST in its four states (RFC 2131 §4.3.2, table 4).</summary>
public sealed partial class LeaseTable
{
    LeaseVerdict Request(in Inquiry inquiry)
    {
        var question = inquiry.Question;
        if (question.ServerId is not null)
            return question.IsForUs ? Selecting(inquiry) : ServedElsewhere(inquiry);
        if (!question.Ciaddr.IsAny)
            return Extend(inquiry, question.Ciaddr.Value, LeaseTraces.Renewed);
        return question.Requested.IsAny
            ? new LeaseVerdict.Silent(LeaseTraces.NoAddress)
            : Extend(inquiry, question.Requested.Value, LeaseTraces.Rebooted);
    }

    static LeaseVerdict.Silent ServedElsewhere(in Inquiry inquiry)
    {
        if (inquiry.Here.Offers.Of(inquiry.Client) is { } offer)
            inquiry.Here.Withdraw(offer, inquiry.Now);
        return new(LeaseTraces.ElsewhereServed);
    }

    LeaseVerdict Selecting(in Inquiry inquiry)
    {
        var question = inquiry.Question;

        // Some clients renew with option 54 and ciaddr; the table of the RFC has no such message, but what is meant is plain.
        if (question.Requested.IsAny)
            return question.Ciaddr.IsAny ? new LeaseVerdict.Silent(LeaseTraces.NoAddress) : Extend(inquiry, question.Ciaddr.Value, LeaseTraces.Renewed);
        if (inquiry.IsStrangerShutOut)
            return Nak("unknown client", LeaseTraces.Stranger);

        var wanted = question.Requested.Value;
        if (WhyNot(inquiry, wanted) is { } reason)
            return Nak(reason);
        if (inquiry.Known.Address.Value == wanted)
            return Bind(inquiry, wanted, LeaseTraces.TakenReserved);
        if (inquiry.Here.Offers.Of(inquiry.Client)?.Address == wanted)
            return Bind(inquiry, wanted, LeaseTraces.Taken);

        // The offer was made before a restart, or had to make room: no reason to send a machine back to the start of its boot.
        // But one address a client: who has or had another one here is sent to that.
        var (current, previous) = BindingsOf(inquiry);
        var other = current >= 0 ? current : previous;
        return other < 0 || _slots[other].Address == wanted
            ? Bind(inquiry, wanted, LeaseTraces.TakenFree)
            : Nak($"{new Ipv4Address(wanted)} is not offered to this client; it has or had {new Ipv4Address(_slots[other].Address)}");
    }

    /// <summary>INIT-REBOOT, RENEWING and REBINDING: the client says that it has an address.</summary>
    LeaseVerdict Extend(in Inquiry inquiry, uint address, ImmutableArray<TraceStep> trace)
    {
        var here = inquiry.Here;
        if (!here.Space.Subnet.Contains(new(address)))
            return Nak("wrong network", LeaseTraces.One("wrong-network", $"{new Ipv4Address(address)} is no address of network {here.Network.Name}, {here.Network.Subnet}"));
        if (inquiry.IsStrangerShutOut)
            return here.Network.Authoritative ? Nak("unknown client", LeaseTraces.Stranger) : new LeaseVerdict.Silent(LeaseTraces.Stranger);

        var slot = _slots.Find(address);
        var isRemembered = (slot >= 0 && _slots[slot].State != BindingState.Declined && _slots.Holds(slot, inquiry.Client))
            || inquiry.Known.Address.Value == address
            || here.Offers.Of(inquiry.Client)?.Address == address;
        if (isRemembered)
            return (WhyNot(inquiry, address) ?? WhyElsewhere(inquiry, address)) is { } reason ? Nak(reason) : Bind(inquiry, address, trace);
        if (slot >= 0 && _slots[slot].IsActive(inquiry.Now))
            return Nak("address in use", LeaseTraces.One("held-by-another", $"{new Ipv4Address(address)} is held by {HolderOf(slot)}"));
        if (here.Space.IsReserved(address))
            return Nak("address reserved", LeaseTraces.One("reservation", $"{new Ipv4Address(address)} is reserved for another client"));
        if (BindingsOf(inquiry).Current is var current and >= 0)
            return Nak("incorrect address", LeaseTraces.One("current-binding", $"the client holds {new Ipv4Address(_slots[current].Address)}, not {new Ipv4Address(address)}"));

        // RFC 2131 §4.3.2: "If the server has no record of this client, then it MUST remain silent" (it may belong to another server),
        // unless the operator says that there is no other.
        return here.Network.Authoritative
            ? Nak("unknown address", LeaseTraces.One("unknown-address", "nothing is known of this client and address: the client starts anew"))
            : new LeaseVerdict.Silent(LeaseTraces.Unknown);
    }

    /// <summary>Why a client cannot have an address of this network; null: it can.</summary>
    string? WhyNot(in Inquiry inquiry, uint address)
    {
        var (question, here, known, now) = inquiry;
        if (!here.Space.Subnet.Contains(new(address)))
            return "wrong network";
        if (known.Address.Value == address)
            return WhyReservedIsBusy(inquiry);
        if (here.Space.IsReserved(address))
            return $"{new Ipv4Address(address)} is reserved for another client";
        if (!here.Space.IsGivable(address) || address == question.Giaddr.Value)
            return $"{new Ipv4Address(address)} is not in the pools of this network";
        if (here.Offers.At(address) is { } offer && offer.Client != inquiry.Client && !offer.IsContended)
            return $"{new Ipv4Address(address)} is offered to another client";
        if (here.IsInUseByOther(address, question.Mac))
            return $"another machine answers at {new Ipv4Address(address)}";

        var slot = _slots.Find(address);
        if (slot < 0 || !_slots[slot].IsActive(now))
            return null;
        return _slots[slot].State == BindingState.Declined
            ? here.Offers.At(address) is null ? $"{new Ipv4Address(address)} was found in use" : null
            : _slots.Holds(slot, inquiry.Client) ? null
            : $"{new Ipv4Address(address)} is held by another client";
    }

    /// <summary>A client that has got a reservation since is sent to it, as soon as the reserved address is free.</summary>
    string? WhyElsewhere(in Inquiry inquiry, uint address) =>
        inquiry.Known.Address.IsAny || inquiry.Known.Address.Value == address || WhyReservedIsBusy(inquiry) is not null ? null
        : $"{inquiry.Known.Address} is reserved for this client";

    LeaseVerdict.Ack Bind(in Inquiry inquiry, uint address, ImmutableArray<TraceStep> trace)
    {
        var (question, here, known, now) = inquiry;
        if (here.Offers.Of(inquiry.Client) is { } offer)
            here.Withdraw(offer, now);

        var previous = Find(new(address));
        var isRenewal = previous is { State: BindingState.Bound } && previous.Client == inquiry.Client && LeaseSeconds.Ceiling(previous.Expires) > now;
        var lease = LeaseTerms.LeaseFor(here.Network, question.Lease);
        var end = LeaseSeconds.ToTime(LeaseSeconds.After(inquiry.NextSecond, lease));
        // The ACK of a shorter lease may get lost, and then its client believes in the longer one. Only leases without end are cut at once:
        // an operator who wants ends sees them come.
        if (isRenewal && previous!.Expires > end && previous.Expires != DateTimeOffset.MaxValue)
            end = previous.Expires;
        var binding = new LeaseBinding(
            new(address), inquiry.Client, question.Mac, BindingState.Bound, isRenewal ? previous!.Since : LeaseSeconds.ToTime(now), end)
        {
            HostName = question.HostName ?? (isRenewal ? previous!.HostName : null),
            VendorClass = question.VendorClass ?? (isRenewal ? previous!.VendorClass : null),
        };
        Write(binding, now);
        var grant = LeaseTerms.Grant(new(address), lease, here.Network, known.Address.Value == address ? known.Name : null);
        return new(grant, new(new(address), binding) { Previous = previous }, trace);
    }

    string HolderOf(int slot) => BindingSlots.MacOf(_slots[slot])?.ToString() ?? _slots.ClientOf(slot).ToString();

    // What the operator reads names other clients; what goes on the wire does not.
    static LeaseVerdict.Nak Nak(string because) => new("address not available", LeaseTraces.One("refused", because));

    static LeaseVerdict.Nak Nak(string reason, ImmutableArray<TraceStep> trace) => new(reason, trace);
}
