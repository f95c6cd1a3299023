using System.Net.Sockets;

namespace Cordwain.Server.Linux;

/// <summary>Whether the kernel cuts one long message into datagrams for us (UDP_SEGMENT, Linux 4.18).</summary>
static unsafe class SegmentOffload
{
    /// <summary>A datagram's payload is at most this long, segmented or not.</summary>
    public const int MaxMessage = 65507;

    /// <summary>Segments in one message; newer kernels allow 128.</summary>
    public const int MaxSegments = 64;

    /// <remarks>An older kernel would ignore the control message and send the whole in fragments, so it is asked first.</remarks>
    public static bool IsKnown(Socket socket)
    {
        int value;
        uint length = sizeof(int);
        return LibC.GetSockOpt(socket.SafeHandle, LibC.IpProtoUdp, LibC.UdpSegment, &value, &length) == 0;
    }
}
