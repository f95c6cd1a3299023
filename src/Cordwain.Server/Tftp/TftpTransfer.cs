using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Tftp;

/// <summary>One entry in the table: a client, what it asked for, and how far it is. Safe for several threads.</summary>
/// <remarks>What the client sends changes its state at once; what is to be sent leaves in <see cref="TakeTurn"/>.</remarks>
sealed class TftpTransfer(ITransferHost host, TftpClient client, TftpRequest request, Ipv4Address local, TransferSocket socket)
    : IDisposable
{
    /// <summary>The network may deliver a request twice; a machine that starts anew takes longer than this.</summary>
    static readonly TimeSpan SameRequest = TimeSpan.FromSeconds(1);

    /// <summary>Content that brings no byte in this time is given up.</summary>
    static readonly TimeSpan LongestStall = TimeSpan.FromMinutes(5);

    readonly Lock _gate = new();
    readonly CancellationTokenSource _ended = new();
    TftpReadTransfer? _machine;
    WireBlocks? _blocks;
    OpenedFile? _file;
    byte[] _oack = [];
    bool _waiting;
    TimeSpan _waitingSince;
    long _repeatsCounted;
    long _endedAt = long.MaxValue;
    long _nextVisit = long.MaxValue;

    public TftpClient Client => client;

    public TftpRequest Request => request;

    public Ipv4Address Local => local;

    public TransferSocket Socket => socket;

    public TimeSpan StartedAt { get; } = host.Now;

    /// <summary>Cancelled when the transfer ends, for whoever still opens the file.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>When it ended; <see cref="TimeSpan.MaxValue"/> while it lives.</summary>
    public TimeSpan EndedAt => TimeSpan.FromTicks(Volatile.Read(ref _endedAt));

    public bool IsLive => EndedAt == TimeSpan.MaxValue;

    /// <summary>Whether the client has answered; a forged request is never answered.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>Bytes that the client has for certain.</summary>
    public long BytesAcknowledged => _machine?.BytesAcknowledged ?? 0;

    /// <summary>The line it stands in, for <see cref="Turns"/>.</summary>
    public Turns? IsInLine { get; set; }

    /// <summary>For <see cref="TransferSchedule"/>.</summary>
    public long NextVisit
    {
        get => Volatile.Read(ref _nextVisit);
        set => Volatile.Write(ref _nextVisit, value);
    }

    /// <summary>When the client is to be spoken to again, or content that does not come is given up.</summary>
    TimeSpan Deadline => _waiting ? _waitingSince + LongestStall : _machine!.Deadline;

    /// <summary>Takes over the file; the first packet leaves at the next turn.</summary>
    public void Start(OpenedFile file, BootContent content, TftpLimits limits)
    {
        lock (_gate)
        {
            if (!IsLive)
            {
                content.Dispose();
                return;
            }

            var terms = TftpReadTerms.Negotiate(request, content.Length, limits);
            _machine = new(terms, host.Now);
            _oack = terms.Grants.Any ? terms.Grants.Encode() : [];
            _file = file;
            _blocks = new(this, content, terms, request.Mode, host.Maps, OnContentReady);
        }
    }

    /// <summary>A packet of the client, on the transfer's own socket.</summary>
    /// <returns>True when there may be something to send.</returns>
    public bool OnPacket(ReadOnlySpan<byte> packet, TimeSpan now)
    {
        lock (_gate)
        {
            if (!IsLive || _machine is not { } machine)
                return false;

            if (TftpPacket.TryReadAck(packet, out var block))
            {
                machine.OnAck(block, now);
                IsConfirmed = machine.IsConfirmed;
                return machine.Next().Kind != TftpActionKind.Wait;
            }

            if (TftpPacket.TryReadError(packet, out var code, out var message))
            {
                machine.OnError();
                End(machine.Ending, $"the client sent error {(int)code}{(message.Length > 0 ? ": " + message : "")}");
            }

            return false;
        }
    }

    /// <param name="due">There is something to send.</param>
    /// <returns>False when the request is a new one, and this transfer is to be replaced.</returns>
    public bool OnRequestRepeated(TftpRequest again, out bool due)
    {
        lock (_gate)
        {
            due = false;
            if (!IsLive || again != request)
                return false;
            if (_machine is not { } machine)
                return true;   // still opening
            if (machine.IsConfirmed)
                return host.Now - StartedAt < SameRequest;

            machine.OnRequestRepeated(host.Now);
            due = true;
            return true;
        }
    }

    /// <summary>The time has come to look at it.</summary>
    /// <returns>True when there is something to send.</returns>
    public bool OnVisit(TimeSpan now)
    {
        lock (_gate)
        {
            if (!IsLive || _machine is not { } machine)
                return false;
            if (now < Deadline)
            {
                host.Plan(this, Deadline);
                return false;
            }

            if (_waiting)
            {
                Refuse(TftpErrorCode.NotDefined, "the content stopped arriving", null, ReadOutcome.Failed, "the content stopped arriving");
                return false;
            }

            if (socket.ShouldWait(Deadline, now))
            {
                host.Plan(this, now);   // at the next tick
                return false;
            }

            machine.OnTick(now);
            host.Plan(this, Deadline);
            return true;
        }
    }

    /// <summary>Sends one message's worth.</summary>
    /// <returns>True when more is due.</returns>
    public bool TakeTurn(ISendBatch batch, TimeSpan now)
    {
        lock (_gate)
        {
            if (!IsLive || _waiting || _machine is not { } machine)
                return false;
            try
            {
                return Send(batch, machine, now);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                batch.Cancel();
                Refuse(TftpErrorCode.NotDefined, TftpErrorText.Of(e), null, ReadOutcome.Failed, e.Message);
            }
            catch (Exception e)
            {
                batch.Cancel();
                host.OnFault(this, e);
                Refuse(TftpErrorCode.NotDefined, "the server failed", null, ReadOutcome.Failed, e.Message);
            }

            return false;
        }
    }

    /// <summary>Something did not leave.</summary>
    /// <returns>True when it is to be sent another way.</returns>
    public bool OnNotSent(UnsentPacket packet)
    {
        lock (_gate)
        {
            if (!IsLive || _blocks?.CanDoWithout(packet.Reason) != true)
            {
                host.OnSendFailed(this, packet.Error);
                return false;
            }

            host.OnSentAnotherWay();
            _machine!.OnNotSent(host.Now);
            return true;
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
                host.SendError(code, message, socket, client, local);
            _file ??= file;
            End(outcome, reason);
        }
    }

    /// <summary>The client asked for something else from the same port.</summary>
    public void Replace()
    {
        lock (_gate)
        {
            if (!IsLive)
                return;
            if (_machine is not { } machine)
            {
                End(request.Asked.Size ? ReadOutcome.Probed : ReadOutcome.EndedByClient, "the client asked anew");
                return;
            }

            machine.OnReplaced();
            End(machine.Ending, "the client asked anew");
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
            _waiting = false;
        host.SendNow(this);
    }

    bool Send(ISendBatch batch, TftpReadTransfer machine, TimeSpan now)
    {
        switch (machine.Next().Kind)
        {
            case TftpActionKind.SendOack:
                batch.Begin(this, segment: 0, _oack.Length);
                _oack.CopyTo(batch.Room(_oack.Length));
                batch.Advance(_oack.Length);
                batch.Commit();
                machine.OnSent(now);
                break;

            case TftpActionKind.SendData:
                _waiting = !_blocks!.Send(batch, machine, now);
                if (_waiting)
                    _waitingSince = now;
                break;

            case TftpActionKind.Finish:
                End(machine.Ending, null);
                return false;

            default:
                return false;
        }

        if (machine.Repeats != _repeatsCounted)
        {
            host.OnRepeated(machine.Repeats - _repeatsCounted);
            _repeatsCounted = machine.Repeats;
        }

        host.Plan(this, Deadline);
        return !_waiting && machine.BlocksDue > 0;
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
        _blocks?.Dispose();
        _blocks = null;
        _file = null;
        _ended.Cancel();
    }
}
