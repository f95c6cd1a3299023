using Cordwain.Simulation.Tests.Disk;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Storage;
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

    public void Dispose()
    {
        Power.Die();
        Disk.Dispose();
        SqliteVfs.Unmount(_folder);
    }
}
