using Cordwain.Boot.Catalog;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>The networks of the catalog as the table keeps them, followed when the catalog is replaced.</summary>
/// <remarks>A catalog that changes nothing about addresses costs next to nothing: it comes with every boot of a machine that is armed once.</remarks>
sealed class NetworkIndex(BindingSlots slots)
{
    readonly Dictionary<NetworkDefinition, NetworkLeases> _byDefinition = new(ReferenceEqualityComparer.Instance);
    NetworkLeases[] _bySubnet = [];
    BootCatalog? _catalog;
    MachineRegistry? _registry;
    uint[] _machines = [];
    HashSet<uint> _own = [];

    public NetworkLeases Enter(NetworkDefinition network, BootCatalog catalog, uint now)
    {
        if (ReferenceEquals(catalog, _catalog) && _byDefinition.TryGetValue(network, out var here))
            return here;

        Follow(network, catalog, now);
        return _byDefinition[network];
    }

    /// <summary>The network that holds an address; null when none does, or none was entered yet.</summary>
    public NetworkLeases? At(uint address)
    {
        int low = 0, high = _bySubnet.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var subnet = _bySubnet[middle].Space.Subnet;
            if (subnet.Contains(new(address)))
                return _bySubnet[middle];
            if (subnet.Address.Value > address)
                high = middle - 1;
            else
                low = middle + 1;
        }

        return null;
    }

    public void AddOwn(uint address, uint now)
    {
        if (address != 0 && _own.Add(address))
            At(address)?.AddOwn(address, now);
    }

    public void SetOwn(IEnumerable<uint> addresses, uint now)
    {
        _own = [.. addresses];
        var outdated = new List<(NetworkLeases, AddressSpace)>();
        foreach (var here in _bySubnet)
            Compare(here, outdated);
        Rebuild(outdated, now);
    }

    void Follow(NetworkDefinition network, BootCatalog catalog, uint now)
    {
        _catalog = catalog;
        var machinesMoved = FollowMachines(catalog.Machines);
        var earlier = _bySubnet.ToDictionary(here => here.Space.Subnet);
        var outdated = new List<(NetworkLeases, AddressSpace)>();
        _byDefinition.Clear();
        foreach (var definition in catalog.Networks.Where(definition => definition.Role == NetworkRole.Server).Append(network))
        {
            if (_byDefinition.ContainsKey(definition))
                continue;

            if (earlier.TryGetValue(definition.Subnet, out var here))
            {
                var isRedefined = !ReferenceEquals(here.Network, definition);
                if (isRedefined)
                    here.Redefine(definition);
                if (isRedefined || machinesMoved)
                    Compare(here, outdated);
            }
            else
            {
                var space = new AddressSpace(definition, _machines, _own);
                here = new(definition, space, slots);
                outdated.Add((here, space));
            }

            _byDefinition.Add(definition, here);
        }

        _bySubnet = [.. _byDefinition.Values.Distinct().OrderBy(here => here.Space.Subnet.Address)];
        Rebuild(outdated, now);
    }

    /// <returns>True when the addresses of the configuration's machines are others than before.</returns>
    bool FollowMachines(MachineRegistry registry)
    {
        if (ReferenceEquals(_registry, registry))
            return false;

        _registry = registry;
        uint[] machines = [.. registry.All.Where(machine => machine.Address is not null).Select(machine => machine.Address!.Value.Value)];
        var moved = !machines.AsSpan().SequenceEqual(_machines);
        _machines = machines;
        return moved;
    }

    void Compare(NetworkLeases here, List<(NetworkLeases, AddressSpace)> outdated)
    {
        var space = new AddressSpace(here.Network, _machines, _own);
        if (!space.SameAs(here.Space))
            outdated.Add((here, space));
    }

    // One pass over all bindings, however many networks are new.
    void Rebuild(List<(NetworkLeases Here, AddressSpace Space)> outdated, uint now)
    {
        if (outdated.Count == 0)
            return;

        var members = outdated.ToDictionary(pair => pair.Here, _ => new List<int>(), (IEqualityComparer<NetworkLeases>)ReferenceEqualityComparer.Instance);
        for (var slot = 0; slot < slots.End; slot++)
        {
            if (slots.IsUsed(slot) && At(slots[slot].Address) is { } here && members.TryGetValue(here, out var list))
                list.Add(slot);
        }

        foreach (var (here, space) in outdated)
            here.Rebuild(space, members[here], now);
    }
}
