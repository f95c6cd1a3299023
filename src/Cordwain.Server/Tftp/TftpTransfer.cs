using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Tftp;

/// <summary>What a transfer needs of the engine.</summary>
interface ITransferHost
{
    /// <summary>Monotonic.</summary>
    TimeSpan Now { get; }

    /// <summary>Called once, when the transfer is over; the file is disposed after it.</summary>
    void OnEnded(TftpTransfer transfer, OpenedFile? file, ReadOutcome outcome, string? reason);

    void OnSendFailed(TftpTransfer transfer, SocketException e);

    /// <summary>Something went wrong that nobody thought of; this transfer ends, the others go on.</summary>
    void OnFault(TftpTransfer transfer, Exception e);
}

/// <summary>One entry in the table: a client, what it asked for, and how far it is. Safe for several threads.</summary>
sealed class TftpTransfer(ITransferHost host, TftpClient client, TftpRequest request, Ipv4Address local, TransferSocket socket)
    : IDisposable
{
    /// <summary>The network may deliver a request twice; a machine that starts anew takes longer than this.</summary>
    static readonly TimeSpan SameRequest = TimeSpan.FromSeconds(1);

    /// <summary>Content that brings no byte in this time is given up.</summary>
    static readonly TimeSpan LongestStall = TimeSpan.FromMinutes(5);

    readonly Lock _gate = new();
    readonly SocketAddress _address = client.ToSocketAddress();
    readonly CancellationTokenSource _ended = new();
    TftpReadTransfer? _machine;
    TftpReadTerms? _terms;
    IWireBytes? _bytes;
    OpenedFile? _file;
    byte[] _oack = [];
    bool _waiting;
    TimeSpan _waitingSince;
    long _deadline = long.MaxValue;
    long _endedAt = long.MaxValue;

    public TftpClient Client => client;

    public TftpRequest Request => request;

    public Ipv4Address Local => local;

    public TransferSocket Socket => socket;

    public TimeSpan StartedAt { get; } = host.Now;

    /// <summary>Cancelled when the transfer ends, for whoever still opens the file.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>When the next tick is due; read without the lock, so it may be a moment old.</summary>
    public TimeSpan Deadline => TimeSpan.FromTicks(Volatile.Read(ref _deadline));

    /// <summary>When it ended; <see cref="TimeSpan.MaxValue"/> while it lives.</summary>
    public TimeSpan EndedAt => TimeSpan.FromTicks(Volatile.Read(ref _endedAt));

    public bool IsLive => EndedAt == TimeSpan.MaxValue;

    /// <summary>Whether the client has answered; a forged request is never answered.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>Bytes that the client has for certain.</summary>
    public long BytesAcknowledged => _machine?.BytesAcknowledged ?? 0;

    /// <summary>Begins to send. Takes over the file.</summary>
    public void Start(OpenedFile file, BootContent content, TftpLimits limits)
    {
        lock (_gate)
        {
            if (!IsLive)
            {
                content.Dispose();
                return;
            }

            _terms = TftpReadTerms.Negotiate(request, content.Length, limits);
            _machine = new(_terms, host.Now);
            _oack = _terms.Grants.Any ? _terms.Grants.Encode() : [];
            _file = file;
            _bytes = new ContentReader(content, OnContentReady);
            if (request.Mode == TftpMode.Netascii)
                _bytes = new NetasciiReader(_bytes, _terms);
            Pump();
        }
    }

    /// <summary>A packet of the client, on the transfer's own socket.</summary>
    public void OnPacket(ReadOnlySpan<byte> packet)
    {
        lock (_gate)
        {
            if (!IsLive || _machine is not { } machine)
                return;

            if (TftpPacket.TryReadAck(packet, out var block))
            {
                machine.OnAck(block, host.Now);
                IsConfirmed = machine.IsConfirmed;
                Pump();
            }
            else if (TftpPacket.TryReadError(packet, out var code, out var message))
            {
                machine.OnError();
                End(machine.Ending, $"the client sent error {(int)code}{(message.Length > 0 ? ": " + message : "")}");
            }
        }
    }

    /// <returns>False when the request is a new one, and this transfer is to be replaced.</returns>
    public bool OnRequestRepeated(TftpRequest again)
    {
        lock (_gate)
        {
            if (!IsLive || again != request)
                return false;
            if (_machine is not { } machine)
                return true;   // still opening
            if (machine.IsConfirmed)
                return host.Now - StartedAt < SameRequest;

            machine.OnRequestRepeated(host.Now);
            Pump();
            return true;
        }
    }

    public void OnTick(TimeSpan now)
    {
        lock (_gate)
        {
            if (!IsLive || _machine is not { } machine)
                return;

            if (!_waiting)
            {
                machine.OnTick(now);
                Pump();
            }
            else if (now - _waitingSince >= LongestStall)
            {
                Refuse(TftpErrorCode.NotDefined, "the content stopped arriving", null, ReadOutcome.Failed, "the content stopped arriving");
            }
        }
    }

    /// <summary>Ends it with an error packet.</summary>
    /// <param name="message">Null: without one.</param>
    public void Refuse(TftpErrorCode code, string? message, OpenedFile? file, ReadOutcome outcome, string? reason)
    {
        lock (_gate)
        {
            if (!IsLive)
                return;
            if (message is not null)
                Send(TftpPacket.Error(code, message));
            _file ??= file;
            End(outcome, reason);
        }
    }

    /// <summary>The client asked for something else from the same port.</summary>
    public void Replace()
    {
        lock (_gate)
        {
            if (IsLive)
                End(request.Asked.Size && !IsConfirmed ? ReadOutcome.Probed : ReadOutcome.EndedByClient, "the client asked anew");
        }
    }

    /// <summary>Ends it without a word.</summary>
    public void Dispose()
    {
        Refuse(TftpErrorCode.NotDefined, null, null, ReadOutcome.Failed, "the server stopped");
        _ended.Dispose();
    }

    void OnContentReady()
    {
        lock (_gate)
        {
            _waiting = false;
            if (IsLive)
                Pump();
        }
    }

    void Pump()
    {
        var machine = _machine!;
        var packet = ArrayPool<byte>.Shared.Rent(TftpPacket.DataHeaderLength + _terms!.BlockSize);
        try
        {
            while (!_waiting && Step(machine, packet))
                machine.OnSent(host.Now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(TftpErrorCode.NotDefined, e.Message, null, ReadOutcome.Failed, e.Message);
        }
        catch (Exception e)
        {
            host.OnFault(this, e);
            Refuse(TftpErrorCode.NotDefined, "the server failed", null, ReadOutcome.Failed, e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packet);
            Volatile.Write(ref _deadline, (_waiting ? _waitingSince + LongestStall : machine.Deadline).Ticks);
        }
    }

    /// <returns>True when something was sent.</returns>
    bool Step(TftpReadTransfer machine, byte[] packet)
    {
        var action = machine.Next();
        switch (action.Kind)
        {
            case TftpActionKind.SendOack:
                Send(_oack);
                return true;

            case TftpActionKind.SendData:
                var count = _bytes!.Read(action.Offset, packet.AsSpan(TftpPacket.DataHeaderLength, action.Length));
                _waiting = count == ContentReader.Waiting;
                if (_waiting)
                {
                    _waitingSince = host.Now;
                    return false;
                }

                if (count < action.Length)
                    OnShortRead(machine, action.Offset + count);
                TftpPacket.WriteDataHeader(packet, action.Block);
                Send(packet.AsSpan(0, TftpPacket.DataHeaderLength + count));
                return true;

            case TftpActionKind.Finish:
                End(machine.Ending, null);
                return false;

            default:
                return false;
        }
    }

    void OnShortRead(TftpReadTransfer machine, long end)
    {
        if (_terms!.Length is { } promised)
            throw new IOException($"the file became shorter while it was read: {end} bytes instead of {promised}");
        machine.OnEndFound(end);
    }

    void Send(ReadOnlySpan<byte> packet)
    {
        try
        {
            socket.Send(packet, _address, local);
        }
        catch (SocketException e)
        {
            host.OnSendFailed(this, e);   // as good as lost on the way: the next repeat may do better
        }
        catch (ObjectDisposedException)
        {
            // The service stops.
        }
    }

    void End(TftpEnding ending, string? reason)
    {
        switch (ending)
        {
            case TftpEnding.Completed: End(ReadOutcome.Completed, null); break;
            case TftpEnding.LastAckMissing: End(ReadOutcome.Completed, "the last block was never acknowledged"); break;
            case TftpEnding.Probed: End(ReadOutcome.Probed, null); break;
            case TftpEnding.TimedOut: End(ReadOutcome.TimedOut, IsConfirmed ? "the client fell silent" : "the client never answered"); break;
            default: End(ReadOutcome.EndedByClient, reason); break;
        }
    }

    void End(ReadOutcome outcome, string? reason)
    {
        if (!IsLive)
            return;

        Volatile.Write(ref _endedAt, host.Now.Ticks);
        host.OnEnded(this, _file, outcome, reason);
        _bytes?.Dispose();
        _bytes = null;
        _file = null;
        _ended.Cancel();
    }
}
