using System.Diagnostics;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>All bindings in a few large arrays, found by address and by client: small in memory, and nothing for the garbage collector to walk.</summary>
sealed class BindingSlots
{
    const int ChunkBits = 14, ChunkSize = 1 << ChunkBits;

    readonly List<BindingSlot[]> _chunks = [];
    readonly Dictionary<string, BindingTexts> _shared = new(StringComparer.Ordinal);
    int[] _byAddress = new int[16], _byClient = new int[16];
    int _used, _firstUnused = -1;

    /// <summary>How many bindings there are.</summary>
    public int Count { get; private set; }

    /// <summary>All slots are below this number; some of them may be unused.</summary>
    public int End => _used;

    public ref BindingSlot this[int slot] => ref _chunks[slot >> ChunkBits][slot & (ChunkSize - 1)];

    public bool IsUsed(int slot) => this[slot].State != 0;

    /// <returns>-1 when the address has no binding.</returns>
    public int Find(uint address)
    {
        var slot = _byAddress[AddressBucket(address)] - 1;
        while (slot >= 0 && this[slot].Address != address)
            slot = this[slot].NextByAddress - 1;
        return slot;
    }

    /// <summary>The first binding of a client, in whatever network; -1 when it has none.</summary>
    public int FirstOf(ClientKey client) => Search(_byClient[ClientBucket(client.GetHashCode())] - 1, client);

    public int NextOf(ClientKey client, int slot) => Search(this[slot].NextByClient - 1, client);

    public bool Holds(int slot, ClientKey client)
    {
        ref var held = ref this[slot];
        return client.Ethernet is var compact and not 0 ? held.CompactKey == compact
            : held.CompactKey == 0 && held.Texts?.Key is { } key && client.Bytes.SequenceEqual(key);
    }

    /// <summary>Makes a binding, or changes the client of the one that is there.</summary>
    public int Put(uint address, ClientKey client, MacAddress? mac, string? hostName, string? vendorClass)
    {
        var slot = Find(address);
        if (slot < 0)
            slot = Add(address, client);
        else if (!Holds(slot, client))
            Rename(slot, client);

        ref var held = ref this[slot];
        held.Mac = mac is { } value ? value.Value | BindingSlot.Present : 0;
        var key = held.Texts?.Key ?? client.Long;
        if (key is null && hostName is null && vendorClass is null)
            held.Texts = null;
        else if (held.Texts is not { } texts || texts.HostName != hostName || texts.VendorClass != vendorClass)
            held.Texts = key is null && hostName is null ? Shared(vendorClass!) : new(key, hostName, vendorClass);
        return slot;
    }

    public void Remove(int slot)
    {
        ref var held = ref this[slot];
        Unchain(ref _byAddress[AddressBucket(held.Address)], slot, byClient: false);
        Unchain(ref _byClient[ClientBucket(held.ClientHash)], slot, byClient: true);
        held = new() { NextByAddress = _firstUnused };
        _firstUnused = slot;
        Count--;
    }

    public ClientKey ClientOf(int slot)
    {
        ref var held = ref this[slot];
        if (held.CompactKey == 0)
            return new(held.Texts!.Key!);

        return new(new MacAddress(held.CompactKey & ~BindingSlot.Present));
    }

    public LeaseBinding ToBinding(int slot)
    {
        ref var held = ref this[slot];
        return new(new(held.Address), ClientOf(slot), MacOf(held), held.State, LeaseSeconds.ToTime(held.Since), LeaseSeconds.ToTime(held.Expires))
        {
            HostName = held.Texts?.HostName,
            VendorClass = held.Texts?.VendorClass,
        };
    }

    public static MacAddress? MacOf(in BindingSlot slot) => slot.Mac == 0 ? null : new(slot.Mac & ~BindingSlot.Present);

    public void Append(ref SlotList list, int slot)
    {
        ref var held = ref this[slot];
        held.Older = list.Last;
        held.Newer = -1;
        if (list.Last >= 0)
            this[list.Last].Newer = slot;
        else
            list.First = slot;
        list.Last = slot;
        list.Count++;
    }

