using System.Runtime.InteropServices;
using System.Text;

namespace Cordwain.Storage.Native;

/// <summary>SQLite's own way to its files, but for one thing: what it syncs again and again it syncs by <c>fdatasync</c>, as its builds in Linux distributions do.</summary>
/// <remarks>
/// The SQLite that comes with our driver was compiled without it. <c>fsync</c> writes the file's times as well, which makes the file system commit its
/// own journal for each batch of leases: two writes more, of which a lease survives no better. The first sync of a file is left to SQLite,
/// which also syncs the folder of a new one.
/// </remarks>
static unsafe partial class DataSync
{
    const int Ok = 0, SyncFailed = 10 | 4 << 8;
    const int Interrupted = 4;

    // Of both tables of functions; a later one is longer than what is copied here.
    const int KnownVersion = 3;

    static readonly Lock Gate = new();
    static readonly List<nint> Hooked = [];
    static SqliteVfs* _own;

    /// <summary>Name of the VFS to open stores by; null: SQLite's own.</summary>
    public static string? Vfs { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess ? Register("cordwain") : null;

    static string? Register(string name)
    {
        // The default may be somebody else's: a test's, a disk's that is not there. Those sync as they do.
        _own = sqlite3_vfs_find(null);
        if (_own is null || _own->Version != KnownVersion || Marshal.PtrToStringUTF8((nint)_own->Name) != "unix")
            return null;

        // All but one of its functions know their VFS by its fields alone, so that a copy serves them.
        var copy = (SqliteVfs*)NativeMemory.Alloc((nuint)sizeof(SqliteVfs));
        *copy = *_own;
        copy->Next = null;
        copy->Name = (byte*)Marshal.StringToCoTaskMemUTF8(name);
        copy->Open = &Open;
        return sqlite3_vfs_register(copy, makeDefault: 0) == Ok ? name : null;
    }

    [UnmanagedCallersOnly]
    static int Open(SqliteVfs* vfs, byte* path, SqliteOpenFile* file, int flags, int* outFlags)
    {
        var result = _own->Open(vfs, path, file, flags, outFlags);
        if (result == Ok && file->Methods is not null && file->Methods->Version <= KnownVersion && IsAt(((UnixFile*)file)->Descriptor, path))
            file->Methods = FirstSyncOf(file->Methods);
        return result;
    }

    /// <summary>Whether we read SQLite's record of an open file right: its descriptor is one of that file.</summary>
    static bool IsAt(int descriptor, byte* path)
    {
        var link = stackalloc byte[4096];
        fixed (byte* name = Encoding.ASCII.GetBytes($"/proc/self/fd/{descriptor}\0"))
        {
            var length = path is null ? -1 : readlink(name, link, 4096);
            return length > 0 && new ReadOnlySpan<byte>(link, (int)length).SequenceEqual(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path));
        }
    }

    /// <summary>SQLite's functions for such a file, with ours for its first sync, and behind them those for all later ones.</summary>
    static SqliteFileMethods* FirstSyncOf(SqliteFileMethods* own)
    {
        lock (Gate)
        {
            foreach (var known in Hooked)
            {
                if (((HookedMethods*)known)->Own == own)
                    return &((HookedMethods*)known)->First;
            }

            var made = (HookedMethods*)NativeMemory.Alloc((nuint)sizeof(HookedMethods));
            *made = new() { First = *own, Later = *own, Own = own };
            made->First.Sync = &SyncFirst;
            made->Later.Sync = &SyncLater;
            Hooked.Add((nint)made);
            return &made->First;
        }
    }

    [UnmanagedCallersOnly]
    static int SyncFirst(SqliteOpenFile* file, int flags)
    {
        var hooked = (HookedMethods*)file->Methods;
        var result = hooked->Own->Sync(file, flags);
        if (result == Ok)
            file->Methods = &hooked->Later;
        return result;
    }

    [UnmanagedCallersOnly]
    static int SyncLater(SqliteOpenFile* file, int flags)
    {
        int result;
        do
            result = fdatasync(((UnixFile*)file)->Descriptor);
        while (result != 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result == 0 ? Ok : SyncFailed;
    }

    [LibraryImport("e_sqlite3")]
    private static partial SqliteVfs* sqlite3_vfs_find(byte* name);

    [LibraryImport("e_sqlite3")]
    private static partial int sqlite3_vfs_register(SqliteVfs* vfs, int makeDefault);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(int descriptor);

    [LibraryImport("libc")]
    private static partial nint readlink(byte* path, byte* buffer, nuint size);
}
