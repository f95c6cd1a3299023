using System.Runtime.InteropServices;

namespace Cordwain.Server.Linux;

/// <summary>The calls of sockets. Connections are plain numbers, each opened, used and closed by one thread; what several threads use is a handle.</summary>
static unsafe partial class LibC
{
    internal const int AfInet = 2, AfNetlink = 16, AfPacket = 17;
    internal const int SockDgram = 2, SockRaw = 3, SockNonBlock = 0x800, SockCloexec = 0x80000;
    internal const int SolSocket = 1, SolPacket = 263, IpProtoIp = 0, IpProtoIcmp = 1, IpProtoTcp = 6, IpProtoUdp = 17;
    internal const int SoBroadcast = 6, SoSndBuf = 7, SoRcvBuf = 8, SoLinger = 13, SoBindToDevice = 25, SoAttachFilter = 26, SoSndBufForce = 32, SoRcvBufForce = 33;
    internal const int IpPktInfo = 8, TcpNoDelay = 1, UdpSegment = 103, PacketAddMembership = 1, PacketMrUnicast = 3;
    internal const int MsgDontWait = 0x40, MsgNoSignal = 0x4000, MsgMore = 0x8000, MsgWaitForOne = 0x10000;
    internal const int ShutWr = 1, SiocOutQ = 0x5411;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial LinuxHandle Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(LinuxHandle fd, void* address, uint length);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    internal static partial int Accept4(int fd, void* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSockOpt(int fd, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSockOpt(SafeHandle fd, int level, int option, void* value, uint length);

    internal static int SetInt(SafeHandle fd, int level, int option, int value) => SetSockOpt(fd, level, option, &value, sizeof(int));

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSockOpt(SafeHandle fd, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetSockName(int fd, void* address, uint* length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetSockName(LinuxHandle fd, void* address, uint* length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Recv(int fd, void* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    internal static partial nint RecvFrom(LinuxHandle fd, void* buffer, nuint length, int flags, void* from, uint* fromLength);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    internal static partial int RecvMMsg(SafeHandle fd, MMsgHdr* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(int fd, void* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    internal static partial nint SendTo(LinuxHandle fd, void* buffer, nuint length, int flags, void* to, uint toLength);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    internal static partial nint SendMsg(SafeHandle fd, MsgHdr* message, int flags);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    internal static partial int SendMMsg(SafeHandle fd, MMsgHdr* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(int fd, int how);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoCtl(int fd, nuint request, int* value);
}
