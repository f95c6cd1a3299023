using System.Runtime.InteropServices;

namespace Cordwain.Server.Linux;

/// <summary>The calls about files: what one is (statx(2)), and having the kernel send from one.</summary>
static unsafe partial class LibC
{
    internal const int AtFdCwd = -100, AtSymlinkNoFollow = 0x100, AtEmptyPath = 0x1000;
    internal const uint StatxBasicStats = 0x7FF;
    internal const ushort FileKindMask = 0xF000, PlainFile = 0x8000, Folder = 0x4000;
    internal const int ProtRead = 1, MapShared = 1;

    /// <summary>struct statx (linux/stat.h), the same on all architectures.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct Statx
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public long Size;
        [FieldOffset(96)] public long ChangedSeconds;
        [FieldOffset(104)] public uint ChangedNanoseconds;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    internal static partial int StatX(int folder, byte* path, int flags, uint mask, Statx* result);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    internal static partial void* Map(void* address, nuint length, int protection, int flags, SafeHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    internal static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    internal static partial nint SendFile(int to, nint from, long* offset, nuint count);
}
