using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Cordwain.Faults.Tests.Support;

/// <summary>Sends whole Ethernet frames out of a device of a namespace (AF_PACKET), however wrong they are.</summary>
sealed class RawFrames : IDisposable
{
    const int AfPacket = 17, SockRaw = 3;

    readonly int _socket;
    readonly byte[] _address = new byte[20];

    public RawFrames(string host, string device) => _socket = Namespaces.Inside(host, () =>
    {
        var socket = OpenSocket(AfPacket, SockRaw, 0);
        if (socket < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        // struct sockaddr_ll: family, protocol, index of the device, kind of hardware, kind of packet, length of the address, address.
        BinaryPrimitives.WriteUInt16LittleEndian(_address, AfPacket);
        BinaryPrimitives.WriteUInt16BigEndian(_address.AsSpan(2), 0x0800);
        BinaryPrimitives.WriteInt32LittleEndian(_address.AsSpan(4), IndexOf(device));
        _address[11] = 6;
        return socket;
    });

    /// <returns>False when the kernel itself refused it.</returns>
    public bool Send(byte[] frame) => SendTo(_socket, frame, frame.Length, 0, _address, _address.Length) == frame.Length;

    public void Dispose() => _ = CloseSocket(_socket);

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    static extern int OpenSocket(int family, int type, int protocol);

    [DllImport("libc", EntryPoint = "sendto", SetLastError = true)]
    static extern nint SendTo(int socket, byte[] bytes, nint length, int flags, byte[] address, int addressLength);

    [DllImport("libc", EntryPoint = "close")]
    static extern int CloseSocket(int socket);

    [DllImport("libc", EntryPoint = "if_nametoindex", CharSet = CharSet.Ansi, BestFitMapping = false)]
    static extern int IndexOf([MarshalAs(UnmanagedType.LPStr)] string device);
}
