using Cordwain.Boot.Catalog;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>Where a free address came from.</summary>
enum AddressSource
{
    Probed,
    Fresh,
    LongestUnused,
    OfferedToAnother,
    Quarantine,
}

/// <summary>One network's share of the table: which addresses are free, offered, remembered or in quarantine.</summary>
/// <remarks><see cref="Settle(uint, uint)"/> is the one place where an address changes its standing: called after each change, it looks at the truth anew.</remarks>
sealed class NetworkLeases(NetworkDefinition network, AddressSpace space, BindingSlots slots)
{
    readonly Dictionary<uint, InUseMark> _inUse = [];
    readonly PriorityQueue<uint, uint> _inUseEnds = new();
    AddressSet _free = new(0);
    SlotList _old = new(), _declined = new();
    int _bound, _quarantined;

    readonly record struct InUseMark(uint Until, MacAddress? By);

    public NetworkDefinition Network { get; private set; } = network;

    public KnownClients Known { get; private set; } = new(network);

    public AddressSpace Space { get; private set; } = space;

    public OfferBook Offers { get; } = new();

    public ProbeStock Probed { get; } = new();

    /// <summary>Nothing is left for a stranger but what was offered to another.</summary>
    public bool IsShort => _free.Count == 0 && _old.Count == 0;

    public LeaseStatistics Statistics =>
        new(Space.Givable, _bound, _free.Count + _old.Count, Offers.Count, _quarantined + _inUse.Count);

    public void Redefine(NetworkDefinition definition)
    {
        Network = definition;
        Known = new(definition);
    }

    /// <summary>Starts anew from the slots of this network: those that nobody holds go into their lists in the order in which they ended.</summary>
    public void Rebuild(AddressSpace newSpace, List<int> members, uint now)
    {
        Space = newSpace;
        _free = newSpace.CopyGivable();
        _old = new();
        _declined = new();
        _bound = _quarantined = 0;
        foreach (var offer in Offers.All.Where(offer => !newSpace.IsGivable(offer.Address)).ToList())
            Offers.Remove(offer);
        var ended = new List<int>();
        foreach (var slot in members)
        {
            ref var held = ref slots[slot];
            held.Place = SlotPlace.None;
            held.Count = SlotCount.None;
            if (held.IsBound(now))
                Settle(held.Address, slot, now);
            else
                ended.Add(slot);
        }

        ended.Sort((left, right) => slots[left].Expires.CompareTo(slots[right].Expires));
        foreach (var slot in ended)
            Settle(slots[slot].Address, slot, now);

        foreach (var offer in Offers.All)
            Settle(offer.Address, now);
        foreach (var address in _inUse.Keys)
            Settle(address, now);
    }

    /// <summary>Puts an address into the list where it belongs now.</summary>
    public void Settle(uint address, uint now) => Settle(address, slots.Find(address), now);

    /// <param name="slot">The binding of the address; -1: it has none.</param>
    void Settle(uint address, int slot, uint now)
    {
        var index = Space.IndexOf(address);
        var isOpen = index >= 0 && Space.IsGivable(index) && Offers.At(address) is null && !_inUse.ContainsKey(address);
        if (index >= 0)
            _free.Set(index, isOpen && slot < 0);
        if (slot < 0)
        {
            if (!isOpen)
                Probed.Remove(address);
            return;
        }

        ref var held = ref slots[slot];
        var isActive = held.IsActive(now);
        Move(slot, !isOpen ? SlotPlace.None : !isActive ? SlotPlace.Old : held.State == BindingState.Declined ? SlotPlace.Declined : SlotPlace.None);
        CountAs(ref held, !isActive ? SlotCount.None : held.State == BindingState.Declined ? SlotCount.Quarantined : SlotCount.Bound);
        if (held.Place != SlotPlace.Old)
            Probed.Remove(address);
    }

    /// <summary>Before a slot is removed.</summary>
    public void Detach(int slot)
    {
        Move(slot, SlotPlace.None);
        CountAs(ref slots[slot], SlotCount.None);
    }

    public void AddOwn(uint address, uint now)
    {
        Space.AddOwn(address);
        if (Offers.At(address) is { } offer)
            Offers.Remove(offer);
        Settle(address, now);
    }

    public bool IsInUseByOther(uint address, MacAddress? asker) =>
        _inUse.Count > 0 && _inUse.TryGetValue(address, out var mark) && (mark.By is null || mark.By != asker);

    /// <returns>True when that was not known yet.</returns>
    public bool MarkInUse(uint address, uint until, MacAddress? by, uint now)
    {
        Probed.MarkAnswered(address);
        if (until <= now)
            return false;

        var isNews = !_inUse.ContainsKey(address);
        _inUse[address] = new(until, by);
        _inUseEnds.Enqueue(address, until);
        if (Offers.At(address) is { } offer)
            Offers.Remove(offer);
        Settle(address, now);
        return isNews;
    }

    public void MarkProbedFree(uint address, uint now)
    {
        Probed.MarkAnswered(address);
        if (_inUse.Remove(address))
            Settle(address, now);
        if (IsWaiting(address))
            Probed.Add(address, now);
    }

