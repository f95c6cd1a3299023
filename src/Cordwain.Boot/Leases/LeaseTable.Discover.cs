using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>DHCPDISCOVER: which address to offer.</summary>
public sealed partial class LeaseTable
{
    // RFC 2131 §4.3.1: the current binding, the previous one, the requested address, then any. A reservation goes before all of them.
    LeaseVerdict Discover(in Inquiry inquiry)
    {
        var (question, here, known, now) = inquiry;
        if (inquiry.IsStrangerShutOut)
            return new LeaseVerdict.Silent(LeaseTraces.Stranger);
        if (question.Elapsed < here.Network.Delay)
            return new LeaseVerdict.Silent(LeaseTraces.One("delay", $"the client has been trying for {question.Elapsed.TotalSeconds:0} s; the network answers after {here.Network.Delay.TotalSeconds:0} s"));

        var passed = ImmutableArray<TraceStep>.Empty;
        if (!known.Address.IsAny)
        {
            if (WhyReservedIsBusy(inquiry) is not { } busy)
                return Offer(inquiry, known.Address.Value, LeaseTraces.One("reservation", $"{known.Address} is reserved for {known.Name}"), keep: false);
            passed = [LeaseTraces.Passed("reservation", busy)];
        }

        var (current, previous) = BindingsOf(inquiry);
        if (current >= 0 && here.Space.IsGivable(_slots[current].Address))
            return Offer(inquiry, _slots[current].Address, LeaseTraces.Current, passed, keep: false);
        if (here.Offers.Of(inquiry.Client) is { } offer && IsFree(inquiry, offer.Address))
            return Offer(inquiry, offer.Address, LeaseTraces.OfferedBefore, passed, isContended: offer.IsContended);
        if (previous >= 0 && IsFree(inquiry, _slots[previous].Address))
            return Offer(inquiry, _slots[previous].Address, LeaseTraces.Previous, passed);
        if (!question.Requested.IsAny && IsFree(inquiry, question.Requested.Value))
            return Offer(inquiry, question.Requested.Value, LeaseTraces.Requested, passed, isUnprobed: !here.Probed.Contains(question.Requested.Value, now));
        return OfferFree(inquiry, passed);
    }

    LeaseVerdict OfferFree(in Inquiry inquiry, ImmutableArray<TraceStep> passed)
    {
        var here = inquiry.Here;
        if (here.IsShort)
            Expire(inquiry.Now, int.MaxValue);
        if (here.Space.Givable == 0)
            return new LeaseVerdict.Silent([.. passed, .. LeaseTraces.NoPool]);
        if (!here.TryChoose(inquiry.Client, inquiry.Question.Giaddr.Value, inquiry.Now, out var address, out var source))
            return new LeaseVerdict.Silent([.. passed, .. LeaseTraces.PoolEmpty]);

        return Offer(inquiry, address, LeaseTraces.Of(source), passed,
            isContended: source >= AddressSource.OfferedToAnother, isUnprobed: source is not AddressSource.Probed);
    }

    /// <param name="keep">Remember the offer; not needed where nobody else can get the address.</param>
    static LeaseVerdict.Offer Offer(
        in Inquiry inquiry, uint address, ImmutableArray<TraceStep> decided, ImmutableArray<TraceStep> passed = default,
        bool keep = true, bool isContended = false, bool isUnprobed = false)
    {
        var here = inquiry.Here;
        if (keep)
            here.Offer(address, inquiry.Client, isContended, inquiry.Now);
        else if (here.Offers.Of(inquiry.Client) is { } earlier)
            here.Withdraw(earlier, inquiry.Now);
        var lease = LeaseTerms.LeaseFor(here.Network, inquiry.Question.Lease);
        var reservation = inquiry.Known.Address.Value == address ? inquiry.Known.Name : null;
        var grant = LeaseTerms.Grant(new(address), lease, here.Network, reservation);
        if (isUnprobed && here.Network.Probe)
            grant = grant with { IsUnprobed = true };
        return new(grant, passed.IsDefaultOrEmpty ? decided : [.. passed, .. decided]);
    }

    /// <summary>Null: the client can have its reserved address now. Otherwise the reason in words.</summary>
    string? WhyReservedIsBusy(in Inquiry inquiry)
    {
        var (question, here, known, now) = inquiry;
        var address = known.Address.Value;
        if (here.Space.IsUnusable(address))
            return $"{known.Address} is reserved for {known.Name}, but no client can have it: it is ours, or none of the network's hosts";
        if (here.IsInUseByOther(address, question.Mac))
            return $"{known.Address} is reserved for {known.Name}, but another machine answers at it";

        var slot = _slots.Find(address);
        if (slot < 0 || !_slots[slot].IsActive(now))
            return null;

        var binding = _slots.ToBinding(slot);
        return binding.State == BindingState.Declined ? $"{known.Address} is reserved for {known.Name}, but was found in use: in quarantine until {binding.Expires:u}"
            : IsSameHolder(slot, question) ? null
            : $"{known.Address} is reserved for {known.Name}, but {binding.Mac?.ToString() ?? binding.Client.ToString()} holds it until {binding.Expires:u}: an address of the pool until then";
    }

    // A reserved address belongs to a machine, and firmware and system of one machine often name themselves differently: the card decides.
    bool IsSameHolder(int slot, LeaseQuestion question) =>
        _slots.Holds(slot, question.Client) || (question.Mac is { } mac && BindingSlots.MacOf(_slots[slot]) == mac);

    /// <summary>The client's lease in this network, and the one it had last; -1 for none.</summary>
    (int Current, int Previous) BindingsOf(in Inquiry inquiry)
    {
        int current = -1, previous = -1;
        for (var slot = _slots.FirstOf(inquiry.Client); slot >= 0; slot = _slots.NextOf(inquiry.Client, slot))
        {
            ref var held = ref _slots[slot];
            if (held.State == BindingState.Declined || !inquiry.Here.Space.Subnet.Contains(new(held.Address)))
                continue;

            ref var best = ref held.IsBound(inquiry.Now) ? ref current : ref previous;
            if (best < 0 || held.Expires > _slots[best].Expires)
                best = slot;
        }

        return (current, previous);
    }

    /// <summary>An address of the pools that nobody holds, nobody else was offered, and nobody else answers at.</summary>
    bool IsFree(in Inquiry inquiry, uint address)
    {
        var (question, here, _, now) = inquiry;
        return here.Space.IsGivable(address) && address != question.Giaddr.Value
            && !here.IsInUseByOther(address, question.Mac)
            && (_slots.Find(address) is var slot && (slot < 0 || !_slots[slot].IsActive(now) || here.Offers.At(address) is not null))
            && (here.Offers.At(address) is not { } offer || offer.Client == inquiry.Client);
    }
}
