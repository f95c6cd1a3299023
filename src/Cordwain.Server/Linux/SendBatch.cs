using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Tftp;

namespace Cordwain.Server.Linux;

/// <summary>Packets of many transfers, sent with one system call: headers from a buffer of its own, file bytes from where they are mapped.</summary>
sealed unsafe class SendBatch : ISendBatch
{
    const int MaxMessages = 64, MaxParts = 1024, BufferLength = 160 * 1024;

    /// <summary>Of one message: a header and bytes on both sides of the end of a file's part for each segment.</summary>
    const int PartsOfOne = SegmentOffload.MaxSegments * 2 + 4;

    /// <summary>How long a card that takes no more may hold up everybody else.</summary>
    const int PatienceMilliseconds = 50;

    readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferLength, pinned: true);
    readonly LibC.MMsgHdr[] _headers = GC.AllocateArray<LibC.MMsgHdr>(MaxMessages, pinned: true);
    readonly LibC.IoVec[] _parts = GC.AllocateArray<LibC.IoVec>(MaxParts, pinned: true);
    readonly LibC.SockAddrIn[] _names = GC.AllocateArray<LibC.SockAddrIn>(MaxMessages, pinned: true);
    readonly Control[] _controls = GC.AllocateArray<Control>(MaxMessages, pinned: true);
    readonly TftpTransfer?[] _owners = new TftpTransfer?[MaxMessages];
    readonly List<FilePart> _held = new(MaxMessages);
    readonly List<UnsentPacket> _unsent = [];
    readonly byte* _start;
    TransferSocket? _socket;
    int _count, _partCount, _used;
    int _firstPart, _beganAt;

    public SendBatch()
    {
        fixed (byte* start = _buffer)
            _start = start;   // pinned for good
    }

    public List<UnsentPacket> Unsent => _unsent;

    public long PacketsSent { get; private set; }

    public long BytesSent { get; private set; }

    public void Begin(TftpTransfer transfer, int segment, int length)
    {
        if (transfer.Socket != _socket || _count == MaxMessages || _partCount + PartsOfOne > MaxParts || _used + length > BufferLength)
            Flush();
        _socket = transfer.Socket;
        _firstPart = _partCount;
        _beganAt = _used;
        _owners[_count] = transfer;
        _names[_count] = new()
        {
            Family = LibC.AfInet,
            Port = BinaryPrimitives.ReverseEndianness(transfer.Client.Port),
            Address = BinaryPrimitives.ReverseEndianness(transfer.Client.Address.Value),
        };

        ref var header = ref _headers[_count].Header;
        header.ControlLength = 0;
        fixed (Control* control = &_controls[_count])
        {
            header.Control = control;
            if (_socket.SharesAddresses)
            {
                control->Source = LibC.PktInfoMessage.From(BinaryPrimitives.ReverseEndianness(transfer.Local.Value));
                header.ControlLength += (nuint)sizeof(LibC.PktInfoMessage);
            }

            if (segment > 0)
            {
                *(LibC.SegmentMessage*)((byte*)control + header.ControlLength) = LibC.SegmentMessage.Of(segment);
                header.ControlLength += (nuint)sizeof(LibC.SegmentMessage);
            }
        }
    }

    public Span<byte> Room(int length) => _buffer.AsSpan(_used, length);

    public void Advance(int length)
    {
        Add(_start + _used, length);
        _used += length;
    }

    public void AddFile(FilePart file, int offset, int length)
    {
        if (_held.Count == 0 || _held[^1] != file)
        {
            file.Use();   // until it has left: a transfer may end before
            _held.Add(file);
        }

        Add(file.Start + offset, length);
    }

    public void Commit()
    {
        ref var header = ref _headers[_count].Header;
        fixed (LibC.SockAddrIn* name = &_names[_count])
            header.Name = name;
        fixed (LibC.IoVec* first = &_parts[_firstPart])
            header.Parts = first;
        header.NameLength = (uint)sizeof(LibC.SockAddrIn);
        header.PartCount = (nuint)(_partCount - _firstPart);
        _count++;
    }

    public void Cancel() => (_partCount, _used) = (_firstPart, _beganAt);

    public void Flush()
    {
        var done = 0;
        var patient = true;
        fixed (LibC.MMsgHdr* headers = _headers)
        {
            while (done < _count)
            {
                var sent = Send(headers + done, _count - done, out var error);
                for (var i = done; i < done + sent; i++)
                    BytesSent += headers[i].Length;
                PacketsSent += Math.Max(0, sent);
                done += Math.Max(0, sent);
                if (sent > 0 || error == LibC.EIntr)
                    continue;
                if (error == LibC.EAgain && patient)
                {
                    patient = WaitForRoom();   // once; what then finds no room is lost, and repeated when it is due
                    continue;
                }

                _unsent.Add(new(_owners[done]!, WhyNot(error), error));
                done++;
            }
        }

        foreach (var part in _held)
            part.Release();
        _held.Clear();
        Array.Clear(_owners, 0, _count);
        (_count, _partCount, _used) = (0, 0, 0);
    }

    public void Dispose() => Flush();

    static UnsentReason WhyNot(int error) => error switch
    {
        LibC.EFault => UnsentReason.FileUnreadable,
        LibC.EInval or LibC.EIo or LibC.EMsgSize or LibC.EOpNotSupp => UnsentReason.NotSegmented,
        _ => UnsentReason.Lost,
    };

    int Send(LibC.MMsgHdr* first, int count, out int error)
    {
        try
        {
            var sent = LibC.SendMMsg(_socket!.Socket.SafeHandle, first, (uint)count, LibC.MsgDontWait | LibC.MsgNoSignal);
            error = sent < 0 ? Marshal.GetLastPInvokeError() : 0;
            return sent;
        }
        catch (ObjectDisposedException)
        {
            error = 0;   // the service stops
            return count;
        }
    }

    bool WaitForRoom()
    {
        var handle = _socket!.Socket.SafeHandle;
        if (handle.IsClosed)
            return false;
        var fd = new LibC.PollFd { Fd = (int)handle.DangerousGetHandle(), Events = LibC.PollOut };
        return LibC.Poll(&fd, 1, PatienceMilliseconds) > 0;
    }

    void Add(byte* bytes, int length)
    {
        if (length == 0)
            return;
        if (_partCount > _firstPart)
        {
            ref var last = ref _parts[_partCount - 1];
            if ((byte*)last.Base + last.Length == bytes)
            {
                last.Length += (nuint)length;
                return;
            }
        }

        _parts[_partCount++] = new() { Base = bytes, Length = (nuint)length };
    }

    struct Control
    {
        public LibC.PktInfoMessage Source;
        public LibC.SegmentMessage Segment;
    }
}
