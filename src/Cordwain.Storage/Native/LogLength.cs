using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Native;

/// <summary>How long the log of a connection is, as SQLite tells with every commit. Takes the place of moving it then (sqlite3_wal_autocheckpoint).</summary>
sealed unsafe partial class LogLength : IDisposable
{
    int* _pages = (int*)NativeMemory.AllocZeroed(sizeof(int));
    long _due;

    /// <param name="most">Pages from which on it is to be moved.</param>
    public LogLength(SqliteConnection connection, long most)
    {
        Most = _due = most;
        sqlite3_wal_hook(connection.Handle!.DangerousGetHandle(), &Committed, _pages);
        GC.KeepAlive(connection);
    }

    public long Most { get; }

    /// <summary>After the last commit.</summary>
    public bool IsLong => *_pages >= _due;

    /// <summary>A move that failed begins from its start the next time, so that it is due only after as many pages more.</summary>
    public void Moved(bool isMoved) => _due = isMoved ? Most : *_pages + Most;

    /// <summary>A commit found no room. What becomes free goes to moving the log, which then begins at its front and needs no more, and not to its growth.</summary>
    public void FoundNoRoom() => _due = 0;

    /// <summary>To be called when the connection is closed.</summary>
    public void Dispose()
    {
        NativeMemory.Free(_pages);
        _pages = null;
    }

    [UnmanagedCallersOnly]
    static int Committed(int* length, nint connection, byte* database, int pages)
    {
        *length = pages;
        return 0;
    }

    [LibraryImport("e_sqlite3")]
    private static partial nint sqlite3_wal_hook(nint database, delegate* unmanaged<int*, nint, byte*, int, int> committed, int* length);
}
