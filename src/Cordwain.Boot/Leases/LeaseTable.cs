using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>All bindings of all networks, and the address side of every DHCP answer (RFC 2131 §4.3).</summary>
/// <remarks>
/// In memory and for one thread. A change is made here first; the caller makes it durable and only then lets the ACK leave. When the store
/// fails, <see cref="Revert"/> takes back every change since the last that was stored, before anything else is asked.
/// </remarks>
public sealed partial class LeaseTable
{
    readonly BindingSlots _slots = new();
    readonly PriorityQueue<int, uint> _ends = new();
    readonly NetworkIndex _networks;

    public LeaseTable() => _networks = new(_slots);

    /// <summary>How many addresses have a stored binding, of whatever state.</summary>
    public int Count => _slots.Count;

    /// <summary>Takes over what the store holds; of two bindings of one address the later wins.</summary>
    public void Load(IEnumerable<LeaseBinding> bindings)
    {
        foreach (var binding in bindings)
            Write(binding, now: 0);
    }

    /// <summary>Answers one message. Changes the table when the verdict carries a change, or an offer.</summary>
    /// <param name="network">The network that the message belongs to; of <paramref name="catalog"/>.</param>
    public LeaseVerdict Answer(LeaseQuestion question, NetworkDefinition network, BootCatalog catalog, DateTimeOffset now)
    {
        var second = LeaseSeconds.Floor(now);
        var here = _networks.Enter(network, catalog, second);
        _networks.AddOwn(question.Server.Value, second);
        Expire(second, EndsPerAnswer);
        here.Expire(second);

        if (question.Client == default)
            return new LeaseVerdict.Silent(LeaseTraces.Nameless);
        var inquiry = new Inquiry(question, here, here.Known.Find(question, catalog.Machines), second) { NextSecond = LeaseSeconds.Ceiling(now) };
        if (inquiry.Known.IsIgnored)
            return new LeaseVerdict.Silent(LeaseTraces.Ignored);

        return question.Type switch
        {
            DhcpMessageType.Discover => Discover(inquiry),
            DhcpMessageType.Request => Request(inquiry),
            DhcpMessageType.Decline => Decline(inquiry),
            DhcpMessageType.Release => Release(inquiry),
            DhcpMessageType.Inform => new LeaseVerdict.Inform(LeaseTraces.Inform),
            _ => new LeaseVerdict.Silent(LeaseTraces.NotAsked),
        };
    }

    /// <summary>Takes changes back that could not be stored: all since the last that was, in the order in which they were made.</summary>
    public void Revert(ReadOnlySpan<LeaseChange> changes, DateTimeOffset now)
    {
        var second = LeaseSeconds.Floor(now);
        for (var i = changes.Length - 1; i >= 0; i--)
        {
            if (changes[i].Previous is { } previous)
                Write(previous, second);
            else
                Erase(changes[i].Address.Value, second);
        }
    }

    /// <summary>What is left of the client's stored lease, for an ACK that needs no store while the disk is full; null: nothing to renew.</summary>
    public LeaseGrant? Remaining(LeaseQuestion question, NetworkDefinition network, DateTimeOffset now)
    {
        var address = question.Ciaddr.IsAny ? question.Requested : question.Ciaddr;
        var isAsked = question.Type == DhcpMessageType.Request && question.Client != default && (question.ServerId is null || question.IsForUs);
        var slot = isAsked ? _slots.Find(address.Value) : -1;
        var nextSecond = LeaseSeconds.Ceiling(now);
        if (slot < 0 || !network.Subnet.Contains(address) || !_slots.Holds(slot, question.Client) || !_slots[slot].IsBound(nextSecond))
            return null;

        var end = _slots[slot].Expires;
        return LeaseTerms.Grant(address, end == LeaseSeconds.Never ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(end - nextSecond), network, null);
    }

    /// <summary>Our addresses on all interfaces, which no pool gives away. Those named in questions are learnt besides, until the next call.</summary>
    public void SetOwnAddresses(IEnumerable<Ipv4Address> addresses, DateTimeOffset now) =>
        _networks.SetOwn(addresses.Select(address => address.Value), LeaseSeconds.Floor(now));

    /// <summary>A probe was answered: the address is left alone for a time. Says nothing about an address whose holder we know.</summary>
    /// <param name="by">Who answered, where ARP told: that machine may still get it.</param>
    /// <returns>True when that was not known yet.</returns>
    public bool MarkInUse(Ipv4Address address, DateTimeOffset until, DateTimeOffset now, MacAddress? by = null)
    {
        var second = LeaseSeconds.Floor(now);
        return _slots.Find(address.Value) is var slot && (slot < 0 || !_slots[slot].IsBound(second))
            && _networks.At(address.Value)?.MarkInUse(address.Value, LeaseSeconds.Ceiling(until), by, second) == true;
    }

    /// <summary>A probe was not answered.</summary>
    public void MarkProbedFree(Ipv4Address address, DateTimeOffset now) =>
        _networks.At(address.Value)?.MarkProbedFree(address.Value, LeaseSeconds.Floor(now));

