using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Cordwain.Simulation.Tests.Disk;

/// <summary>Lets the real SQLite work on simulated disks: a VFS (sqlite.org/vfs.html) whose files lie in <see cref="SimulatedDisk"/>.</summary>
/// <remarks>
/// It is the default VFS of this process, so that the product opens its stores as it always does; paths below <see cref="Root"/> name the
/// disk. Nothing below the page cache is SQLite's to see, and above it all is real: log, checkpoints, recovery.
/// </remarks>
static unsafe partial class SqliteVfs
{
    const string Root = "/simulated-disk";

    const int Ok = 0, IoError = 10, Full = 13, CannotOpen = 14, NotFound = 12, NoMemory = 7;
    const int ReadError = IoError | 1 << 8, ShortRead = IoError | 2 << 8, WriteError = IoError | 3 << 8, SyncError = IoError | 4 << 8,
        TruncateError = IoError | 6 << 8, DeleteError = IoError | 10 << 8, NoSuchFile = IoError | 23 << 8;
    const int CreateFlag = 0x4, DeleteOnCloseFlag = 0x8, MainJournalFlag = 0x800, WalFlag = 0x80000;
    const int LastErrorControl = 4, PragmaControl = 14, QuotaExceeded = 122, PowersafeOverwrite = 0x1000;

    static readonly ConcurrentDictionary<int, SimulatedDisk> Disks = new();
    static readonly SqliteFileMethods* Methods = MakeMethods();
    static int _registered, _disks;

    /// <summary>A file that SQLite has open.</summary>
    sealed record OpenFile(SimulatedDisk Disk, SimulatedFile File, int Boot, string? DeleteOnClose)
    {
        /// <summary>The first sync of a log or journal is one of its folder too.</summary>
        public bool SyncsFolder { get; set; }

        public DiskOutcome LastWrite { get; set; }
    }

    /// <summary>Gives a disk a path under which SQLite finds its files.</summary>
    public static string Mount(SimulatedDisk disk)
    {
        if (Interlocked.Exchange(ref _registered, 1) == 0)
            Register();
        var number = Interlocked.Increment(ref _disks);
        Disks[number] = disk;
        return $"{Root}/{number}";
    }

