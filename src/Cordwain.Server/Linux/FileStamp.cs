using System.Runtime.InteropServices;

namespace Cordwain.Server.Linux;

/// <summary>What tells a file from another and from itself before a change (statx(2)): the same stamp, the same bytes, whoever opened it.</summary>
readonly record struct FileStamp(ulong Device, ulong Inode, long Size, long ModifiedSeconds, uint ModifiedNanoseconds, long ChangedSeconds, uint ChangedNanoseconds, ushort Mode)
{
    public bool IsPlain => (Mode & LibC.FileKindMask) == LibC.PlainFile;

    public bool IsFolder => (Mode & LibC.FileKindMask) == LibC.Folder;

    /// <summary>Looks at a path; a link at its end is not followed.</summary>
    /// <param name="path">In UTF-8, ended by a zero byte.</param>
    public static bool TryRead(ReadOnlySpan<byte> path, out FileStamp stamp) => TryRead(LibC.AtFdCwd, path, LibC.AtSymlinkNoFollow, out stamp);

    /// <summary>Looks at an open file.</summary>
    public static bool TryRead(SafeHandle file, out FileStamp stamp)
    {
        var isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);   // another thread may close it meanwhile
            return TryRead((int)file.DangerousGetHandle(), [0], LibC.AtEmptyPath, out stamp);
        }
        finally
        {
            if (isHeld)
                file.DangerousRelease();
        }
    }

    static unsafe bool TryRead(int folder, ReadOnlySpan<byte> path, int flags, out FileStamp stamp)
    {
        stamp = default;
        try
        {
            LibC.Statx found;
            fixed (byte* name = path)
            {
                if (LibC.StatX(folder, name, flags, LibC.StatxBasicStats, &found) != 0)
                    return false;
            }

            stamp = new(
                ((ulong)found.DeviceMajor << 32) | found.DeviceMinor, found.Inode, found.Size,
                found.ModifiedSeconds, found.ModifiedNanoseconds, found.ChangedSeconds, found.ChangedNanoseconds, found.Mode);
            return true;
        }
        catch (EntryPointNotFoundException)
        {
            return false;   // a C library from before 2018
        }
    }
}
