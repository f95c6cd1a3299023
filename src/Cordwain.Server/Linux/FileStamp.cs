using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Cordwain.Server.Linux;

/// <summary>What tells a file from another and from itself before a change (statx(2)).</summary>
readonly record struct FileStamp(ulong Device, ulong Inode, long Size, long ModifiedSeconds, uint ModifiedNanoseconds, long ChangedSeconds, uint ChangedNanoseconds, ushort Mode)
{
    const int KindMask = 0xF000, Plain = 0x8000, Folder = 0x4000;
    const uint BasicStats = 0x7ff;

    public bool IsPlain => (Mode & KindMask) == Plain;

    public bool IsFolder => (Mode & KindMask) == Folder;

    /// <summary>Looks at a path; a link at its end is not followed.</summary>
    /// <param name="path">In UTF-8, ended by a zero byte.</param>
    public static bool TryRead(ReadOnlySpan<byte> path, out FileStamp stamp) => TryRead(LibC.AtFdCwd, path, LibC.AtSymlinkNoFollow, out stamp);

    /// <summary>Looks at an open file.</summary>
    public static bool TryRead(SafeFileHandle file, out FileStamp stamp) => TryRead((int)file.DangerousGetHandle(), [0], LibC.AtEmptyPath, out stamp);

    static unsafe bool TryRead(int folder, ReadOnlySpan<byte> path, int flags, out FileStamp stamp)
    {
        // struct statx (linux/stat.h) is the same on every architecture: 256 bytes.
        var result = stackalloc byte[256];
        stamp = default;
        fixed (byte* name = path)
        {
            if (LibC.StatX(folder, name, flags, BasicStats, result) != 0)
                return false;
        }

        stamp = new(
            Unsafe.ReadUnaligned<ulong>(result + 136), Unsafe.ReadUnaligned<ulong>(result + 32), Unsafe.ReadUnaligned<long>(result + 40),
            Unsafe.ReadUnaligned<long>(result + 112), Unsafe.ReadUnaligned<uint>(result + 120),
            Unsafe.ReadUnaligned<long>(result + 96), Unsafe.ReadUnaligned<uint>(result + 104), Unsafe.ReadUnaligned<ushort>(result + 28));
        return true;
    }
}
