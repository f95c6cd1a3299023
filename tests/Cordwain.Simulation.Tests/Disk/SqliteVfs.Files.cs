using System.Runtime.InteropServices;

namespace Cordwain.Simulation.Tests.Disk;

/// <summary>What SQLite does with an open file.</summary>
static unsafe partial class SqliteVfs
{
    [UnmanagedCallersOnly]
    static int Close(SqliteOpenFile* file)
    {
        var open = Of(file);
        if (open.DeleteOnClose is { } name)
            open.Disk.Delete(name, syncFolder: false);
        GCHandle.FromIntPtr(file->Handle).Free();
        file->Methods = null;
        return Ok;
    }

    [UnmanagedCallersOnly]
    static int Read(SqliteOpenFile* file, byte* into, int count, long offset)
    {
        var open = Of(file);
        var buffer = new Span<byte>(into, count);
        if (open.Disk.Read(open.File, open.Boot, (int)offset, buffer, out var read) != DiskOutcome.Done)
            return ReadError;
        if (read == count)
            return Ok;
        buffer[read..].Clear();
        return ShortRead;
    }

    [UnmanagedCallersOnly]
    static int Write(SqliteOpenFile* file, byte* data, int count, long offset)
    {
        var open = Of(file);
        return Code(open.LastWrite = open.Disk.Write(open.File, open.Boot, (int)offset, new(data, count)), WriteError);
    }

    [UnmanagedCallersOnly]
    static int Truncate(SqliteOpenFile* file, long length)
    {
        var open = Of(file);
        return Code(open.Disk.Truncate(open.File, open.Boot, (int)length), TruncateError);
    }

    [UnmanagedCallersOnly]
    static int Sync(SqliteOpenFile* file, int flags)
    {
        var open = Of(file);
        var outcome = open.Disk.Sync(open.File, open.Boot, open.SyncsFolder);
        if (outcome == DiskOutcome.Done)
            open.SyncsFolder = false;
        return Code(outcome, SyncError);
    }

    [UnmanagedCallersOnly]
    static int FileSize(SqliteOpenFile* file, long* size)
    {
        *size = Of(file).File.Length;
        return Ok;
    }

    // One connection at a time: locks always succeed.
    [UnmanagedCallersOnly]
    static int LockOrUnlock(SqliteOpenFile* file, int level) => Ok;

    [UnmanagedCallersOnly]
    static int CheckReservedLock(SqliteOpenFile* file, int* isLocked)
    {
        *isLocked = 0;
        return Ok;
    }

    [UnmanagedCallersOnly]
    static int FileControl(SqliteOpenFile* file, int operation, void* argument)
    {
        if (operation == LastErrorControl)
        {
            *(int*)argument = Of(file).LastWrite == DiskOutcome.OverQuota ? QuotaExceeded : 0;
            return Ok;
        }

        if (operation == PragmaControl && Of(file).Disk.OnPragma is { } onPragma)
        {
            var words = (byte**)argument;
            var value = words[2] is null ? null : Marshal.PtrToStringUTF8((nint)words[2]);
            if (onPragma(Marshal.PtrToStringUTF8((nint)words[1]) ?? "", value) is { } other && other.Length <= value?.Length)
                Replace(words[2], other);
        }

        return NotFound;
    }

    [UnmanagedCallersOnly]
    static int SectorSize(SqliteOpenFile* file) => 4096;

    // As the unix VFS says of every disk.
    [UnmanagedCallersOnly]
    static int DeviceCharacteristics(SqliteOpenFile* file) => PowersafeOverwrite;
}