    /// <summary>Ends what has reached its end: offers, and marks of the prober.</summary>
    public void Expire(uint now)
    {
        while (Offers.Oldest is { } oldest && oldest.Expires <= now)
            Withdraw(oldest, now);

        while (_inUseEnds.TryPeek(out var address, out var until) && until <= now)
        {
            _inUseEnds.Dequeue();
            if (_inUse.TryGetValue(address, out var mark) && mark.Until <= now)
            {
                _inUse.Remove(address);
                Settle(address, now);
            }
        }
    }

    public void Offer(uint address, ClientKey client, bool isContended, uint now)
    {
        if (Offers.Of(client) is { } earlier)
            Withdraw(earlier, now);
        if (Offers.At(address) is { } stolen)
            Offers.Remove(stolen);
        if (Offers.IsFull)
        {
            // The address that goes back may be offered again at once, while its client is on the way to ask for it.
            Withdraw(Offers.Oldest!.Value, now);
            isContended = true;
        }

        // What is in the set of free addresses has no binding: with a million of them, looking is what an offer would cost most.
        var isFresh = Space.IndexOf(address) is var index and >= 0 && _free.Contains(index);
        Offers.Add(new(address, client, now + OfferTime, isContended, isFresh));
        Settle(address, isFresh ? -1 : slots.Find(address), now);
    }

    public void Withdraw(LeaseOffer offer, uint now)
    {
        Offers.Remove(offer);
        Settle(offer.Address, offer.IsFresh ? -1 : slots.Find(offer.Address), now);
    }

    /// <summary>Chooses for a stranger: probed ones first, then such as nobody ever had, then the one whose client has been away longest.</summary>
    /// <param name="except">Never this one: the relay's.</param>
    public bool TryChoose(ClientKey client, uint except, uint now, out uint address, out AddressSource source)
    {
        source = AddressSource.Probed;
        while (Probed.TryTake(now, except, out address))
        {
            if (IsWaiting(address))
                return true;
        }

        source = AddressSource.Fresh;
        var index = _free.Next(0);
        if (index >= 0 && Space.AddressAt(index) == except)
            index = _free.Next(index + 1);
        if (index >= 0)
        {
            address = Space.AddressAt(index);
            return true;
        }

        source = AddressSource.LongestUnused;
        var slot = _old.First >= 0 && slots[_old.First].Address == except ? slots[_old.First].Newer : _old.First;
        if (slot >= 0)
        {
            address = slots[slot].Address;
            return true;
        }

        return TryChooseScarce(client, except, out address, out source);
    }

    /// <summary>Addresses to probe so that about <paramref name="ready"/> wait for strangers, in the order in which they would be given.</summary>
    public List<Ipv4Address> NextToProbe(int ready, uint now)
    {
        Probed.DropStale(now);
        var wanted = ready - Probed.Count - Probed.Asked;
        var chosen = new List<Ipv4Address>();
        for (var index = _free.Next(0); index >= 0 && chosen.Count < wanted; index = _free.Next(index + 1))
            Consider(Space.AddressAt(index));
        for (var slot = _old.First; slot >= 0 && chosen.Count < wanted; slot = slots[slot].Newer)
            Consider(slots[slot].Address);
        return chosen;

        void Consider(uint address)
        {
            if (Probed.IsAsked(address) || Probed.Contains(address, now))
                return;
            Probed.MarkAsked(address, now);
            chosen.Add(new(address));
        }
    }

    /// <summary>The next stranger could get it.</summary>
    bool IsWaiting(uint address)
    {
        var index = Space.IndexOf(address);
        return index >= 0 && (_free.Contains(index) || (slots.Find(address) is var slot and >= 0 && slots[slot].Place == SlotPlace.Old));
    }

    // A full pool: an offer that nobody took yet is worth less than a client without address, and so is a quarantine.
    bool TryChooseScarce(ClientKey client, uint except, out uint address, out AddressSource source)
    {
        source = AddressSource.OfferedToAnother;
        foreach (var offer in Offers.All.Take(2))
        {
            address = offer.Address;
            if (address != except)
                return true;
        }

        source = AddressSource.Quarantine;
        var slot = _declined.First;
        for (var looked = 0; slot >= 0 && looked < 16; looked++, slot = slots[slot].Newer)
        {
            address = slots[slot].Address;
            if (address != except && !slots.Holds(slot, client))
                return true;
        }

        address = 0;
        return false;
    }

    void Move(int slot, SlotPlace place)
    {
        ref var held = ref slots[slot];
        if (held.Place == place)
            return;

        if (held.Place != SlotPlace.None)
            slots.Unlink(ref held.Place == SlotPlace.Old ? ref _old : ref _declined, slot);
        held.Place = place;
        if (place != SlotPlace.None)
            slots.Append(ref place == SlotPlace.Old ? ref _old : ref _declined, slot);
    }

    void CountAs(ref BindingSlot held, SlotCount count)
    {
        _bound += (count == SlotCount.Bound ? 1 : 0) - (held.Count == SlotCount.Bound ? 1 : 0);
        _quarantined += (count == SlotCount.Quarantined ? 1 : 0) - (held.Count == SlotCount.Quarantined ? 1 : 0);
        held.Count = count;
    }

    // Longer than any firmware waits between OFFER and REQUEST (OVMF: 4 s), with its retransmissions.
    const uint OfferTime = 60;
}
