using Cordwain.Content;
using Cordwain.Protocols.Tftp;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Tftp;

/// <summary>Makes DATA packets of content. Guarded by the lock of its transfer.</summary>
/// <remarks>
/// A window leaves as one message that the system cuts, and the bytes of a file straight from where it is mapped. The message with the
/// last block is read instead: a file that was cut meanwhile is found out before the client can take what it has for the whole.
/// </remarks>
sealed class WireBlocks : IDisposable
{
    /// <summary>
    /// A packet of such a length is given to the system as a message that may be cut, although there is nothing to cut: then Linux fills
    /// pages of its socket with it instead of one piece of memory for each (4 % less processor time at 8 KB). Shorter ones fit a page anyway,
    /// with longer ones it costs more than it brings (18 % at 64 KB). A way that takes only shorter packets refuses the first, which then goes singly.
    /// </summary>
    const int LongerThan = 4096, ShorterThan = 16_000;

    readonly TftpTransfer _transfer;
    readonly TftpReadTerms _terms;
    readonly IWireBytes _bytes;
    readonly int _blocksAtOnce;
    readonly int _packetLength;
    readonly bool _fillsPages;
    MappedFile? _mapped;
    bool _segments;

    /// <param name="ready">Called once, on any thread, after <see cref="Send"/> answered false.</param>
    public WireBlocks(TftpTransfer transfer, BootContent content, TftpReadTerms terms, TftpMode mode, FileMaps? maps, Action ready)
    {
        _transfer = transfer;
        _terms = terms;
        _bytes = new ContentReader(content, ready);
        if (mode == TftpMode.Netascii)
            _bytes = new NetasciiReader(_bytes, terms);
        else if (content.Extent is { } extent)
            _mapped = MappedFile.Of(maps, extent);
        _packetLength = TftpPacket.DataHeaderLength + terms.BlockSize;
        _blocksAtOnce = Math.Clamp(SegmentOffload.MaxMessage / _packetLength, 1, SegmentOffload.MaxSegments);
        _fillsPages = _packetLength is > LongerThan and < ShorterThan;
        _segments = transfer.Socket.Segments && ((terms.WindowSize > 1 && _blocksAtOnce > 1) || _fillsPages);
    }

    /// <summary>Sends what is due, one message's worth at most.</summary>
    /// <returns>False when bytes have to be waited for.</returns>
    public bool Send(ISendBatch batch, TftpReadTransfer machine, TimeSpan now)
    {
        var blocks = Math.Min(machine.BlocksDue, _blocksAtOnce);
        var mapped = machine.IsLastWithin(blocks) ? null : _mapped;
        if (mapped is null && _mapped is not null && _terms.WindowSize > 1)
            batch.Flush();   // what leaves before the last block must have been the file's as well
        if (mapped?.Holds(machine.Next().Offset, blocks * _terms.BlockSize, now) == false)
            mapped = null;
        return _segments && blocks > 1 ? SendTogether(blocks, mapped, batch, machine, now) : SendSingly(blocks, mapped, batch, machine, now);
    }

    /// <summary>Whether there is another way than the one that failed.</summary>
    public bool CanDoWithout(UnsentReason reason)
    {
        switch (reason)
        {
            case UnsentReason.FileUnreadable when _mapped is not null:
                _mapped.Dispose();
                _mapped = null;
                return true;
            case UnsentReason.NotSegmented when _segments:
                _segments = false;
                return true;
            default:
                return false;
        }
    }

    public void Dispose()
    {
        _mapped?.Dispose();
        _bytes.Dispose();
    }

    bool SendTogether(int blocks, MappedFile? mapped, ISendBatch batch, TftpReadTransfer machine, TimeSpan now)
    {
        batch.Begin(_transfer, segment: _packetLength, blocks * _packetLength);
        var added = 0;
        var arrived = true;
        while (added < blocks && machine.BlocksDue > 0 && (arrived = TryAdd(mapped, batch, machine, now)))
            added++;
        if (added > 0)
            batch.Commit();
        else
            batch.Cancel();
        return arrived;
    }

    bool SendSingly(int blocks, MappedFile? mapped, ISendBatch batch, TftpReadTransfer machine, TimeSpan now)
    {
        var segment = _segments && _fillsPages ? _packetLength : 0;
        for (; blocks > 0 && machine.BlocksDue > 0; blocks--)
        {
            batch.Begin(_transfer, segment, _packetLength);
            if (!TryAdd(mapped, batch, machine, now))
            {
                batch.Cancel();
                return false;
            }

            batch.Commit();
        }

        return true;
    }

    /// <returns>False, with nothing added, when the bytes have to be waited for.</returns>
    bool TryAdd(MappedFile? mapped, ISendBatch batch, TftpReadTransfer machine, TimeSpan now)
    {
        var action = machine.Next();
        if (mapped is not null)
        {
            TftpPacket.WriteDataHeader(batch.Room(TftpPacket.DataHeaderLength), action.Block);
            batch.Advance(TftpPacket.DataHeaderLength);
            mapped.Add(batch, action.Offset, action.Length);
        }
        else
        {
            var packet = batch.Room(TftpPacket.DataHeaderLength + action.Length);
            var count = _bytes.Read(action.Offset, packet[TftpPacket.DataHeaderLength..]);
            if (count == ContentReader.Waiting)
                return false;
            if (count < action.Length)
                OnShortRead(machine, action.Offset + count);
            TftpPacket.WriteDataHeader(packet, action.Block);
            batch.Advance(TftpPacket.DataHeaderLength + count);
        }

        machine.OnSent(now);
        return true;
    }

    void OnShortRead(TftpReadTransfer machine, long end)
    {
        if (_terms.Length is { } promised)
            throw new ShortFileException(end, promised);
        machine.OnEndFound(end);
    }
}
