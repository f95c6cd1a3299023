using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cordwain.Storage.Native;

/// <summary><c>sqlite3_vfs</c> (sqlite.org/c3ref/vfs.html), version 3.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct SqliteVfs
{
    public readonly int Version;
    readonly int _fileSize, _maxPath;
    public SqliteVfs* Next;
    public byte* Name;
    readonly nint _data;
    public delegate* unmanaged<SqliteVfs*, byte*, SqliteOpenFile*, int, int*, int> Open;
    readonly Rest _rest;

    /// <summary>Functions that are copied and never called from here.</summary>
    [InlineArray(15)]
    struct Rest
    {
        nint _first;
    }
}

/// <summary><c>sqlite3_io_methods</c> (sqlite.org/c3ref/io_methods.html), version 3.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct SqliteFileMethods
{
    public readonly int Version;
    readonly nint _close;
    public readonly delegate* unmanaged<SqliteOpenFile*, byte*, int, long, int> Read;
    public readonly delegate* unmanaged<SqliteOpenFile*, byte*, int, long, int> Write;
    public readonly delegate* unmanaged<SqliteOpenFile*, long, int> Truncate;
    public delegate* unmanaged<SqliteOpenFile*, int, int> Sync;
    public readonly delegate* unmanaged<SqliteOpenFile*, long*, int> FileSize;
    readonly nint _lock, _unlock, _checkReservedLock;
    public readonly delegate* unmanaged<SqliteOpenFile*, int, void*, int> FileControl;
    readonly Rest _rest;

    /// <summary>Functions that are copied and never called from here.</summary>
    [InlineArray(8)]
    struct Rest
    {
        nint _first;
    }
}

/// <summary><c>sqlite3_file</c> (sqlite.org/c3ref/file.html): an open file of whatever VFS.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct SqliteOpenFile
{
    public SqliteFileMethods* Methods;
}

/// <summary>The beginning of <c>unixFile</c> in SQLite's os_unix.c: such a file, and what the unix VFS knows of it.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct UnixFile
{
    readonly SqliteOpenFile _file;
    readonly nint _vfs, _inode;
    public readonly int Descriptor;
}

/// <summary>The functions of one kind of file, as SQLite has them and as we do.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct HookedMethods
{
    /// <summary>First of all: a file's pointer to its functions is then one to this too.</summary>
    public SqliteFileMethods First;

    public SqliteFileMethods Later;
    public SqliteFileMethods* Own;
}
