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
    const int Slots = 64, SlotSize = 4096;

    // In one go, before what came is looked at: a flood must not keep the first of it waiting for the last.
    const int MostAtOnce = 4096, SendBuffer = 4 << 20;

    readonly LinuxHandle _socket;
    readonly WaitSet _wait = new();
    readonly byte[] _buffers = GC.AllocateUninitializedArray<byte>(Slots * SlotSize, pinned: true);
    readonly LibC.MMsgHdr[] _headers = GC.AllocateArray<LibC.MMsgHdr>(Slots, pinned: true);
    readonly LibC.IoVec[] _parts = GC.AllocateArray<LibC.IoVec>(Slots, pinned: true);
    readonly LibC.SockAddrIn[] _sources = GC.AllocateArray<LibC.SockAddrIn>(Slots, pinned: true);
    readonly LibC.PktInfoMessage[] _controls = GC.AllocateArray<LibC.PktInfoMessage>(Slots, pinned: true);
    readonly OutgoingBatch _outgoing = new();

    /// <summary>Slots in use since they were prepared; at first all are to be prepared.</summary>
    int _last = Slots;

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
            GrowSendBuffer(socket);

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

    public bool Receive(DatagramSink sink, bool wait = true)
    {
        var total = 0;
        while (!_wait.IsStopped)
        {
            var count = Take();
            if (count > 0)
            {
                HandOn(sink, count);
                total += count;
                if (count == Slots && total < MostAtOnce)
                    continue;
                return true;
            }

            if (total > 0 || !wait)
                return true;

            // Nothing there, or the error of an earlier send, which reading has cleared.
            if (!_wait.Wait(_socket))
                return false;
        }

        return false;
    }

    public bool Queue(ReadOnlySpan<byte> payload, Ipv4Address from, Ipv4Address to, int port)
    {
        if (_socket.IsClosed || _wait.IsStopped)
            return false;
        var room = _outgoing.Reserve(payload.Length);
        if (room.Length < payload.Length)
            return false;
        payload.CopyTo(room);
        _outgoing.AddDatagram(payload.Length, from, to, port);
        return true;
    }

    public int Flush() => _outgoing.IsEmpty ? 0 : _outgoing.Flush(_socket);

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

    int Take()
    {
        PrepareSlots();
        fixed (LibC.MMsgHdr* headers = _headers)
            return LibC.RecvMMsg(_socket, headers, Slots, LibC.MsgDontWait, null);
    }

    void HandOn(DatagramSink sink, int count)
    {
        _last = count;
        for (var i = 0; i < count; i++)
        {
            var used = (int)Math.Min(_headers[i].Length, SlotSize);
            sink(_buffers.AsSpan(i * SlotSize, used), new(
                new(BinaryPrimitives.ReverseEndianness(_sources[i].Address)),
                BinaryPrimitives.ReverseEndianness(_sources[i].Port),
                new(BinaryPrimitives.ReverseEndianness(_controls[i].Destination))));
        }
    }

    // Only what the kernel wrote on: the others are as they were.
    void PrepareSlots()
    {
        // The arrays are pinned for good, so their addresses stay true after the fixed statement.
        fixed (byte* buffers = _buffers)
        fixed (LibC.IoVec* parts = _parts)
        fixed (LibC.SockAddrIn* sources = _sources)
        fixed (LibC.PktInfoMessage* controls = _controls)
        {
            for (var i = 0; i < _last; i++)
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

        _last = 0;
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

    /// <summary>Room for the answers of a whole batch; what the system grants is enough, as the sender waits for the card when it must.</summary>
    static void GrowSendBuffer(SafeHandle socket)
    {
        if (LibC.SetInt(socket, LibC.SolSocket, LibC.SoSndBufForce, SendBuffer) != 0)
            LibC.SetInt(socket, LibC.SolSocket, LibC.SoSndBuf, SendBuffer);
    }

    static void Require(int result)
    {
        if (result != 0)
            throw LibC.Failure();
    }
}
