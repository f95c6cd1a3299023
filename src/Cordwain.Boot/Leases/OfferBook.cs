using Cordwain.Boot.Slots;

namespace Cordwain.Boot.Leases;

/// <summary>An address kept for a client until it asks for it.</summary>
/// <param name="IsContended">The pool was short, and the address may have been offered to somebody else before: the first REQUEST gets it.</param>
/// <param name="IsFresh">The address had no binding when it was offered, and has none as long as the offer stands.</param>
readonly record struct LeaseOffer(uint Address, ClientKey Client, uint Expires, bool IsContended, bool IsFresh);

/// <summary>The offers of a network: one a client, one an address, oldest first, never more than a bound.</summary>
sealed class OfferBook
{
    readonly AgedSlots _slots = new();
    readonly SlotIndex _byAddress = new(), _byClient = new();
    LeaseOffer[] _offers = [];

    public int Count => _slots.Count;

    public bool IsFull => Count >= Most;

    public LeaseOffer? Oldest => _slots.Oldest is var slot and >= 0 ? _offers[slot] : null;

    /// <summary>The oldest first.</summary>
    public IEnumerable<LeaseOffer> All
    {
        get
        {
            for (var slot = _slots.Oldest; slot >= 0; slot = _slots.NewerThan(slot))
                yield return _offers[slot];
        }
    }

    public LeaseOffer? At(uint address) => _byAddress.Find(address) is var slot and >= 0 ? _offers[slot] : null;

    public LeaseOffer? Of(ClientKey client)
    {
        for (var slot = _byClient.Find(client.IndexKey); slot >= 0; slot = _byClient.FindNext(slot))
        {
            if (_offers[slot].Client == client)
                return _offers[slot];
        }

        return null;
    }

    /// <summary>Neither client nor address may have an offer already.</summary>
    public void Add(LeaseOffer offer)
    {
        var slot = _slots.Take();
        if (slot >= _offers.Length)
            Array.Resize(ref _offers, Math.Max(16, _offers.Length * 2));
        _offers[slot] = offer;
        _byAddress.Add(offer.Address, slot);
        _byClient.Add(offer.Client.IndexKey, slot);
    }

    public void Remove(LeaseOffer offer)
    {
        var slot = _byAddress.Find(offer.Address);
        _byAddress.Remove(slot);
        _byClient.Remove(slot);
        _offers[slot] = default;
        _slots.Free(slot);
    }

    // Under 2 MB: what a flood of strangers can make us remember.
    const int Most = 16_384;
}