    /// <summary>Addresses to probe next, so that about <paramref name="ready"/> probed ones wait for new clients. Each is named once; report on it soon.</summary>
    public IReadOnlyList<Ipv4Address> NextToProbe(NetworkDefinition network, BootCatalog catalog, int ready, DateTimeOffset now)
    {
        var second = LeaseSeconds.Floor(now);
        var here = _networks.Enter(network, catalog, second);
        here.Expire(second);
        return here.NextToProbe(ready, second);
    }

    public LeaseStatistics Statistics(NetworkDefinition network, BootCatalog catalog, DateTimeOffset now)
    {
        var second = LeaseSeconds.Floor(now);
        var here = _networks.Enter(network, catalog, second);
        Expire(second, int.MaxValue);
        here.Expire(second);
        return here.Statistics;
    }

    public LeaseBinding? Find(Ipv4Address address) => _slots.Find(address.Value) is var slot and >= 0 ? _slots.ToBinding(slot) : null;

    /// <summary>The addresses that have a stored binding, in no order. The table must not change meanwhile.</summary>
    public IEnumerable<Ipv4Address> Addresses()
    {
        for (var slot = 0; slot < _slots.End; slot++)
        {
            if (_slots.IsUsed(slot))
                yield return new(_slots[slot].Address);
        }
    }

    /// <summary>All bindings, in no order. The table must not change meanwhile.</summary>
    public IEnumerable<LeaseBinding> Bindings()
    {
        for (var slot = 0; slot < _slots.End; slot++)
        {
            if (_slots.IsUsed(slot))
                yield return _slots.ToBinding(slot);
        }
    }

    /// <summary>Forgets an address at the operator's word; null when there is nothing to forget.</summary>
    public LeaseChange? Forget(Ipv4Address address, DateTimeOffset now)
    {
        if (Find(address) is not { } previous)
            return null;

        Erase(address.Value, LeaseSeconds.Floor(now));
        return new(address, null) { Previous = previous };
    }

    /// <summary>Takes over a binding from another server's store; null when somebody else holds its address.</summary>
    public LeaseChange? Import(LeaseBinding binding, DateTimeOffset now)
    {
        var second = LeaseSeconds.Floor(now);
        var slot = _slots.Find(binding.Address.Value);
        return slot >= 0 && _slots[slot].IsActive(second) && !_slots.Holds(slot, binding.Client) ? null : Put(binding, second);
    }

    LeaseChange Put(LeaseBinding binding, uint now)
    {
        var previous = Find(binding.Address);
        var slot = Write(binding, now);
        return new(binding.Address, _slots.ToBinding(slot)) { Previous = previous };
    }

    int Write(LeaseBinding binding, uint now)
    {
        var address = binding.Address.Value;
        var slot = _slots.Put(address, binding.Client, binding.Mac, binding.HostName, binding.VendorClass);
        ref var held = ref _slots[slot];
        held.State = binding.State;
        held.Since = LeaseSeconds.Floor(binding.Since);
        held.Expires = LeaseSeconds.Ceiling(binding.Expires);
        if (held.IsActive(now))
            QueueEnd(slot);
        if (_networks.At(address) is { } here)
        {
            if (here.Offers.At(address) is { } offer)
                here.Offers.Remove(offer);
            here.Settle(address, now);
        }

        return slot;
    }

    void Erase(uint address, uint now)
    {
        var slot = _slots.Find(address);
        if (slot < 0)
            return;

        var here = _networks.At(address);
        here?.Detach(slot);
        _slots.Remove(slot);
        here?.Settle(address, now);
    }

    // One entry a slot, whatever renewals come: it is looked at when its time is up, and queued again when the lease goes on.
    void QueueEnd(int slot)
    {
        ref var held = ref _slots[slot];
        if (held.Expires == LeaseSeconds.Never || (held.QueuedAt != 0 && held.QueuedAt <= held.Expires))
            return;

        held.QueuedAt = held.Expires;
        _ends.Enqueue(slot, held.Expires);
    }

    void Expire(uint now, int most)
    {
        while (most-- > 0 && _ends.TryPeek(out var slot, out var due) && due <= now)
        {
            _ends.Dequeue();
            ref var held = ref _slots[slot];
            if (held.QueuedAt != due)
                continue;

            held.QueuedAt = 0;
            if (held.IsActive(now))
                QueueEnd(slot);
            else
                _networks.At(held.Address)?.Settle(held.Address, now);
        }
    }

    /// <summary>A question with all that is known before it is answered.</summary>
    readonly record struct Inquiry(LeaseQuestion Question, NetworkLeases Here, KnownClient Known, uint Now)
    {
        /// <summary>From where a lease is counted: its client counts from the moment itself, and must not believe longer than we.</summary>
        public uint NextSecond { get; init; }

        public ClientKey Client => Question.Client;

        public bool IsStrangerShutOut => Here.Network.KnownOnly && !Known.IsKnown;
    }

    // Twice what one answer can add would do; more, so that a wave of ends is worked off while the clients come back.
    const int EndsPerAnswer = 16;
}
