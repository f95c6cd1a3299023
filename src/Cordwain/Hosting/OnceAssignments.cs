using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Management.Configuration;
using Cordwain.Management.Stores;

namespace Cordwain.Hosting;

/// <summary>Passes events on to the journal, and uses up a <c>once: true</c> assignment when the machine has fetched the last file of its image.</summary>
sealed class OnceAssignments(IBootJournal journal, BootCatalogs catalogs, IOnceStore store, IMachineDirectory machines, TimeProvider time) : IBootJournal
{
    public void Record(BootEvent boot)
    {
        journal.Record(boot);
        if (boot is not BootEvent.Read { Outcome: ReadOutcome.Completed } read)
            return;

        var identity = boot.Machine.Mac is null ? machines.FindByAddress(boot.Address)?.Machine ?? boot.Machine : boot.Machine;
        var catalog = catalogs.Current;
        if (catalog.Machines.Find(identity) is not { Once: true, Armed: true, Boot: { } image } machine
            || !catalog.Images.TryGetValue(image, out var definition) || !LastFile.Completes(definition, read))
            return;

        store.MarkUsedUp(machine.Name, machine.DeclarationHash, time.GetUtcNow());
        catalogs.Disarm(machine.Name, machine.DeclarationHash);
        journal.Record(new BootEvent.Note($"{machine.Name} has had its one boot of {image}; from now on it boots from its disk")
        {
            At = boot.At,
            Machine = identity,
            Address = boot.Address,
        });
    }
}
