using System.Runtime.InteropServices;

namespace Cordwain.Server.Linux;

/// <summary>The calls of stream sockets and of waiting for many at once. Descriptors are plain numbers here: one thread opens, uses and closes each.</summary>
static unsafe partial class LibC
{
    internal const int SockNonBlock = 0x800, SoLinger = 13, IpProtoTcp = 6, TcpNoDelay = 1, MsgMore = 0x8000, ShutWr = 1, SiocOutQ = 0x5411;
    internal const int EpollCtlAdd = 1, EpollCtlDel = 2, EpollCloexec = 0x80000;
    internal const uint EpollIn = 1, EpollOut = 4, EpollErr = 8, EpollHup = 0x10, EpollRdHup = 0x2000, EpollExclusive = 1u << 28, EpollEdge = 1u << 31;
    internal const int EAgain = 11, ENoMem = 12, EInval = 22, ENFile = 23, EMFile = 24, EPipe = 32, ENoSys = 38;
    internal const int ENetDown = 100, ENetUnreach = 101, EConnAborted = 103, EConnReset = 104, ENoBufs = 105, ENotConn = 107, ETimedOut = 110, EHostDown = 112, EHostUnreach = 113;
    internal const int AtFdCwd = -100, AtSymlinkNoFollow = 0x100, AtEmptyPath = 0x1000;

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    internal static partial int Accept4(int fd, void* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int CloseFd(int fd);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Recv(int fd, void* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(int fd, void* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    internal static partial nint SendFile(int to, nint from, long* offset, nuint count);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(int fd, int how);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoCtl(int fd, nuint request, int* value);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSockOptFd(int fd, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetSockNameFd(int fd, void* address, uint* length);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial LinuxHandle EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollCtl(LinuxHandle set, int what, int fd, void* interest);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(LinuxHandle set, void* ready, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(LinuxHandle fd, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    internal static partial int StatX(int folder, byte* path, int flags, uint mask, void* result);
}
