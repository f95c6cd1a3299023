using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tftp;

/// <summary>What a client does after a packet or a silence.</summary>
public enum TftpDownloadStep
{
    /// <summary>Wait for the next packet.</summary>
    Wait,

    /// <summary>Send <see cref="TftpDownload.Packet"/>.</summary>
    Send,

    /// <summary>Send <see cref="TftpDownload.Packet"/>; the file is complete.</summary>
    SendAndFinish,

    /// <summary><see cref="TftpDownload.Failure"/> says why; <see cref="TftpDownload.Packet"/> is not empty when the server should be told.</summary>
    Fail,
}

/// <summary>The client's side of a read, as firmware does it: RFC 1350 with the options of RFC 2347 and windows of RFC 7440.</summary>
/// <remarks>It counts and checks and keeps no byte of the file: the caller looks at each packet's data while it has it.</remarks>
public sealed class TftpDownload
{
    const int DefaultBlockSize = 512;

    readonly TftpAsked _asked;
    readonly bool _sizeOnly;
    readonly byte[] _request, _ack = [0, (byte)TftpOpcode.Ack, 0, 0];
    readonly int _patience;
    ReadOnlyMemory<byte> _packet;
    bool _answered, _saidGap;
    int _inWindow, _silences;
    long _next = 1;

    /// <param name="patience">Silences in a row before it gives up.</param>
    /// <param name="sizeOnly">Ask for the size and end the transfer with error 8, as UEFI does before it reads.</param>
    public TftpDownload(string name, TftpAsked asked, int patience, bool sizeOnly = false)
    {
        (_asked, _patience, _sizeOnly) = (asked, patience, sizeOnly);
        _packet = _request = Request(name, asked);
    }

    /// <summary>What to send: the request, an acknowledgement or an error. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Packet => _packet;

    public int BlockSize { get; private set; } = DefaultBlockSize;

    public int WindowSize { get; private set; } = 1;

    /// <summary>As the server announced it; null when it did not.</summary>
    public long? Size { get; private set; }

    /// <summary>Bytes of the file so far, in order.</summary>
    public long Received { get; private set; }

    /// <summary>Packets that this side sent again after a silence.</summary>
    public int Resends { get; private set; }

    /// <summary>DATA that came twice.</summary>
    public int Duplicates { get; private set; }

    /// <summary>What the server said, or what is wrong with what it said; null while all is well.</summary>
    public TftpDownloadFailure? Failure { get; private set; }

