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

/// <summary>sqlite3_io_methods, version 1: without shared memory, which a store that nobody else may open does not need.</summary>
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
}
