using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

[assembly: InternalsVisibleTo("Cordwain.Server.Tests")]
[assembly: InternalsVisibleTo("Cordwain.Fuzz")]

namespace Cordwain.Server.Linux;

/// <summary>A file descriptor that closes itself; a call that is under way keeps it open until it returns.</summary>
sealed class LinuxHandle() : SafeHandleMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => LibC.Close(handle) == 0;
}

/// <summary>The system calls that boot sockets need and .NET does not offer. Numbers are those of the generic Linux ABI (x86-64, arm64, riscv64).</summary>
static unsafe partial class LibC
{
    internal const int AfInet = 2, AfNetlink = 16, AfPacket = 17;
    internal const int SockDgram = 2, SockRaw = 3, SockCloexec = 0x80000;
    internal const int SolSocket = 1, SolPacket = 263, IpProtoIp = 0, IpProtoIcmp = 1;
    internal const int SoBroadcast = 6, SoSndBuf = 7, SoRcvBuf = 8, SoSndBufForce = 32, SoBindToDevice = 25, SoAttachFilter = 26, SoRcvBufForce = 33;
    internal const int IpPktInfo = 8, PacketAddMembership = 1, PacketMrUnicast = 3;
    internal const int MsgDontWait = 0x40, MsgNoSignal = 0x4000;
    internal const short PollIn = 1, PollOut = 4;
    internal const int EPerm = 1, EIntr = 4, EAcces = 13, ENoDev = 19, EAfNoSupport = 97, EAddrInUse = 98;

    internal struct PollFd
    {
        public int Fd;
        public short Events, Revents;
    }

    internal struct IoVec
    {
        public void* Base;
        public nuint Length;
    }

    internal struct MsgHdr
    {
        public void* Name;
        public uint NameLength;
        public IoVec* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    internal struct MMsgHdr
    {
        public MsgHdr Header;
        public uint Length;
    }

    /// <summary>struct sockaddr_in; port and address in network order.</summary>
    internal struct SockAddrIn
    {
        public ushort Family, Port;
        public uint Address;
        public ulong Zero;
    }

    internal struct SockAddrNl
    {
        public ushort Family, Pad;
        public uint Pid, Groups;
    }

    /// <summary>struct sockaddr_ll; the protocol in network order.</summary>
    internal struct SockAddrLl
    {
        public ushort Family, Protocol;
        public int Index;
        public ushort HardwareType;
        public byte PacketType, AddressLength;
        public uint AddressHigh, AddressLow;
    }

    /// <summary>A control message that carries struct in_pktinfo; addresses in network order.</summary>
    internal struct PktInfoMessage
    {
        public nuint Length;
        public int Level, Type;
        public int Index;
        public uint Local, Destination;
        public int Pad;

        /// <summary>Says which of our addresses a datagram leaves from.</summary>
        public static PktInfoMessage From(uint local) => new()
        {
            Length = (nuint)(sizeof(PktInfoMessage) - sizeof(int)),   // CMSG_LEN: without the padding
            Level = IpProtoIp,
            Type = IpPktInfo,
            Local = local,
        };
    }

    internal struct PacketMembership
    {
        public int Index;
        public ushort Type, AddressLength;
        public ulong Address;
    }

    internal struct FilterStep
    {
        public ushort Code;
        public byte JumpTrue, JumpFalse;
        public uint Value;
    }

    internal struct FilterProgram
    {
        public ushort Count;
        public FilterStep* Steps;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial LinuxHandle Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(nint fd);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(LinuxHandle fd, void* address, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSockOpt(SafeHandle fd, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSockOpt(SafeHandle fd, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetSockName(LinuxHandle fd, void* address, uint* length);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    internal static partial int RecvMMsg(LinuxHandle fd, MMsgHdr* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    internal static partial nint RecvFrom(LinuxHandle fd, void* buffer, nuint length, int flags, void* from, uint* fromLength);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    internal static partial nint SendMsg(SafeHandle fd, MsgHdr* message, int flags);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    internal static partial int SendMMsg(LinuxHandle fd, MMsgHdr* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    internal static partial nint SendTo(LinuxHandle fd, void* buffer, nuint length, int flags, void* to, uint toLength);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollFd* fds, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial LinuxHandle EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(LinuxHandle fd, void* buffer, nuint length);

    internal static int SetInt(SafeHandle fd, int level, int option, int value) => SetSockOpt(fd, level, option, &value, sizeof(int));

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