    /// <param name="data">The next bytes of the file; empty when the packet brought none.</param>
    public TftpDownloadStep OnPacket(ReadOnlySpan<byte> datagram, out ReadOnlySpan<byte> data)
    {
        data = [];
        switch (TftpPacket.OpcodeOf(datagram))
        {
            case TftpOpcode.Data when datagram.Length >= TftpPacket.DataHeaderLength:
                return OnData(BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]), datagram[TftpPacket.DataHeaderLength..], out data);
            case TftpOpcode.OptionAck:
                return OnOptions(datagram[2..]);
            case TftpOpcode.Error when TftpPacket.TryReadError(datagram, out var code, out var message):
                return Fail(new(code, message, FromServer: true), tell: false);
            default:
                return TftpDownloadStep.Wait;
        }
    }

    /// <summary>Nothing came for a while: the last word again, which is the last block in order (RFC 7440 §4).</summary>
    public TftpDownloadStep OnSilence()
    {
        if (++_silences > _patience)
            return Fail(new(TftpErrorCode.NotDefined, _answered ? string.Create(CultureInfo.InvariantCulture, $"silent after block {_next - 1}") : "no answer", FromServer: false), tell: false);
        Resends++;
        return _answered ? Acknowledge() : TftpDownloadStep.Send;
    }

    TftpDownloadStep OnOptions(ReadOnlySpan<byte> options)
    {
        if (_next > 1)
            return TftpDownloadStep.Wait;   // late: the file is under way
        if (!_answered)
        {
            _answered = true;
            if (!Accept(options))
                return Fail(new(TftpErrorCode.OptionsRefused, "the server granted what was not asked", FromServer: false), tell: true);
            if (_sizeOnly)
            {
                _packet = TftpPacket.Error(TftpErrorCode.OptionsRefused, "size known");
                return TftpDownloadStep.SendAndFinish;
            }
        }

        _silences = 0;
        return Acknowledge();
    }

    TftpDownloadStep OnData(ushort number, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> data)
    {
        data = [];
        _answered = true;
        if (number != (ushort)_next)
            return OnUnexpected(number);
        if (payload.Length > BlockSize)
            return Fail(new(TftpErrorCode.IllegalOperation, "a block is longer than agreed", FromServer: false), tell: true);

        data = payload;
        (_silences, _saidGap) = (0, false);
        Received += payload.Length;
        _next++;
        _inWindow++;
        if (payload.Length < BlockSize)
            return Complete();
        return _inWindow >= WindowSize ? Acknowledge() : TftpDownloadStep.Wait;
    }

    /// <summary>After a gap the server learns at once, and once, where it began; the block before the next one means that our ACK was lost.</summary>
    TftpDownloadStep OnUnexpected(ushort number)
    {
        var isOld = (ushort)(number - (ushort)_next) >= 0x8000;
        if (isOld)
        {
            Duplicates++;
            return number == (ushort)(_next - 1) && _inWindow == 0 ? Acknowledge() : TftpDownloadStep.Wait;
        }

        if (_saidGap)
            return TftpDownloadStep.Wait;
        _saidGap = true;
        return Acknowledge();
    }

    TftpDownloadStep Complete()
    {
        if (Size is { } size && size != Received)
            return Fail(new(TftpErrorCode.NotDefined, string.Create(CultureInfo.InvariantCulture, $"{Received} bytes came, {size} were announced"), FromServer: false), tell: true);
        Acknowledge();
        return TftpDownloadStep.SendAndFinish;
    }

    TftpDownloadStep Acknowledge()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_ack.AsSpan(2), (ushort)(_next - 1));
        (_packet, _inWindow) = (_ack, 0);
        return TftpDownloadStep.Send;
    }

    TftpDownloadStep Fail(TftpDownloadFailure failure, bool tell)
    {
        Failure = failure;
        _packet = tell ? TftpPacket.Error(failure.Code, failure.Message) : default;
        return TftpDownloadStep.Fail;
    }

    /// <summary>RFC 2347: a server grants what was asked or less, and nothing else.</summary>
    bool Accept(ReadOnlySpan<byte> options)
    {
        while (TryTake(ref options, out var name) && TryTake(ref options, out var value))
        {
            if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return false;
            if (Ascii.EqualsIgnoreCase(name, "blksize"u8))
            {
                if (number < TftpAsked.MinBlockSize || number > _asked.BlockSize.GetValueOrDefault())
                    return false;
                BlockSize = (int)number;
            }
            else if (Ascii.EqualsIgnoreCase(name, "windowsize"u8))
            {
                if (number < 1 || number > _asked.WindowSize.GetValueOrDefault())
                    return false;
                WindowSize = (int)number;
            }
            else if (Ascii.EqualsIgnoreCase(name, "tsize"u8) && _asked.Size)
                Size = number;
            else if (!Ascii.EqualsIgnoreCase(name, "timeout"u8) || number != _asked.Timeout)
                return false;
        }

        return true;
    }

    static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        var end = rest.IndexOf((byte)0);
        text = end < 0 ? [] : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return end > 0;
    }

    static byte[] Request(string name, TftpAsked asked)
    {
        var text = new StringBuilder("\0\u0001").Append(name).Append("\0octet\0");
        Add("tsize", asked.Size ? 0 : null);
        Add("blksize", asked.BlockSize);
        Add("timeout", asked.Timeout);
        Add("windowsize", asked.WindowSize);
        return Encoding.UTF8.GetBytes(text.ToString());

        void Add(string option, int? value)
        {
            if (value is { } number)
                text.Append(option).Append('\0').Append(number.ToString(CultureInfo.InvariantCulture)).Append('\0');
        }
    }
}

/// <summary>Why a file did not come.</summary>
/// <param name="FromServer">It came in an ERROR packet; else this side found it.</param>
public sealed record TftpDownloadFailure(TftpErrorCode Code, string Message, bool FromServer);
