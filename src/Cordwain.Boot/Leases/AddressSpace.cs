using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>The pools of a network as one row of numbered addresses, and which of them may be given to anybody.</summary>
sealed class AddressSpace
{
    readonly ImmutableArray<AddressRange> _pools;
    readonly ImmutableArray<AddressRange> _excluded;
    readonly int[] _starts;
    readonly HashSet<uint> _reserved = [];
    readonly HashSet<uint> _withheld = [];
    readonly AddressSet _givable;

    /// <param name="machines">Addresses of the machines of the configuration, in whatever network.</param>
    /// <param name="own">Our own addresses, in whatever network.</param>
    public AddressSpace(NetworkDefinition network, IEnumerable<uint> machines, IEnumerable<uint> own)
    {
        Subnet = network.Subnet;
        _pools = network.Pools;
        _excluded = network.Excluded;
        _starts = new int[_pools.Length];
        for (var i = 0; i < _pools.Length; i++)
        {
            _starts[i] = Size;
            Size = (int)Math.Min(Size + _pools[i].Count, int.MaxValue / 2);
        }

        _reserved.UnionWith(network.Reservations.Where(reservation => reservation.Address is not null).Select(reservation => reservation.Address!.Value.Value));
        _reserved.UnionWith(machines.Where(address => Subnet.Contains(new(address))));
        CollectWithheld(network, own);
        _givable = new(Size);
        _givable.Fill();
        foreach (var range in _excluded)
            ClearRange(range);
        foreach (var address in _reserved.Concat(_withheld))
            Clear(address);
    }

    public Ipv4Network Subnet { get; }

    /// <summary>How many addresses the pools have, given or not.</summary>
    public int Size { get; private set; }

    /// <summary>How many of them may be given to anybody.</summary>
    public int Givable => _givable.Count;

    /// <returns>-1 for an address outside the pools.</returns>
    public int IndexOf(uint address)
    {
        for (var i = 0; i < _pools.Length; i++)
        {
            if (_pools[i].Contains(new(address)))
                return (int)Math.Min(_starts[i] + (long)(address - _pools[i].First.Value), int.MaxValue) is var index && index < Size ? index : -1;
        }

        return -1;
    }

    public uint AddressAt(int index)
    {
        var pool = _starts.Length - 1;
        while (_starts[pool] > index)
            pool--;
        return _pools[pool].First.Value + (uint)(index - _starts[pool]);
    }

    public bool IsGivable(int index) => _givable.Contains(index);

    public bool IsGivable(uint address) => IndexOf(address) is var index and >= 0 && _givable.Contains(index);

    public bool IsReserved(uint address) => _reserved.Contains(address);

    /// <summary>The network's own, its broadcast address, or one of ours: nobody can have it, reserved or not.</summary>
    public bool IsUnusable(uint address) =>
        !Subnet.Contains(new(address)) || Own.Contains(address)
        || (Subnet.PrefixLength < 31 && (address == Subnet.Address.Value || address == Subnet.Broadcast.Value));

    public HashSet<uint> Own { get; } = [];

    /// <summary>Takes one of our own addresses out, found after the space was made.</summary>
    public void AddOwn(uint address)
    {
        Own.Add(address);
        _withheld.Add(address);
        Clear(address);
    }

    public AddressSet CopyGivable()
    {
        var copy = new AddressSet(Size);
        copy.Fill();
        if (_givable.Count == Size)
            return copy;
        for (var index = 0; index < Size; index++)
        {
            if (!_givable.Contains(index))
                copy.Set(index, false);
        }

        return copy;
    }

    public bool SameAs(AddressSpace other) =>
        Subnet == other.Subnet && _pools.SequenceEqual(other._pools) && _excluded.SequenceEqual(other._excluded)
        && _reserved.SetEquals(other._reserved) && _withheld.SetEquals(other._withheld);

    void CollectWithheld(NetworkDefinition network, IEnumerable<uint> own)
    {
        Own.UnionWith(own.Where(address => Subnet.Contains(new(address))));
        _withheld.UnionWith(Own);
        if (Subnet.PrefixLength < 31)
            _withheld.UnionWith([Subnet.Address.Value, Subnet.Broadcast.Value]);
        if (network.NextServer is { } next)
            _withheld.Add(next.Value);
        _withheld.UnionWith(network.Relays.Select(relay => relay.Value));
        foreach (var option in network.Options)
        {
            var names = option.Code == DhcpOptions.Router.Code || option.Code == DhcpOptions.DomainNameServer.Code;
            if (names && option.SubCode is null && OptionCodecs.Ipv4List.TryDecode(option.Payload.Span, out var addresses))
                _withheld.UnionWith(addresses.Select(address => address.Value));
        }
    }

    void ClearRange(AddressRange range)
    {
        foreach (var pool in _pools)
        {
            var first = Math.Max(pool.First.Value, range.First.Value);
            var last = Math.Min(pool.Last.Value, range.Last.Value);
            for (var address = (ulong)first; address <= last; address++)
                Clear((uint)address);
        }
    }

    void Clear(uint address)
    {
        if (IndexOf(address) is var index and >= 0)
            _givable.Set(index, false);
    }
}
