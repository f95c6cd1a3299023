using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Linux;

/// <summary>Whole Ethernet frames on one device (AF_PACKET). Needs CAP_NET_RAW.</summary>
sealed unsafe class PacketSocket : IDisposable
{
    internal const int AnyProtocol = 3, Ip = 0x0800, Arp = 0x0806;

    readonly LinuxHandle _socket;
    readonly WaitSet _wait = new();
    readonly int _device;
    OutgoingBatch? _outgoing;

    PacketSocket(LinuxHandle socket, int device) => (_socket, _device) = (socket, device);

    /// <param name="device">Index of the device.</param>
    /// <param name="protocol">EtherType to hear; 0: none, for sending only.</param>
    /// <param name="filter">Which frames to hear; empty: all of the protocol.</param>
    /// <exception cref="SocketException">No right (CAP_NET_RAW), or the device is gone.</exception>
    public static PacketSocket Open(int device, int protocol, ReadOnlySpan<LibC.FilterStep> filter = default)
    {
        // Opened deaf and bound afterwards: otherwise it would hear all devices until the filter and the binding are in place.
        var socket = LibC.Socket(LibC.AfPacket, LibC.SockRaw | LibC.SockCloexec, 0);
        try
        {
            if (socket.IsInvalid)
                throw LibC.Failure();
            if (!filter.IsEmpty)
                Attach(socket, filter);

            var address = Address(device, protocol);
            if (LibC.Bind(socket, &address, (uint)sizeof(LibC.SockAddrLl)) != 0)
                throw LibC.Failure();
            return new(socket, device);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Hears frames to one more address of its own, beside the device's.</summary>
    public bool AlsoHear(MacAddress mac)
    {
        var membership = new LibC.PacketMembership { Index = _device, Type = LibC.PacketMrUnicast, AddressLength = MacAddress.Length };
        mac.CopyTo(new Span<byte>(&membership.Address, MacAddress.Length));
        return LibC.SetSockOpt(_socket, LibC.SolPacket, LibC.PacketAddMembership, &membership, (uint)sizeof(LibC.PacketMembership)) == 0;
    }

    /// <summary>Sends a frame as it stands, from its Ethernet header on.</summary>
    public bool Send(ReadOnlySpan<byte> frame)
    {
        if (_socket.IsClosed)
            return false;
        var address = Address(_device, frame.Length >= 14 ? BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) : 0);
        fixed (byte* bytes = frame)
            return LibC.SendTo(_socket, bytes, (nuint)frame.Length, LibC.MsgDontWait, &address, (uint)sizeof(LibC.SockAddrLl)) == frame.Length;
    }

    /// <summary>Room for a frame that leaves with the next <see cref="Flush"/>; empty when others must leave first. One thread at a time.</summary>
    public Span<byte> Reserve(int length) => _socket.IsClosed ? [] : (_outgoing ??= new()).Reserve(length);

    /// <summary>Adds the frame that was written where <see cref="Reserve"/> said.</summary>
    public void Queue(ReadOnlySpan<byte> frame) => _outgoing!.AddFrame(frame.Length, Address(_device, BinaryPrimitives.ReadUInt16BigEndian(frame[12..])));

    /// <summary>Sends the frames that were added.</summary>
    /// <returns>How many were refused.</returns>
    public int Flush() => _outgoing is { IsEmpty: false } batch ? batch.Flush(_socket) : 0;

    /// <summary>Waits for a frame.</summary>
    /// <param name="milliseconds">-1: for ever.</param>
    /// <returns>Its length, cut to the buffer; 0 after the time, or when it is closed.</returns>
    public int Receive(Span<byte> frame, int milliseconds)
    {
        if (!_wait.Wait(_socket, milliseconds))
            return 0;
        fixed (byte* bytes = frame)
            return (int)Math.Max(0, LibC.RecvFrom(_socket, bytes, (nuint)frame.Length, LibC.MsgDontWait, null, null));
    }

    public bool IsStopped => _wait.IsStopped;

    /// <summary>Ends <see cref="Receive"/>.</summary>
    public void Close() => _wait.Stop();

    public void Dispose()
    {
        _wait.Stop();
        _socket.Dispose();
        _wait.Dispose();
    }

    /// <summary>Classic BPF: IPv4, UDP, not a later fragment, to this port. The kernel throws everything else away.</summary>
    public static LibC.FilterStep[] UdpTo(int port) =>
    [
        new() { Code = 0x28, Value = 12 },                                  // ldh [12]: EtherType
        new() { Code = 0x15, JumpFalse = 8, Value = Ip },                   // jeq, else drop
        new() { Code = 0x30, Value = 23 },                                  // ldb [23]: IP protocol
        new() { Code = 0x15, JumpFalse = 6, Value = 17 },                   // jeq UDP
        new() { Code = 0x28, Value = 20 },                                  // ldh [20]: flags and fragment offset
        new() { Code = 0x45, JumpTrue = 4, Value = 0x1FFF },                // jset: a later fragment has no ports
        new() { Code = 0xB1, Value = 14 },                                  // ldxb 4*([14]&15): length of the IP header
        new() { Code = 0x48, Value = 16 },                                  // ldh [x+16]: destination port
        new() { Code = 0x15, JumpFalse = 1, Value = (uint)port },           // jeq
        new() { Code = 0x06, Value = 0x40000 },                             // take all of it
        new() { Code = 0x06, Value = 0 },                                   // drop
    ];

    static LibC.SockAddrLl Address(int device, int protocol) => new()
    {
        Family = LibC.AfPacket,
        Protocol = BinaryPrimitives.ReverseEndianness((ushort)protocol),
        Index = device,
        AddressLength = MacAddress.Length,
    };

    static void Attach(LinuxHandle socket, ReadOnlySpan<LibC.FilterStep> filter)
    {
        fixed (LibC.FilterStep* steps = filter)
        {
            var program = new LibC.FilterProgram { Count = (ushort)filter.Length, Steps = steps };
            if (LibC.SetSockOpt(socket, LibC.SolSocket, LibC.SoAttachFilter, &program, (uint)sizeof(LibC.FilterProgram)) != 0)
                throw LibC.Failure();
        }
    }
}