    public static void Unmount(string path) => Disks.TryRemove(int.Parse(path[(Root.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture), out _);

    static void Register()
    {
        var vfs = (SqliteVfsTable*)NativeMemory.AllocZeroed((nuint)sizeof(SqliteVfsTable));
        vfs->Version = 1;
        vfs->FileSize = sizeof(SqliteOpenFile);
        vfs->MaxPath = 512;
        vfs->Name = (byte*)Marshal.StringToCoTaskMemUTF8("simulated");
        vfs->Open = &Open;
        vfs->Delete = &Delete;
        vfs->Access = &Access;
        vfs->FullPathname = &FullPathname;
        vfs->Randomness = &Randomness;
        vfs->Sleep = &Sleep;
        vfs->CurrentTime = &CurrentTime;
        vfs->GetLastError = &GetLastError;
        var result = sqlite3_vfs_register(vfs, 1);
        if (result != Ok)
            throw new InvalidOperationException($"SQLite does not take the VFS: {result}.");
    }

    static SqliteFileMethods* MakeMethods()
    {
        var methods = (SqliteFileMethods*)NativeMemory.AllocZeroed((nuint)sizeof(SqliteFileMethods));
        methods->Version = 1;
        methods->Close = &Close;
        methods->Read = &Read;
        methods->Write = &Write;
        methods->Truncate = &Truncate;
        methods->Sync = &Sync;
        methods->FileSize = &FileSize;
        methods->Lock = &LockOrUnlock;
        methods->Unlock = &LockOrUnlock;
        methods->CheckReservedLock = &CheckReservedLock;
        methods->FileControl = &FileControl;
        methods->SectorSize = &SectorSize;
        methods->DeviceCharacteristics = &DeviceCharacteristics;
        return methods;
    }

    static bool TryFind(byte* path, [NotNullWhen(true)] out SimulatedDisk? disk, out string name)
    {
        disk = null;
        name = path is null ? "" : Marshal.PtrToStringUTF8((nint)path) ?? "";
        if (!name.StartsWith(Root + "/", StringComparison.Ordinal))
            return false;
        var rest = name.AsSpan(Root.Length + 1);
        var slash = rest.IndexOf('/');
        if (slash < 0 || !int.TryParse(rest[..slash], out var number) || !Disks.TryGetValue(number, out disk))
            return false;
        name = rest[(slash + 1)..].ToString();
        return true;
    }

    [UnmanagedCallersOnly]
    static int Open(SqliteVfsTable* vfs, byte* path, SqliteOpenFile* file, int flags, int* outFlags)
    {
        file->Methods = null;
        if (!TryFind(path, out var disk, out var name))
            return CannotOpen;
        var outcome = disk.Open(name, (flags & CreateFlag) != 0, out var found);
        if (outcome != DiskOutcome.Done)
            return outcome == DiskOutcome.Full ? Full : CannotOpen;

        var open = new OpenFile(disk, found!, disk.Boot, (flags & DeleteOnCloseFlag) != 0 ? name : null)
        {
            // As the unix VFS does it, whether the file was there or not: the process that made it may have died before its first sync.
            SyncsFolder = (flags & CreateFlag) != 0 && (flags & (MainJournalFlag | WalFlag)) != 0,
        };
        file->Handle = GCHandle.ToIntPtr(GCHandle.Alloc(open));
        file->Methods = Methods;
        if (outFlags is not null)
            *outFlags = flags;
        return Ok;
    }

    [UnmanagedCallersOnly]
    static int Delete(SqliteVfsTable* vfs, byte* path, int syncFolder)
    {
        if (!TryFind(path, out var disk, out var name))
            return DeleteError;
        if (!disk.Exists(name))
            return NoSuchFile;
        return disk.Delete(name, syncFolder != 0) == DiskOutcome.Done ? Ok : DeleteError;
    }

    [UnmanagedCallersOnly]
    static int Access(SqliteVfsTable* vfs, byte* path, int flags, int* result)
    {
        // As the unix VFS has it: a file without content does not exist, or a hollow journal would look hot.
        *result = TryFind(path, out var disk, out var name) && disk.Find(name) is { } file && (flags != 0 || file.Length > 0) ? 1 : 0;
        return Ok;
    }

    [UnmanagedCallersOnly]
    static int FullPathname(SqliteVfsTable* vfs, byte* path, int size, byte* into)
    {
        var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path);
        if (name.Length + 1 > size)
            return CannotOpen;
        name.CopyTo(new(into, size));
        into[name.Length] = 0;
        return Ok;
    }

    // SQLite seeds its generator with it, once. Only salts come from it, and they decide nothing here but whether an old frame is old.
    [UnmanagedCallersOnly]
    static int Randomness(SqliteVfsTable* vfs, int count, byte* into)
    {
        new Span<byte>(into, count).Fill(0x5A);
        return count;
    }

    [UnmanagedCallersOnly]
    static int Sleep(SqliteVfsTable* vfs, int microseconds) => 0;

    [UnmanagedCallersOnly]
    static int CurrentTime(SqliteVfsTable* vfs, double* day)
    {
        *day = 2_462_502.5;   // 2030-01-01; nothing asks
        return Ok;
    }

    [UnmanagedCallersOnly]
    static int GetLastError(SqliteVfsTable* vfs, int size, byte* into) => 0;

    [LibraryImport("e_sqlite3")]
    private static partial int sqlite3_vfs_register(SqliteVfsTable* vfs, int makeDefault);

    static OpenFile Of(SqliteOpenFile* file) => Unsafe.As<OpenFile>(GCHandle.FromIntPtr(file->Handle).Target!);

    static int Code(DiskOutcome outcome, int error) => outcome switch { DiskOutcome.Done => Ok, DiskOutcome.Full => Full, _ => error };

    /// <summary>The memory of a PRAGMA value is SQLite's own and is changed in place, where the new one is not longer.</summary>
    static void Replace(byte* value, string by) => Encoding.ASCII.GetBytes(by + "\0", new Span<byte>(value, by.Length + 1));
}
