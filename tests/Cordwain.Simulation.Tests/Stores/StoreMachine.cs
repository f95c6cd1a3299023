using Cordwain.Simulation.Tests.Disk;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Storage;
using Cordwain.Storage.Journal;
using Cordwain.Storage.Leases;

namespace Cordwain.Simulation.Tests.Stores;

/// <summary>A machine with one store of leases, whose log begins anew after few pages.</summary>
sealed class StoreMachine : IDisposable
{
    readonly string _folder;

    public StoreMachine(SeededRandom random, string pages = "60")
    {
        Disk = new(random.Branch(), Power) { OnPragma = (name, _) => name == "wal_autocheckpoint" ? pages : null };
        _folder = SqliteVfs.Mount(Disk);
    }

    public PowerSupply Power { get; } = new();

    public SimulatedDisk Disk { get; }

    public string Store => $"{_folder}/leases.db";

    public string Journal => $"{_folder}/journal.db";

    public void Kill()
    {
        Disk.EndProcess();
        Power.Restore();
    }

    public void CutPower()
    {
        Disk.CutPower();
        Power.Restore();
    }

    /// <summary>What a start would say of the log: nothing, as long as the disk does not damage what it has stored.</summary>
    public string? LogFinding() => Disk.Find("leases.db-wal") is { } log ? WriteAheadLog.Finding(new MemoryStream(log.Seen.ToArray())) : null;

    /// <summary>What the next start finds, as client:batch; or why it does not start.</summary>
    public string Held()
    {
        try
        {
            using var store = new SqliteLeaseStore(Store);
            return string.Join(' ', store.Load().Select(StoredLeases.Describe));
        }
        catch (StorageException e)
        {
            return e.Message;
        }
    }

    /// <summary>Whether the next start finds a journal that is sound; if not, what it says.</summary>
    public bool JournalReads(out string problem)
    {
        problem = "";
        try
        {
            var said = "";
            using var journal = new SqliteBootStore(Journal, report: found => said = found.Message);
            journal.List(int.MaxValue);
            problem = said;
        }
        catch (StorageException e)
        {
            problem = e.Message;
        }

        return problem.Length == 0;
    }

    public void Dispose()
    {
        Power.Die();
        SqliteVfs.Unmount(_folder);
    }
}