    public void Unlink(ref SlotList list, int slot)
    {
        ref var held = ref this[slot];
        if (held.Older >= 0)
            this[held.Older].Newer = held.Newer;
        else
            list.First = held.Newer;
        if (held.Newer >= 0)
            this[held.Newer].Older = held.Older;
        else
            list.Last = held.Older;
        list.Count--;
    }

    int Add(uint address, ClientKey client)
    {
        if (Count >= _byAddress.Length)
            Grow();

        var slot = _firstUnused;
        if (slot >= 0)
        {
            _firstUnused = this[slot].NextByAddress;
        }
        else
        {
            slot = _used++;
            if (slot >> ChunkBits == _chunks.Count)
                _chunks.Add(new BindingSlot[ChunkSize]);
        }

        Count++;
        ref var held = ref this[slot];
        held = new() { Address = address, State = BindingState.Bound, Older = -1, Newer = -1 };
        SetKey(ref held, client);
        Chain(slot);
        return slot;
    }

    void Rename(int slot, ClientKey client)
    {
        ref var held = ref this[slot];
        Unchain(ref _byClient[ClientBucket(held.ClientHash)], slot, byClient: true);
        SetKey(ref held, client);
        ref var bucket = ref _byClient[ClientBucket(held.ClientHash)];
        held.NextByClient = bucket;
        bucket = slot + 1;
    }

    static void SetKey(ref BindingSlot held, ClientKey client)
    {
        Debug.Assert(client != default);
        held.CompactKey = client.Ethernet;
        held.ClientHash = client.GetHashCode();
        held.Texts = null;   // until its caller has all of them
    }

    int Search(int slot, ClientKey client)
    {
        while (slot >= 0 && !Holds(slot, client))
            slot = this[slot].NextByClient - 1;
        return slot;
    }

    // A thousand machines of one kind send the same vendor class, and often no name.
    BindingTexts Shared(string vendorClass)
    {
        if (_shared.TryGetValue(vendorClass, out var texts))
            return texts;

        texts = new(null, null, vendorClass);
        if (_shared.Count < MostShared)
            _shared.Add(vendorClass, texts);
        return texts;
    }

    // The chains hold slot + 1, so that arrays of zeros are empty tables.
    void Chain(int slot)
    {
        ref var held = ref this[slot];
        ref var byAddress = ref _byAddress[AddressBucket(held.Address)];
        held.NextByAddress = byAddress;
        byAddress = slot + 1;
        ref var byClient = ref _byClient[ClientBucket(held.ClientHash)];
        held.NextByClient = byClient;
        byClient = slot + 1;
    }

    void Unchain(ref int link, int slot, bool byClient)
    {
        if (link == slot + 1)
        {
            link = byClient ? this[slot].NextByClient : this[slot].NextByAddress;
            return;
        }

        for (var before = link - 1; before >= 0;)
        {
            ref var held = ref this[before];
            ref var next = ref byClient ? ref held.NextByClient : ref held.NextByAddress;
            if (next == slot + 1)
            {
                next = byClient ? this[slot].NextByClient : this[slot].NextByAddress;
                return;
            }

            before = next - 1;
        }
    }

    void Grow()
    {
        _byAddress = new int[_byAddress.Length * 2];
        _byClient = new int[_byClient.Length * 2];
        for (var slot = 0; slot < _used; slot++)
        {
            if (IsUsed(slot))
                Chain(slot);
        }
    }

    // Neighbors lie side by side: leases are loaded in the order of their addresses, and a line of memory holds 16 such numbers.
    int AddressBucket(uint address) => (SeededHash.Of(address >> 4) << 4 | (int)(address & 15)) & (_byAddress.Length - 1);

    int ClientBucket(int hash) => hash & (_byClient.Length - 1);

    const int MostShared = 1024;
}
