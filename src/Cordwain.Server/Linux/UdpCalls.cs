using System.Runtime.InteropServices;

namespace Cordwain.Server.Linux;

/// <summary>The system calls of the TFTP engine: many datagrams at a time, and files mapped for the kernel to send from.</summary>
static unsafe partial class UdpCalls
{
    internal const int SolUdp = 17, UdpSegment = 103;
    internal const int SoSndBuf = 7, SoSndBufForce = 32;
    internal const int MsgWaitForOne = 0x10000;
    internal const int EFault = 14, EInval = 22, EIo = 5, EAgain = 11, EMsgSize = 90, EOpNotSupp = 95;
    internal const short PollOut = 4;
    internal const int ProtRead = 1, MapShared = 1;
    internal const int AtEmptyPath = 0x1000;
    internal const uint StatxBasic = 0x7FF;
    internal const ushort TypeMask = 0xF000, RegularFile = 0x8000;

    /// <summary>A control message that holds the length of a segment (udp(7), UDP_SEGMENT).</summary>
    internal struct SegmentMessage
    {
        public nuint Length;
        public int Level, Type;
        public ushort Size, Pad1;
        public int Pad2;

        public static SegmentMessage Of(int size) => new()
        {
            Length = (nuint)(sizeof(nuint) + 2 * sizeof(int) + sizeof(ushort)),   // CMSG_LEN: without the padding
            Level = SolUdp,
            Type = UdpSegment,
            Size = (ushort)size,
        };
    }

    /// <summary>struct statx, the same on all architectures.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct Statx
    {
        [FieldOffset(0)] public uint Mask;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    internal static partial int RecvMMsg(SafeHandle fd, LibC.MMsgHdr* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    internal static partial int SendMMsg(SafeHandle fd, LibC.MMsgHdr* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    internal static partial void* Map(void* address, nuint length, int protection, int flags, SafeHandle fd, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    internal static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    internal static partial int StatX(SafeHandle folder, byte* path, int flags, uint mask, Statx* result);
}
