using Cordwain.Boot.Catalog;

namespace Cordwain.Management.Configuration;

/// <summary>Holds the catalog that is in force. Reading costs nothing and never waits.</summary>
public sealed class BootCatalogs(BootCatalog first)
{
    readonly Lock _gate = new();
    volatile BootCatalog _current = first;

    /// <summary>A reader takes it once and uses that one to the end of its decision.</summary>
    public BootCatalog Current => _current;

    /// <summary>Raised after the change, one change at a time; the old one comes first. A listener must not publish.</summary>
    public event Action<BootCatalog, BootCatalog>? Changed;

    /// <summary>Puts a new catalog in force. What was disarmed since it was read stays disarmed: a machine must not be installed twice because a file was saved meanwhile.</summary>
    public void Publish(BootCatalog catalog) => Update(old => KeepDisarmed(old, catalog));

    /// <summary>Replaces the catalog by what becomes of it; changes that come at the same time are made one after the other.</summary>
    public void Update(Func<BootCatalog, BootCatalog> change)
    {
        lock (_gate)
        {
            var old = _current;
            var next = change(old);
            if (ReferenceEquals(old, next))
                return;
            _current = next;
            Changed?.Invoke(old, next);
        }
    }

    static BootCatalog KeepDisarmed(BootCatalog old, BootCatalog next)
    {
        var spent = old.Machines.All.Where(machine => machine is { Once: true, Armed: false }).Select(machine => (machine.Name, machine.DeclarationHash)).ToHashSet();
        if (!next.Machines.All.Any(IsSpent))
            return next;
        return next with { Machines = new MachineRegistry([.. next.Machines.All.Select(machine => IsSpent(machine) ? machine with { Armed = false } : machine)]) };

        bool IsSpent(MachineDefinition machine) => machine is { Once: true, Armed: true } && spent.Contains((machine.Name, machine.DeclarationHash));
    }

    /// <summary>Notes that a machine's one boot has happened, when the declaration is still the one it was armed by.</summary>
    public void Disarm(string machine, string declarationHash) => Update(catalog =>
    {
        var found = catalog.Machines.All.FirstOrDefault(candidate => candidate.Name == machine && candidate.DeclarationHash == declarationHash && candidate is { Once: true, Armed: true });
        return found is null ? catalog : catalog with { Machines = new MachineRegistry(catalog.Machines.All.Replace(found, found with { Armed = false })) };
    });
}
