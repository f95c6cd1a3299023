using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cordwain.Storage.Linux;

/// <summary><c>sqlite3_vfs</c> (sqlite.org/c3ref/vfs.html), version 3.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct SqliteVfs
{
    public readonly int Version;
    readonly int _fileSize, _maxPath;
    public SqliteVfs* Next;
    public byte* Name;
    readonly nint _data;
    public delegate* unmanaged<SqliteVfs*, byte*, UnixFile*, int, int*, int> Open;
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
    readonly nint _close, _read, _write, _truncate;
    public delegate* unmanaged<UnixFile*, int, int> Sync;
    readonly Rest _rest;

    [InlineArray(13)]
    struct Rest
    {
        nint _first;
    }
}

/// <summary>The beginning of <c>unixFile</c> in SQLite's os_unix.c, an open file.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct UnixFile
{
    public SqliteFileMethods* Methods;
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
