using System.Runtime.InteropServices;

namespace Cordwain.Simulation.Tests.Disk;

/// <summary>sqlite3_vfs, version 1, of sqlite3.h.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct SqliteVfsTable
{
    public int Version;
    public int FileSize;
    public int MaxPath;
    public SqliteVfsTable* Next;
    public byte* Name;
    public void* AppData;
    public delegate* unmanaged<SqliteVfsTable*, byte*, SqliteOpenFile*, int, int*, int> Open;
    public delegate* unmanaged<SqliteVfsTable*, byte*, int, int> Delete;
    public delegate* unmanaged<SqliteVfsTable*, byte*, int, int*, int> Access;
    public delegate* unmanaged<SqliteVfsTable*, byte*, int, byte*, int> FullPathname;
    public nint DlOpen, DlError, DlSym, DlClose;
    public delegate* unmanaged<SqliteVfsTable*, int, byte*, int> Randomness;
    public delegate* unmanaged<SqliteVfsTable*, int, int> Sleep;
    public delegate* unmanaged<SqliteVfsTable*, double*, int> CurrentTime;
    public delegate* unmanaged<SqliteVfsTable*, int, byte*, int> GetLastError;
}

/// <summary>sqlite3_file with what we keep behind it.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct SqliteOpenFile
{
    public SqliteFileMethods* Methods;
    public nint Handle;
}

/// <summary>sqlite3_io_methods, version 2: with shared memory, which a write-ahead log needs, and without mapped files.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct SqliteFileMethods
{
    public int Version;
    public delegate* unmanaged<SqliteOpenFile*, int> Close;
    public delegate* unmanaged<SqliteOpenFile*, byte*, int, long, int> Read;
    public delegate* unmanaged<SqliteOpenFile*, byte*, int, long, int> Write;
    public delegate* unmanaged<SqliteOpenFile*, long, int> Truncate;
    public delegate* unmanaged<SqliteOpenFile*, int, int> Sync;
    public delegate* unmanaged<SqliteOpenFile*, long*, int> FileSize;
    public delegate* unmanaged<SqliteOpenFile*, int, int> Lock;
    public delegate* unmanaged<SqliteOpenFile*, int, int> Unlock;
    public delegate* unmanaged<SqliteOpenFile*, int*, int> CheckReservedLock;
    public delegate* unmanaged<SqliteOpenFile*, int, void*, int> FileControl;
    public delegate* unmanaged<SqliteOpenFile*, int> SectorSize;
    public delegate* unmanaged<SqliteOpenFile*, int> DeviceCharacteristics;
    public delegate* unmanaged<SqliteOpenFile*, int, int, int, void**, int> ShmMap;
    public delegate* unmanaged<SqliteOpenFile*, int, int, int, int> ShmLock;
    public delegate* unmanaged<SqliteOpenFile*, void> ShmBarrier;
    public delegate* unmanaged<SqliteOpenFile*, int, int> ShmUnmap;
}
