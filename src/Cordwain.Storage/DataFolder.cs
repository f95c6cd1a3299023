using Cordwain.Management;
using Cordwain.Storage.Journal;
using Cordwain.Storage.Leases;
using Cordwain.Storage.Objects;

namespace Cordwain.Storage;

/// <summary>The folder with all that Cordwain must remember. One process at a time has it open.</summary>
/// <remarks>The lock belongs to the open file (flock): it ends with its process, however that ends, and no stale one is ever found.</remarks>
public sealed class DataFolder : IDisposable
{
    readonly FileStream _lock;

    DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Makes the folder when it is missing, readable for its owner only, and locks it.</summary>
    /// <exception cref="StorageException">Another process has it (CW2301), or it cannot be used (CW2302).</exception>
    public static DataFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) is WouldBlock or SharingViolation)
        {
            throw new StorageException(StorageProblems.FolderInUse(path), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageProblems.FolderUnusable(path, e.Message), e);
        }
    }

    /// <param name="report">Gets what is worth a warning, such as rows that do not read.</param>
    /// <exception cref="StorageException">The store is damaged, too new, or cannot be opened.</exception>
    public SqliteLeaseStore OpenLeases(Action<Problem>? report = null)
    {
        // The leases are opened first, so that in a folder of a first start that was cut short nothing else is there either.
        var wasUsed = File.Exists(ObjectsFile);
        var file = System.IO.Path.Combine(Path, "leases.db");
        var leases = new SqliteLeaseStore(file, report);
        if (leases.IsNew && wasUsed)
            report?.Invoke(StorageProblems.Missing(file));
        return leases;
    }

    /// <exception cref="StorageException">The store is too new, or cannot be opened.</exception>
    public SqliteBootStore OpenJournal(JournalLimits? limits = null, Action<Problem>? report = null) =>
        new(System.IO.Path.Combine(Path, "journal.db"), limits, report);

    /// <exception cref="StorageException">The store is damaged, too new, or cannot be opened.</exception>
    public SqliteOnceStore OpenObjects(Action<Problem>? report = null) => new(ObjectsFile, report);

    /// <summary>How the time of leases and the clock on the wall stand to each other.</summary>
    public ClockFile OpenClock() => new(System.IO.Path.Combine(Path, "clock"));

    public void Dispose() => _lock.Dispose();

    string ObjectsFile => System.IO.Path.Combine(Path, "objects.db");

    const int WouldBlock = 11, SharingViolation = 32;
}
