namespace Cordwain.Boot.Leases;

/// <summary>An address kept for a client until it asks for it.</summary>
sealed class LeaseOffer(uint address, ClientKey client, uint expires, bool isContended)
{
    public uint Address => address;
    public ClientKey Client => client;
    public uint Expires => expires;

    /// <summary>The pool was short, and the address may have been offered to somebody else before: the first REQUEST gets it.</summary>
    public bool IsContended => isContended;

    public LinkedListNode<LeaseOffer>? Node { get; set; }
}

/// <summary>The offers of a network: one a client, one an address, oldest first, never more than a bound.</summary>
sealed class OfferBook
{
    readonly Dictionary<uint, LeaseOffer> _byAddress = [];
    readonly Dictionary<ClientKey, LeaseOffer> _byClient = [];
    readonly LinkedList<LeaseOffer> _byAge = [];

    public int Count => _byAddress.Count;

    public bool IsFull => Count >= Most;

    public LeaseOffer? Oldest => _byAge.First?.Value;

    public IEnumerable<LeaseOffer> All => _byAge;

    public LeaseOffer? At(uint address) => _byAddress.GetValueOrDefault(address);

    public LeaseOffer? Of(ClientKey client) => _byClient.GetValueOrDefault(client);

    /// <summary>Neither client nor address may have an offer already.</summary>
    public void Add(LeaseOffer offer)
    {
        _byAddress.Add(offer.Address, offer);
        _byClient.Add(offer.Client, offer);
        offer.Node = _byAge.AddLast(offer);
    }

    public void Remove(LeaseOffer offer)
    {
        _byAddress.Remove(offer.Address);
        _byClient.Remove(offer.Client);
        _byAge.Remove(offer.Node!);
    }

    // About 4 MB: what a flood of strangers can make us remember.
    const int Most = 16_384;
}
