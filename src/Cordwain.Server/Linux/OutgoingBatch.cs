using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Linux;

/// <summary>Datagrams or frames that leave together, in one system call (sendmmsg(2)). Used by one thread at a time.</summary>
/// <remarks>
/// Datagrams of one length for one destination, as many answers behind one relay are, go through the network stack as one message that the kernel
/// or the card cuts (UDP_SEGMENT). Where that is refused they leave one by one, from then on too.
/// </remarks>
/// <param name="joins">Whether the kernel cuts messages: <see cref="SegmentOffload.IsKnown"/>.</param>
sealed unsafe class OutgoingBatch(bool joins = false)
{
    const int Slots = 256, Room = 256 << 10, AddressRoom = 32;

    // The queue of a card is empty again long before; a card without link never empties it.
    const int PatienceInMilliseconds = 20, Patience = 5;

    readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Room, pinned: true);
    readonly byte[] _addresses = GC.AllocateArray<byte>(Slots * AddressRoom, pinned: true);
    readonly LibC.MMsgHdr[] _headers = GC.AllocateArray<LibC.MMsgHdr>(Slots, pinned: true);
    readonly LibC.IoVec[] _parts = GC.AllocateArray<LibC.IoVec>(Slots, pinned: true);
    readonly Control[] _controls = GC.AllocateArray<Control>(Slots, pinned: true);
    readonly Datagrams[] _datagrams = new Datagrams[Slots];
    bool _joins = joins;
    int _count, _used;

    /// <summary>What one message holds.</summary>
    /// <param name="From">Our address in network order; 0: the system chooses.</param>
    readonly record struct Datagrams(uint From, LibC.SockAddrIn To, int Each, int Count);

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
        var datagram = new Datagrams(BinaryPrimitives.ReverseEndianness(from.Value), address, length, 1);
        if (!TryJoin(datagram))
            Add(datagram, new ReadOnlySpan<byte>(&address, sizeof(LibC.SockAddrIn)));
    }

    /// <summary>The same for a whole frame.</summary>
    public void AddFrame(int length, LibC.SockAddrLl address) =>
        Add(new(0, default, length, 1), new ReadOnlySpan<byte>(&address, sizeof(LibC.SockAddrLl)));

    /// <summary>Sends all of it. What the system refuses is passed over, so that one bad message costs no other.</summary>
    /// <returns>How many datagrams or frames were refused.</returns>
    public int Flush(LinuxHandle socket)
    {
        int done = 0, refused = 0, waits = 0;
        fixed (LibC.MMsgHdr* headers = _headers)
        {
            while (done < _count && !socket.IsClosed)
            {
                var sent = LibC.SendMMsg(socket, headers + done, (uint)(_count - done), LibC.MsgDontWait | LibC.MsgNoSignal);
                if (sent > 0)
                    done += sent;
                else if (Marshal.GetLastPInvokeError() is var error && error == LibC.EAgain && waits++ < Patience)
                    WaitForRoom(socket);
                else if (error != LibC.EIntr)
                    refused += IsUncut(done, error) ? SendOneByOne(socket, done++) : _datagrams[done++].Count;
            }
        }

        for (; done < _count; done++)
            refused += _datagrams[done].Count;
        (_count, _used) = (0, 0);
        return refused;
    }

    static void WaitForRoom(LinuxHandle socket)
    {
        var fd = new LibC.PollFd { Fd = (int)socket.DangerousGetHandle(), Events = LibC.PollOut };
        LibC.Poll(&fd, 1, PatienceInMilliseconds);
    }

    /// <summary>One more segment of the message before, when it goes the same way and is as long.</summary>
    bool TryJoin(Datagrams next)
    {
        if (!_joins || _count == 0 || next.Each > SegmentOffload.LongestShared)
            return false;
        ref var last = ref _datagrams[_count - 1];
        if (last.From != next.From || last.Each != next.Each || last.Count == SegmentOffload.MaxSegments || (last.Count + 1) * last.Each > SegmentOffload.MaxMessage
            || last.To.Address != next.To.Address || last.To.Port != next.To.Port)
            return false;

        last = last with { Count = last.Count + 1 };
        _parts[_count - 1].Length += (nuint)next.Each;
        SetControl(_count - 1);
        _used += next.Each;
        return true;
    }

    // The arrays are pinned for good, so their addresses stay true after the fixed statement.
    void Add(Datagrams datagram, ReadOnlySpan<byte> address)
    {
        _datagrams[_count] = datagram;
        address.CopyTo(_addresses.AsSpan(_count * AddressRoom));
        fixed (byte* bytes = _bytes, addresses = _addresses)
        fixed (LibC.IoVec* parts = _parts)
        {
            parts[_count] = new() { Base = bytes + _used, Length = (nuint)datagram.Each };
            _headers[_count].Header = new()
            {
                Name = addresses + _count * AddressRoom,
                NameLength = (uint)address.Length,
                Parts = parts + _count,
                PartCount = 1,
            };
        }

        SetControl(_count);
        _used += datagram.Each;
        _count++;
    }

    /// <summary>Says which address a message leaves from, and how it is cut.</summary>
    void SetControl(int index)
    {
        var datagram = _datagrams[index];
        ref var header = ref _headers[index].Header;
        header.ControlLength = 0;
        fixed (Control* control = &_controls[index])
        {
            header.Control = control;
            if (datagram.From != 0)
            {
                control->Source = LibC.PktInfoMessage.From(datagram.From);
                header.ControlLength = (nuint)sizeof(LibC.PktInfoMessage);
            }

            if (datagram.Count > 1)
            {
                *(UdpCalls.SegmentMessage*)((byte*)control + header.ControlLength) = UdpCalls.SegmentMessage.Of(datagram.Each);
                header.ControlLength += (nuint)sizeof(UdpCalls.SegmentMessage);
            }
        }

        if (header.ControlLength == 0)
            header.Control = null;
    }

    /// <summary>It was refused because it was to be cut: by a card that computes no checksums, or a way that takes only shorter datagrams.</summary>
    bool IsUncut(int index, int error) =>
        _datagrams[index].Count > 1 && error is UdpCalls.EInval or UdpCalls.EIo or UdpCalls.EMsgSize or UdpCalls.EOpNotSupp;

    /// <returns>How many were refused.</returns>
    int SendOneByOne(LinuxHandle socket, int index)
    {
        _joins = false;
        var whole = _datagrams[index];
        _datagrams[index] = whole with { Count = 1 };
        SetControl(index);
        ref var part = ref _parts[index];
        part.Length = (nuint)whole.Each;
        var refused = 0;
        for (var i = 0; i < whole.Count; i++)
        {
            fixed (LibC.MMsgHdr* header = &_headers[index])
            {
                if (LibC.SendMMsg(socket, header, 1, LibC.MsgDontWait | LibC.MsgNoSignal) < 1)
                    refused++;
            }

            part.Base = (byte*)part.Base + whole.Each;
        }

        return refused;
    }

    struct Control
    {
        public LibC.PktInfoMessage Source;
        public UdpCalls.SegmentMessage Segment;
    }
}
