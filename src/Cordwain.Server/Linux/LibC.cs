using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Cordwain.Server.Linux;

/// <summary>The system calls that .NET does not offer, each declared once. Numbers are those of the generic Linux ABI (x86-64, arm64, riscv64).</summary>
/// <remarks>Here: errors, waiting, and what every descriptor can do. Beside this file: sockets, what their calls take, and files.</remarks>
static unsafe partial class LibC
{
    internal const int EPerm = 1, EIntr = 4, EIo = 5, EAgain = 11, ENoMem = 12, EAcces = 13, EFault = 14, ENoDev = 19, EInval = 22, ENFile = 23, EMFile = 24, EPipe = 32, ENoSys = 38;
    internal const int EMsgSize = 90, EOpNotSupp = 95, EAfNoSupport = 97, EAddrInUse = 98, ENetDown = 100, ENetUnreach = 101, EConnAborted = 103, EConnReset = 104;
    internal const int ENoBufs = 105, ENotConn = 107, ETimedOut = 110, EHostDown = 112, EHostUnreach = 113;
    internal const short PollIn = 1, PollOut = 4;
    internal const int EpollCtlAdd = 1, EpollCtlDel = 2, EpollCloexec = 0x80000;
    internal const uint EpollIn = 1, EpollOut = 4, EpollErr = 8, EpollHup = 0x10, EpollRdHup = 0x2000, EpollExclusive = 1u << 28, EpollEdge = 1u << 31;
    internal const int ClockBootTime = 7;

    internal struct PollFd
    {
        public int Fd;
        public short Events, Revents;
    }

    internal struct TimeSpec
    {
        public nint Seconds, Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(LinuxHandle fd, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(LinuxHandle fd, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollFd* fds, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial LinuxHandle EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial LinuxHandle EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollCtl(LinuxHandle set, int what, int fd, void* interest);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(LinuxHandle set, void* ready, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    internal static partial int ClockGetTime(int clock, TimeSpec* time);

    /// <summary>The last failure as an exception, with the words of the system and the code that .NET's own sockets would have.</summary>
    internal static SocketException Failure() => Failure(Marshal.GetLastPInvokeError());

    internal static SocketException Failure(int errno)
    {
        var code = errno switch
        {
            EPerm or EAcces => SocketError.AccessDenied,
            EAddrInUse => SocketError.AddressAlreadyInUse,
            ENoDev => SocketError.NetworkDown,
            EAfNoSupport => SocketError.AddressFamilyNotSupported,
            _ => SocketError.SocketError,
        };
        return new((int)code, Marshal.GetPInvokeErrorMessage(errno));
    }
}
