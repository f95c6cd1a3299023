using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Server.Linux;

/// <summary>A UDP port bound to one network device, so that each interface is heard and answered by itself.</summary>
/// <remarks>
/// SO_REUSEADDR stays off: a second server on the port would take some datagrams and not others, which nobody could explain.
/// A datagram larger than a slot is cut and handed on short; the parser refuses it.
/// </remarks>
sealed unsafe class DeviceSocket : IDatagramSocket
{
    const int Slots = 32, SlotSize = 4096;

    readonly LinuxHandle _socket;
    readonly WaitSet _wait = new();
    readonly byte[] _buffers = GC.AllocateUninitializedArray<byte>(Slots * SlotSize, pinned: true);
    readonly LibC.MMsgHdr[] _headers = GC.AllocateArray<LibC.MMsgHdr>(Slots, pinned: true);
    readonly LibC.IoVec[] _parts = GC.AllocateArray<LibC.IoVec>(Slots, pinned: true);
    readonly LibC.SockAddrIn[] _sources = GC.AllocateArray<LibC.SockAddrIn>(Slots, pinned: true);
    readonly LibC.PktInfoMessage[] _controls = GC.AllocateArray<LibC.PktInfoMessage>(Slots, pinned: true);

    DeviceSocket(LinuxHandle socket) => _socket = socket;

    public int Port { get; private init; }

    /// <summary>Bytes the kernel keeps for us while we are busy.</summary>
    public int ReceiveBuffer { get; private init; }

    /// <param name="port">0: any free port.</param>
    /// <param name="receiveBuffer">Wanted bytes; the kernel may grant fewer, see <see cref="ReceiveBuffer"/>.</param>
    /// <exception cref="SocketException">The port is taken, the device is gone, or we have no right.</exception>
    public static DeviceSocket Open(string device, int port, int receiveBuffer)
    {
        var socket = LibC.Socket(LibC.AfInet, LibC.SockDgram | LibC.SockCloexec, 0);
        try
        {
            if (socket.IsInvalid)
                throw LibC.Failure();

            BindToDevice(socket, device);
            Require(LibC.SetInt(socket, LibC.SolSocket, LibC.SoBroadcast, 1));
            Require(LibC.SetInt(socket, LibC.IpProtoIp, LibC.IpPktInfo, 1));
            var granted = GrowReceiveBuffer(socket, receiveBuffer);

            var address = new LibC.SockAddrIn { Family = LibC.AfInet, Port = BinaryPrimitives.ReverseEndianness((ushort)port) };
            var length = (uint)sizeof(LibC.SockAddrIn);
            Require(LibC.Bind(socket, &address, length));
            Require(LibC.GetSockName(socket, &address, &length));
            return new(socket) { Port = BinaryPrimitives.ReverseEndianness(address.Port), ReceiveBuffer = granted };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public bool Receive(DatagramSink sink)
    {
        while (_wait.Wait(_socket))
        {
            PrepareSlots();
            int count;
            fixed (LibC.MMsgHdr* headers = _headers)
                count = LibC.RecvMMsg(_socket, headers, Slots, LibC.MsgDontWait, null);
            if (count < 0)
            {
                // EAGAIN: a datagram with a wrong checksum woke us. Anything else is the error of an earlier send; reading it clears it.
                continue;
            }

            for (var i = 0; i < count; i++)
            {
                var used = (int)Math.Min(_headers[i].Length, SlotSize);
                sink(_buffers.AsSpan(i * SlotSize, used), new(
                    new(BinaryPrimitives.ReverseEndianness(_sources[i].Address)),
                    BinaryPrimitives.ReverseEndianness(_sources[i].Port),
                    new(BinaryPrimitives.ReverseEndianness(_controls[i].Destination))));
            }

            return true;
        }

        return false;
    }

    public bool Send(ReadOnlySpan<byte> payload, Ipv4Address from, Ipv4Address to, int port)
    {
        if (_socket.IsClosed || _wait.IsStopped)
            return false;

        fixed (byte* bytes = payload)
        {
            var part = new LibC.IoVec { Base = bytes, Length = (nuint)payload.Length };
            var address = new LibC.SockAddrIn
            {
                Family = LibC.AfInet,
                Port = BinaryPrimitives.ReverseEndianness((ushort)port),
                Address = BinaryPrimitives.ReverseEndianness(to.Value),
            };
            var control = LibC.PktInfoMessage.From(BinaryPrimitives.ReverseEndianness(from.Value));
            var message = new LibC.MsgHdr
            {
                Name = &address,
                NameLength = (uint)sizeof(LibC.SockAddrIn),
                Parts = &part,
                PartCount = 1,
                Control = from.IsAny ? null : &control,
                ControlLength = from.IsAny ? 0 : (nuint)sizeof(LibC.PktInfoMessage),
            };
            return LibC.SendMsg(_socket, &message, LibC.MsgDontWait | LibC.MsgNoSignal) == payload.Length;
        }
    }

    public void Close() => _wait.Stop();

    public void Dispose()
    {
        _wait.Stop();
        _socket.Dispose();
        _wait.Dispose();
    }

    /// <summary>Binds a socket to a device by its name (SO_BINDTODEVICE).</summary>
    internal static void BindToDevice(LinuxHandle socket, string device)
    {
        var name = Encoding.UTF8.GetBytes(device);
        fixed (byte* bytes = name)
            Require(LibC.SetSockOpt(socket, LibC.SolSocket, LibC.SoBindToDevice, bytes, (uint)name.Length));
    }

    void PrepareSlots()
    {
        // The arrays are pinned for good, so their addresses stay true after the fixed statement.
        fixed (byte* buffers = _buffers)
        fixed (LibC.IoVec* parts = _parts)
        fixed (LibC.SockAddrIn* sources = _sources)
        fixed (LibC.PktInfoMessage* controls = _controls)
        {
            for (var i = 0; i < Slots; i++)
            {
                parts[i] = new() { Base = buffers + i * SlotSize, Length = SlotSize };
                controls[i] = default;
                _headers[i].Header = new()
                {
                    Name = sources + i,
                    NameLength = (uint)sizeof(LibC.SockAddrIn),
                    Parts = parts + i,
                    PartCount = 1,
                    Control = controls + i,
                    ControlLength = (nuint)sizeof(LibC.PktInfoMessage),
                };
            }
        }
    }

    /// <returns>Bytes granted.</returns>
    internal static int GrowReceiveBuffer(SafeHandle socket, int wanted)
    {
        // The forced form passes net.core.rmem_max and needs CAP_NET_ADMIN; the other is cut to that limit without a word.
        if (LibC.SetInt(socket, LibC.SolSocket, LibC.SoRcvBufForce, wanted) != 0)
            LibC.SetInt(socket, LibC.SolSocket, LibC.SoRcvBuf, wanted);

        int granted;
        uint length = sizeof(int);
        // socket(7): the kernel doubles the value to have room for its own records, and returns the doubled one.
        return LibC.GetSockOpt(socket, LibC.SolSocket, LibC.SoRcvBuf, &granted, &length) == 0 ? granted / 2 : 0;
    }

    static void Require(int result)
    {
        if (result != 0)
            throw LibC.Failure();
    }
}
