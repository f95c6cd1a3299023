using System.Threading.Channels;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Management.Configuration;
using Cordwain.Management.Stores;
using Microsoft.Extensions.Logging;

namespace Cordwain.Hosting;

/// <summary>Passes events on to the journal, and uses up a <c>once: true</c> assignment when the machine has fetched the last file of its image.</summary>
/// <remarks>The store is written beside the thread that brings the event: a transfer must not wait for the disk, nor fail with it.</remarks>
sealed partial class OnceAssignments : IBootJournal, IAsyncDisposable
{
    readonly IBootJournal _journal;
    readonly BootCatalogs _catalogs;
    readonly IOnceStore _store;
    readonly IMachineDirectory _machines;
    readonly TimeProvider _time;
    readonly ILogger<OnceAssignments> _logger;
    readonly Channel<MachineDefinition> _usedUp = Channel.CreateUnbounded<MachineDefinition>(new() { SingleReader = true });
    readonly Task _writing;

    public OnceAssignments(
        IBootJournal journal, BootCatalogs catalogs, IOnceStore store, IMachineDirectory machines, TimeProvider time, ILogger<OnceAssignments> logger)
    {
        (_journal, _catalogs, _store, _machines, _time, _logger) = (journal, catalogs, store, machines, time, logger);
        _writing = Task.Run(Write);
    }

    // Only reads use an assignment up, and they come as they are.
    public void Record(IPendingEvent pending) => _journal.Record(pending);

    public void Record(BootEvent boot)
    {
        _journal.Record(boot);
        if (boot is not BootEvent.Read { Outcome: ReadOutcome.Completed } read)
            return;

        var identity = boot.Machine.Mac is null ? _machines.FindByAddress(boot.Address)?.Machine ?? boot.Machine : boot.Machine;
        var catalog = _catalogs.Current;
        if (catalog.Machines.Find(identity) is not { Once: true, Armed: true, Boot: { } image } machine
            || !catalog.Images.TryGetValue(image, out var definition) || !LastFile.Completes(definition, read))
            return;

        _catalogs.Disarm(machine.Name, machine.DeclarationHash);
        _usedUp.Writer.TryWrite(machine);
        _journal.Record(new BootEvent.Note($"{machine.Name} has had its one boot of {image}; from now on it boots from its disk{DoubtOf(machine, boot)}")
        {
            At = boot.At,
            Machine = identity,
            Address = boot.Address,
        });
    }

    /// <summary>Ends after everything that was used up is stored.</summary>
    public async ValueTask DisposeAsync()
    {
        _usedUp.Writer.TryComplete();
        await _writing;
    }

    /// <summary>
    /// What speaks against its having been this machine that asked. It counts all the same: behind a router that rewrites addresses, or with a script that names
    /// another card than it boots from, the claim is all there is, and a boot that did not count would be an installation again and again.
    /// </summary>
    string DoubtOf(MachineDefinition machine, BootEvent boot)
    {
        if (machine.Macs.IsEmpty || _machines.FindByAddress(boot.Address)?.Machine is not { Mac: { } mac } holder
            || machine.Macs.Contains(mac) || (holder.Uuid is { } uuid && uuid == machine.Uuid))
            return "";
        return $" (it was {boot.Address} that asked, the address of {mac}: if that is another machine, a changed declaration arms {machine.Name} again)";
    }

    async Task Write()
    {
        await foreach (var machine in _usedUp.Reader.ReadAllAsync())
        {
            try
            {
                _store.MarkUsedUp(machine.Name, machine.DeclarationHash, _time.GetUtcNow());
            }
            catch (IOException e)
            {
                NotStored(machine.Name, e);
            }
        }
    }

    [LoggerMessage(2721, LogLevel.Error, "That {Machine} has had its one boot could not be stored: after a restart of Cordwain it would be installed again. Take 'once' off the machine, or mend the disk and let it boot once more.")]
    partial void NotStored(string machine, Exception e);
}
