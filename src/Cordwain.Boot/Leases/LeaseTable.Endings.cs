using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>DHCPDECLINE and DHCPRELEASE (RFC 2131 §4.3.3, §4.3.4). Whoever does not hold an address changes nothing.</summary>
public sealed partial class LeaseTable
{
    LeaseVerdict Decline(in Inquiry inquiry)
    {
        var (question, here, _, now) = inquiry;
        var address = question.Requested.IsAny ? question.Ciaddr : question.Requested;
        if (question.ServerId is not null && !question.IsForUs)
            return new LeaseVerdict.Silent(LeaseTraces.ElsewhereServed);

        var offer = here.Offers.Of(inquiry.Client);
        var isOffered = offer?.Address == address.Value;
        if (!isOffered && !IsHeldBy(inquiry, address))
            return new LeaseVerdict.Silent(LeaseTraces.NotDeclined);

        if (isOffered)
            here.Withdraw(offer!.Value, now);
        var time = LeaseSeconds.ToTime(now);
        return QuarantinedBy(inquiry) < MostQuarantinedByOne
            ? new LeaseVerdict.Store(
                Put(new(address, inquiry.Client, question.Mac, BindingState.Declined, time, LeaseSeconds.ToTime(LeaseSeconds.After(now, here.Network.Quarantine))), now),
                LeaseTraces.Declined)
            : new LeaseVerdict.Store(Put(new(address, Nobody(address), null, BindingState.Declined, time, time), now), LeaseTraces.DeclinedTooOften);
    }

    LeaseVerdict Release(in Inquiry inquiry)
    {
        var (question, _, _, now) = inquiry;
        if (question.ServerId is not null && !question.IsForUs)
            return new LeaseVerdict.Silent(LeaseTraces.ElsewhereServed);
        if (!IsHeldBy(inquiry, question.Ciaddr))
            return new LeaseVerdict.Silent(LeaseTraces.NotReleased);

        var time = LeaseSeconds.ToTime(now);
        var released = Find(question.Ciaddr)! with { State = BindingState.Released, Since = time, Expires = time };
        return new LeaseVerdict.Store(Put(released, now), LeaseTraces.Released);
    }

    bool IsHeldBy(in Inquiry inquiry, Ipv4Address address) =>
        _slots.Find(address.Value) is var slot and >= 0 && _slots[slot].IsBound(inquiry.Now)
        && _slots.Holds(slot, inquiry.Client) && inquiry.Here.Space.Subnet.Contains(address);

    int QuarantinedBy(in Inquiry inquiry)
    {
        var count = 0;
        for (var slot = _slots.FirstOf(inquiry.Client); slot >= 0; slot = _slots.NextOf(inquiry.Client, slot))
        {
            if (_slots[slot].State == BindingState.Declined && _slots[slot].IsActive(inquiry.Now) && inquiry.Here.Space.Subnet.Contains(new(_slots[slot].Address)))
                count++;
        }

        return count;
    }

    // A key of its own for each address: no client has it, and none collects addresses under its name without end.
    static ClientKey Nobody(Ipv4Address address) =>
        ClientKey.OfHardware(0, [(byte)(address.Value >> 24), (byte)(address.Value >> 16), (byte)(address.Value >> 8), (byte)address.Value]);

    // A client whose stack sees its own ARP answers declines for ever; three addresses are what it can take out of the pool.
    const int MostQuarantinedByOne = 3;
}
