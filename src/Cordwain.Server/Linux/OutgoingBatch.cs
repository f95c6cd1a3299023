using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Linux;

/// <summary>Datagrams or frames that leave together, in one system call (sendmmsg(2)). Used by one thread at a time.</summary>
/// <remarks>
/// Each is a message of its own, although answers of one length for one relay could be one that the kernel cuts (UDP_SEGMENT): a veth, as containers
/// have, passes such a message uncut, and whoever reads raw packets behind it, as ISC dhcrelay and dhclient do, sees one datagram and loses the others.
/// </remarks>
sealed unsafe class OutgoingBatch
{
    const int Slots = 256, Room = 256 << 10, AddressRoom = 32;

    // The queue of a card is empty again long before; a card without link never empties it.
    const int PatienceInMilliseconds = 20, Patience = 5;

    readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Room, pinned: true);
    readonly byte[] _addresses = GC.AllocateArray<byte>(Slots * AddressRoom, pinned: true);
    readonly LibC.MMsgHdr[] _headers = GC.AllocateArray<LibC.MMsgHdr>(Slots, pinned: true);
    readonly LibC.IoVec[] _parts = GC.AllocateArray<LibC.IoVec>(Slots, pinned: true);
    readonly LibC.PktInfoMessage[] _controls = GC.AllocateArray<LibC.PktInfoMessage>(Slots, pinned: true);
    int _count, _used;

    public bool IsEmpty => _count == 0;

    /// <summary>Room for one more message; empty when the batch must leave first.</summary>
    public Span<byte> Reserve(int length) => _count < Slots && length <= Room - _used ? _bytes.AsSpan(_used, length) : [];

    /// <summary>Adds what was written where <see cref="Reserve"/> said, as a UDP payload.</summary>
    /// <param name="from">Our address that it leaves from; any: the system chooses.</param>
    public void AddDatagram(int length, Ipv4Address from, Ipv4Address to, int port)
    {
        var address = new LibC.SockAddrIn
        {
            Family = LibC.AfInet,
            Port = BinaryPrimitives.ReverseEndianness((ushort)port),
            Address = BinaryPrimitives.ReverseEndianness(to.Value),
        };
        _controls[_count] = LibC.PktInfoMessage.From(BinaryPrimitives.ReverseEndianness(from.Value));
        Add(length, new ReadOnlySpan<byte>(&address, sizeof(LibC.SockAddrIn)), withControl: !from.IsAny);
    }

    /// <summary>The same for a whole frame.</summary>
    public void AddFrame(int length, LibC.SockAddrLl address) => Add(length, new ReadOnlySpan<byte>(&address, sizeof(LibC.SockAddrLl)), withControl: false);

    /// <summary>Sends all of it. What the system refuses is passed over, so that one bad message costs no other.</summary>
    /// <returns>How many were refused.</returns>
    public int Flush(LinuxHandle socket)
    {
        int sent = 0, refused = 0, waits = 0;
        while (sent + refused < _count && !socket.IsClosed)
        {
            int done;
            fixed (LibC.MMsgHdr* headers = _headers)
                done = LibC.SendMMsg(socket, headers + sent + refused, (uint)(_count - sent - refused), LibC.MsgDontWait | LibC.MsgNoSignal);
            if (done > 0)
                sent += done;
            else if (Marshal.GetLastPInvokeError() is var error && error == LibC.EAgain && waits++ < Patience)
                WaitForRoom(socket);
            else if (error != LibC.EIntr)
                refused++;
        }

        refused = _count - sent;
        (_count, _used) = (0, 0);
        return refused;
    }

    static void WaitForRoom(LinuxHandle socket)
    {
        var fd = new LibC.PollFd { Fd = (int)socket.DangerousGetHandle(), Events = LibC.PollOut };
        LibC.Poll(&fd, 1, PatienceInMilliseconds);
    }

    // The arrays are pinned for good, so their addresses stay true after the fixed statement.
    void Add(int length, ReadOnlySpan<byte> address, bool withControl)
    {
        address.CopyTo(_addresses.AsSpan(_count * AddressRoom));
        fixed (byte* bytes = _bytes, addresses = _addresses)
        fixed (LibC.IoVec* parts = _parts)
        fixed (LibC.PktInfoMessage* controls = _controls)
        {
            parts[_count] = new() { Base = bytes + _used, Length = (nuint)length };
            _headers[_count].Header = new()
            {
                Name = addresses + _count * AddressRoom,
                NameLength = (uint)address.Length,
                Parts = parts + _count,
                PartCount = 1,
                Control = withControl ? controls + _count : null,
                ControlLength = withControl ? (nuint)sizeof(LibC.PktInfoMessage) : 0,
            };
        }

        _used += length;
        _count++;
    }
}
