using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Tftp;

namespace Cordwain.Server.Linux;

/// <summary>Takes as many datagrams as there are with one system call.</summary>
/// <param name="slotSize">A longer datagram is cut.</param>
sealed unsafe class BatchReceiver(Socket socket, int slots, int slotSize) : IPacketReceiver
{
    readonly byte[] _buffers = GC.AllocateUninitializedArray<byte>(slots * slotSize, pinned: true);
    readonly LibC.MMsgHdr[] _headers = GC.AllocateArray<LibC.MMsgHdr>(slots, pinned: true);
    readonly LibC.IoVec[] _parts = GC.AllocateArray<LibC.IoVec>(slots, pinned: true);
    readonly LibC.SockAddrIn[] _sources = GC.AllocateArray<LibC.SockAddrIn>(slots, pinned: true);
    readonly LibC.PktInfoMessage[] _controls = GC.AllocateArray<LibC.PktInfoMessage>(slots, pinned: true);
    bool _prepared;
    int _used;

    public int Capacity { get; } = slots;

    public int Receive(bool wait)
    {
        Prepare(_prepared ? _used : Capacity);
        _prepared = true;
        int count;
        try
        {
            fixed (LibC.MMsgHdr* headers = _headers)
                count = LibC.RecvMMsg(socket.SafeHandle, headers, (uint)Capacity, wait ? LibC.MsgWaitForOne : LibC.MsgDontWait, null);
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }

        _used = Math.Max(0, count);
        // What fails may be short of memory or the error of an earlier send; neither may spin this thread, nor end it.
        if (count < 0 && Marshal.GetLastPInvokeError() is not (LibC.EIntr or LibC.EAgain))
            Thread.Sleep(1);
        return _used;
    }

    public ReadOnlySpan<byte> Packet(int index, out TftpClient client, out Ipv4Address local)
    {
        ref var source = ref _sources[index];
        client = new(new(BinaryPrimitives.ReverseEndianness(source.Address)), BinaryPrimitives.ReverseEndianness(source.Port));
        local = new(BinaryPrimitives.ReverseEndianness(_controls[index].Destination));
        return _buffers.AsSpan(index * slotSize, (int)Math.Min(_headers[index].Length, (uint)slotSize));
    }

    /// <summary>The kernel has written into the slots that were used last.</summary>
    void Prepare(int count)
    {
        // The arrays are pinned for good, so their addresses stay true after the fixed statement.
        fixed (byte* buffers = _buffers)
        fixed (LibC.IoVec* parts = _parts)
        fixed (LibC.SockAddrIn* sources = _sources)
        fixed (LibC.PktInfoMessage* controls = _controls)
        {
            for (var i = 0; i < count; i++)
            {
                parts[i] = new() { Base = buffers + i * slotSize, Length = (nuint)slotSize };
                controls[i].Destination = 0;
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
}
