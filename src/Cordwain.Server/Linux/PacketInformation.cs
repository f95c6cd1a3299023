using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Linux;

/// <summary>Sends from a chosen address of this machine over a socket that is bound to all of them (ip(7), IP_PKTINFO), which .NET cannot say.</summary>
static unsafe partial class PacketInformation
{
    const int IpLevel = 0, PacketInfoType = 8;

    /// <summary>Sends one datagram; elsewhere than on Linux the system chooses the source address.</summary>
    /// <exception cref="SocketException">It could not be sent.</exception>
    public static void Send(Socket socket, ReadOnlySpan<byte> datagram, SocketAddress to, Ipv4Address from)
    {
        if (!OperatingSystem.IsLinux())
        {
            socket.SendTo(datagram, SocketFlags.None, to);
            return;
        }

        var control = new Control
        {
            Length = (nuint)sizeof(Control) - sizeof(int),   // without the padding at the end
            Level = IpLevel,
            Type = PacketInfoType,
            SourceAddress = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(from.Value) : from.Value,
        };
        fixed (byte* bytes = datagram, name = to.Buffer.Span)
        {
            var part = new Part { Base = bytes, Length = (nuint)datagram.Length };
            var message = new Message
            {
                Name = name,
                NameLength = (uint)to.Size,
                Parts = &part,
                PartCount = 1,
                Control = &control,
                ControlLength = (nuint)sizeof(Control),
            };
            if (SendMessage(socket.SafeHandle, &message, 0) < 0)
                throw new SocketException(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(SafeSocketHandle socket, Message* message, int flags);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Part
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Message
    {
        public byte* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public Control* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct cmsghdr with struct in_pktinfo behind it, padded to the size of a long.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Control
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int InterfaceIndex;
        public uint SourceAddress;
        public uint DestinationAddress;
        public int Padding;
    }
}
