using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Linux;

/// <summary>Sends from a chosen address of this machine over a socket that is bound to all of them (ip(7), IP_PKTINFO), which .NET cannot say.</summary>
static unsafe class PacketInformation
{
    /// <summary>Sends one datagram; elsewhere than on Linux the system chooses the source address.</summary>
    /// <exception cref="SocketException">It could not be sent.</exception>
    public static void Send(Socket socket, ReadOnlySpan<byte> datagram, SocketAddress to, Ipv4Address from)
    {
        if (!OperatingSystem.IsLinux())
        {
            socket.SendTo(datagram, SocketFlags.None, to);
            return;
        }

        var control = LibC.PktInfoMessage.From(BinaryPrimitives.ReverseEndianness(from.Value));
        fixed (byte* bytes = datagram, name = to.Buffer.Span)
        {
            var part = new LibC.IoVec { Base = bytes, Length = (nuint)datagram.Length };
            var message = new LibC.MsgHdr
            {
                Name = name,
                NameLength = (uint)to.Size,
                Parts = &part,
                PartCount = 1,
                Control = &control,
                ControlLength = (nuint)sizeof(LibC.PktInfoMessage),
            };
            if (LibC.SendMsg(socket.SafeHandle, &message, 0) < 0)
                throw LibC.Failure();
        }
    }
}
