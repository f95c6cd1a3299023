using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Disk;

/// <summary>What a disk does wrong at the moment.</summary>
/// <param name="IsFull">No file grows.</param>
/// <param name="IsQuota">What is full is not the disk but its owner's share of it, for which systems have another number.</param>
/// <param name="CopiesOnWrite">Full, it takes nothing at all, as it writes in another place what it changes.</param>
/// <param name="UnsyncedFile">One that cannot be synced, for a bad sector that it has.</param>
/// <param name="FailingReads">Share of them that end in EIO; the others likewise.</param>
sealed record DiskFaults(bool IsFull = false, double FailingReads = 0, double FailingWrites = 0, double FailingSyncs = 0, bool CopiesOnWrite = false, bool IsQuota = false, string? UnsyncedFile = null)
{
    public DiskOutcome WhenFull => IsQuota ? DiskOutcome.OverQuota : DiskOutcome.Full;

    public static DiskFaults None { get; } = new();
}

/// <summary>Files in memory, with names that survive a power cut only when their folder was synced.</summary>
/// <remarks>Every change counts down the fuse of the machine: it can die before any of them, and then nothing happens any more.</remarks>
sealed class SimulatedDisk(SeededRandom random, PowerSupply power)
{
    readonly Dictionary<string, SimulatedFile> _seen = [];
    readonly Dictionary<string, SimulatedFile> _durable = [];
    readonly Dictionary<string, List<SimulatedFile?>> _unsyncedNames = [];

    public DiskFaults Faults { get; set; } = DiskFaults.None;

    /// <summary>Reads, writes and syncs so far.</summary>
    public long Operations { get; private set; }

    public long Syncs { get; private set; }

    /// <summary>Bytes that files may still grow on a full disk, all of them together.</summary>
    public int Room { get; set; }

    /// <summary>Changes with every start of the machine: files that were open before it are open no longer.</summary>
    public int Boot { get; private set; }

    /// <summary>For planted bugs: turns one PRAGMA value into another; null leaves it.</summary>
    public Func<string, string?, string?>? OnPragma { get; init; }

    public bool Exists(string name) => _seen.ContainsKey(name);

    public SimulatedFile? Find(string name) => _seen.GetValueOrDefault(name);

    public DiskOutcome Open(string name, bool mayCreate, out SimulatedFile? file)
    {
        file = null;
        if (!power.Act())
            return DiskOutcome.Error;
        if (_seen.TryGetValue(name, out file))
            return DiskOutcome.Done;
        if (!mayCreate)
            return DiskOutcome.Error;
        if (Faults.IsFull)
            return DiskOutcome.Full;
        file = new();
        Name(name, file);
        return DiskOutcome.Done;
    }

    public DiskOutcome Delete(string name, bool syncFolder)
    {
        if (!Act(Faults.FailingWrites))
            return DiskOutcome.Error;
        if (_seen.Remove(name))
            Unsynced(name).Add(null);
        if (syncFolder)
            SyncFolder();
        return DiskOutcome.Done;
    }

    public DiskOutcome Read(SimulatedFile file, int boot, int offset, Span<byte> into, out int count)
    {
        count = 0;
        Operations++;
        if (boot != Boot || power.IsOff || random.Chance(Faults.FailingReads))
            return DiskOutcome.Error;
        count = file.Read(offset, into);
        return DiskOutcome.Done;
    }

    public DiskOutcome Write(SimulatedFile file, int boot, int offset, ReadOnlySpan<byte> data)
    {
        if (boot != Boot || !Act(0))
            return DiskOutcome.Error;
        if (Faults is { IsFull: true, CopiesOnWrite: true })
            return Faults.WhenFull;
        var growth = Math.Max(0, offset + data.Length - file.Length);
        if (Faults.IsFull && growth > Room)
        {
            if (offset < file.Length)
                file.Write(offset, data[..(file.Length - offset)]);   // what fitted is written
            return Faults.WhenFull;
        }

        if (random.Chance(Faults.FailingWrites))
        {
            if (random.Chance(0.5))
                file.Write(offset, data[..random.Below(data.Length)]);
            return DiskOutcome.Error;
        }

        file.Write(offset, data);
        if (Faults.IsFull)
            Room -= growth;
        return DiskOutcome.Done;
    }

    public DiskOutcome Truncate(SimulatedFile file, int boot, int length)
    {
        if (boot != Boot || !Act(Faults.FailingWrites))
            return DiskOutcome.Error;
        if (length < file.Length)
            file.Truncate(length);
        return DiskOutcome.Done;
    }

    /// <param name="withFolder">Also the names in the folder: SQLite asks for it with a new log or journal.</param>
    public DiskOutcome Sync(SimulatedFile file, int boot, bool withFolder)
    {
        if (boot != Boot || !Act(0))
            return DiskOutcome.Error;
        Syncs++;
        if (random.Chance(Faults.FailingSyncs) || (Faults.UnsyncedFile is { } bad && Find(bad) == file))
        {
            file.FailSync(random);
            return DiskOutcome.Error;
        }

        file.Sync();
        if (withFolder)
            SyncFolder();
        return DiskOutcome.Done;
    }

    /// <summary>The process ended: what it wrote is in the page cache, what it held in memory is gone.</summary>
    public void EndProcess() => Boot++;

    public void CutPower()
    {
        EndProcess();
        foreach (var (name, versions) in _unsyncedNames)
        {
            // The name leads to what it led to at the last sync of the folder, or at any moment since.
            var at = random.Between(-1, versions.Count - 1);
            if (at >= 0)
                Set(_durable, name, versions[at]);
        }

        _unsyncedNames.Clear();
        _seen.Clear();
        foreach (var (name, file) in _durable)
        {
            file.CutPower(random);
            _seen.Add(name, file);
        }
    }

    bool Act(double failing)
    {
        Operations++;
        return power.Act() && !random.Chance(failing);
    }

    void Name(string name, SimulatedFile file)
    {
        _seen[name] = file;
        Unsynced(name).Add(file);
    }

    List<SimulatedFile?> Unsynced(string name)
    {
        if (!_unsyncedNames.TryGetValue(name, out var versions))
            _unsyncedNames[name] = versions = [];
        return versions;
    }

    void SyncFolder()
    {
        foreach (var (name, versions) in _unsyncedNames)
            Set(_durable, name, versions[^1]);
        _unsyncedNames.Clear();
    }

    static void Set(Dictionary<string, SimulatedFile> names, string name, SimulatedFile? file)
    {
        if (file is null)
            names.Remove(name);
        else
            names[name] = file;
    }
}

enum DiskOutcome
{
    Done,
    Full,
    OverQuota,
    Error,
}
