using Cordwain.Boot.Slots;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Machines;

/// <summary>Remembers the last sighting of each card, in memory, up to a bound; the longest unseen go first.</summary>
/// <remarks>
/// For any thread: each call holds a lock for less than a microsecond. Holds no clock: an address belongs to whoever was last seen with it.
/// In arrays, as every DISCOVER of a boot client comes by here: no object is left behind for the garbage collector to walk.
/// </remarks>
/// <param name="capacity">How many cards to remember; a flood of invented ones cannot take more.</param>
public sealed class MachineDirectory(int capacity = 65_536) : IMachineDirectory
{
    readonly Lock _gate = new();
    readonly AgedSlots _slots = new();
    readonly SlotIndex _byMac = new(), _byAddress = new();
    Seen[] _seen = [];

    /// <summary>A sighting as it lies in memory.</summary>
    struct Seen
    {
        public MacAddress Mac;
        public Guid? Uuid;
        public string? Serial, Network;

        /// <summary>The last that it was seen with; another card may have it now.</summary>
        public Ipv4Address Address;
        public ClientArchitecture? Architecture;
        public bool IsIpxe, HoldsAddress;

        public readonly MachineSighting ToSighting() => new(new(Mac, Uuid, Serial), Address, Architecture, IsIpxe, Network);
    }

    public int Count
    {
        get
        {
            lock (_gate)
                return _slots.Count;
        }
    }

    public MachineSighting? FindByAddress(Ipv4Address address)
    {
        lock (_gate)
            return _byAddress.Find(address.Value) is var slot and >= 0 ? _seen[slot].ToSighting() : null;
    }

    public MachineSighting? FindByMac(MacAddress mac)
    {
        lock (_gate)
            return _byMac.Find(mac.Value) is var slot and >= 0 ? _seen[slot].ToSighting() : null;
    }

    /// <summary>Takes in what a machine said. Without a MAC there is nothing to know it by; without an address, the one known before stays.</summary>
    public void Learn(MachineSighting sighting)
    {
        ArgumentNullException.ThrowIfNull(sighting);
        Learn(sighting.Machine, sighting.Address, sighting.Architecture, sighting.IsIpxe, sighting.Network);
    }

    /// <inheritdoc cref="Learn(MachineSighting)"/>
    /// <param name="isIpxe">Null: it did not say; what was known before stays.</param>
    public void Learn(MachineIdentity machine, Ipv4Address address, ClientArchitecture? architecture, bool? isIpxe, string? network)
    {
        ArgumentNullException.ThrowIfNull(machine);
        if (machine.Mac is not { } mac)
            return;

        lock (_gate)
        {
            var slot = _byMac.Find(mac.Value);
            if (slot >= 0)
                _slots.Renew(slot);
            else
                slot = Add(mac);

            // What was known of the same machine and this sighting does not say stays.
            ref var seen = ref _seen[slot];
            seen.Uuid = machine.Uuid ?? seen.Uuid;
            seen.Serial = machine.Serial ?? seen.Serial;
            seen.Architecture = architecture ?? seen.Architecture;
            seen.IsIpxe = isIpxe ?? seen.IsIpxe;
            seen.Network = network ?? seen.Network;
            if (!address.IsAny)
                Hold(slot, address);
        }
    }

    int Add(MacAddress mac)
    {
        if (_slots.Count == capacity)
            Forget(_slots.Oldest);
        var slot = _slots.Take();
        if (slot >= _seen.Length)
            Array.Resize(ref _seen, Math.Max(16, _seen.Length * 2));
        _seen[slot] = new() { Mac = mac };
        _byMac.Add(mac.Value, slot);
        return slot;
    }

    /// <summary>The address is this card's from now on, and nobody else's.</summary>
    void Hold(int slot, Ipv4Address address)
    {
        ref var seen = ref _seen[slot];
        if (seen.HoldsAddress && seen.Address == address)
            return;

        LetGo(slot);
        if (_byAddress.Find(address.Value) is var other and >= 0)
            LetGo(other);
        (seen.Address, seen.HoldsAddress) = (address, true);
        _byAddress.Add(address.Value, slot);
    }

    /// <summary>It is not found by its address any longer; what it said of it stays.</summary>
    void LetGo(int slot)
    {
        if (_seen[slot].HoldsAddress)
            _byAddress.Remove(slot);
        _seen[slot].HoldsAddress = false;
    }

    void Forget(int slot)
    {
        LetGo(slot);
        _byMac.Remove(slot);
        _seen[slot] = default;
        _slots.Free(slot);
    }
}
