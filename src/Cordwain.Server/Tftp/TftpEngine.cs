using System.Collections.Concurrent;
using System.Net.Sockets;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Content;
using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Linux;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Tftp;

/// <param name="Client">Who sent it.</param>
/// <param name="Local">Our address that it was sent to, where the socket tells.</param>
readonly record struct PacketOrigin(TftpClient Client, Ipv4Address Local);

/// <summary>A request as it came in by the request port.</summary>
/// <param name="Local">The address that was asked.</param>
/// <param name="Socket">The socket of the request port, when transfers are to use it as well; null otherwise.</param>
readonly record struct TftpArrival(TftpClient Client, Ipv4Address Local, TransferSocket? Socket);

/// <summary>What the service does with packets: answers requests, hands the others to their transfers. Owns no request socket.</summary>
/// <remarks>
/// A few threads do all: one for the request port, a few for the sockets of transfers (<see cref="TftpReceiver"/>), and a timer for
/// what is to be sent again. A transfer belongs to none of them; its own lock keeps its state whole.
/// </remarks>
sealed partial class TftpEngine : ITransferHost, IDisposable
{
    const int FirstClientPort = 1024, MaxStrayAnswersPerSecond = 100;

    /// <summary>Half the shortest repeat: late by a half at most.</summary>
    static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(10), TrimEvery = TimeSpan.FromSeconds(1);

    readonly TftpSettings _settings;
    readonly IBootFiles _files;
    readonly IBootJournal _journal;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly TftpTransport _transport;
    readonly long _origin;
    readonly TransferTable _table;
    readonly SourceLimits _limits;
    readonly LocalInterfaces _interfaces;
    readonly TransferSockets _sockets;
    readonly ConcurrentBag<Turns> _lines = [];
    readonly TickSource _ticks;
    int _ticking;
    TimeSpan _trimmedAt;
    long _strayWindow;
    int _strays;

    public TftpEngine(TftpSettings settings, IBootFiles files, IBootJournal journal, TimeProvider clock, ILogger logger, TftpTransport transport)
    {
        _settings = settings;
        _files = files;
        _journal = journal;
        _clock = clock;
        _logger = logger;
        _transport = transport;
        _origin = clock.GetTimestamp();
        _table = new(settings, TickLength);
        _limits = new(settings);
        _interfaces = new(clock);
        _sockets = new(transport, socket => Listen(socket, transport.ReceiverOfTransfers(socket), OnTransferPacket, "tftp transfers"));
        _ticks = new(clock, TickLength, Tick);
    }

    public TimeSpan Now => _clock.GetElapsedTime(_origin);

    public FileMaps? Maps => _transport.Maps;

    public TftpCounters Counters { get; } = new();

    /// <summary>Transfers under way.</summary>
    public int Transfers => _table.Live;

    /// <summary>No transfer is remembered, and nothing ticks.</summary>
    public bool IsAtRest => _table.IsEmpty && !_ticks.IsOn;

    /// <summary>Starts the thread that receives requests.</summary>
    public Thread ListenForRequests(TransferSocket socket) =>
        Listen(socket, _transport.ReceiverOfRequests(socket), OnRequestPacket, "tftp requests");

    public void Dispose()
    {
        _ticks.Dispose();
        _table.EndAll("the server stops");
        _sockets.Dispose();
        while (_lines.TryTake(out var turns))
            turns.Dispose();
    }

    public void Plan(TftpTransfer transfer, TimeSpan when) => _table.Plan(transfer, when);

    public void SendNow(TftpTransfer transfer)
    {
        var turns = TakeLine();
        turns.Add(transfer);
        turns.All(() => Now);
        _lines.Add(turns);
    }

    public void OnRepeated(long packets) => Counters.CountRepeats(packets);

    public void OnEnded(TftpTransfer transfer, OpenedFile? file, ReadOutcome outcome, string? reason)
    {
        _limits.Close(transfer.Client.Address);
        transfer.Socket.CountTransfer(-1);
        _table.OnEnded(transfer);
        Counters.CountEnd(outcome is ReadOutcome.Completed or ReadOutcome.Probed);
        var duration = Now - transfer.StartedAt;
        _journal.Record(TftpJournalEntry.Of(transfer, file, outcome, reason, _clock.GetUtcNow(), duration));
        Ended(PrintableText.Escape(transfer.Request.Name), transfer.Client, outcome, transfer.BytesAcknowledged, duration.TotalSeconds, reason);
    }

    public void OnSendFailed(TftpTransfer transfer, int error)
    {
        Counters.CountNotSent();
        SendFailed(transfer.Client, $"error {error}");
    }

    public void OnSentAnotherWay() => Counters.CountSentAnotherWay();

    public void OnFault(TftpTransfer transfer, Exception e)
    {
        Counters.CountFault();
        Fault(PrintableText.Escape(transfer.Request.Name), transfer.Client, e);
    }

    public void SendError(TftpErrorCode code, string message, TransferSocket socket, TftpClient client, Ipv4Address local)
    {
        Counters.CountError(code);
        try
        {
            socket.Send(TftpPacket.Error(code, message), client.ToSocketAddress(), local);
        }
        catch (SocketException e)
        {
            Counters.CountNotSent();
            SendFailed(client, e.Message);
        }
        catch (ObjectDisposedException)
        {
            // The service stops.
        }
    }

    Thread Listen(TransferSocket socket, IPacketReceiver receiver, TftpReceiver.PacketSink sink, string name) =>
        new TftpReceiver(socket, receiver, sink, new(_transport.NewBatch(), Counters), () => Now).Start(name);

    Turns TakeLine() => _lines.TryTake(out var turns) ? turns : new(_transport.NewBatch(), Counters);

    void OnRequestPacket(TransferSocket socket, ReadOnlySpan<byte> packet, PacketOrigin origin, Turns turns, TimeSpan now)
    {
        try
        {
            OnRequestPacket(new(origin.Client, origin.Local, _settings.SinglePort ? socket : null), packet, turns, now);
        }
        catch (Exception e)
        {
            Counters.CountFault();
            RequestFault(origin.Client, e);   // costs one client its request, never the service
        }
    }

    void OnRequestPacket(TftpArrival arrival, ReadOnlySpan<byte> datagram, Turns turns, TimeSpan now)
    {
        var opcode = TftpPacket.OpcodeOf(datagram);
        if (opcode is null or TftpOpcode.Error && arrival.Socket is null || !MayAnswer(arrival))
            return;

        if (opcode is not (TftpOpcode.ReadRequest or TftpOpcode.WriteRequest) && arrival.Socket is { } single)
            OnTransferPacket(single, datagram, new(arrival.Client, arrival.Local), turns, now);
        else if (!_limits.Admit(arrival.Client.Address, now))
            OnDropped(arrival.Client);
        else
            OnRequest(arrival, datagram, turns);
    }

    void OnRequest(TftpArrival arrival, ReadOnlySpan<byte> datagram, Turns turns)
    {
        Counters.CountRequest();
        if (!TftpRequest.TryParse(datagram, out var request, out var error))
            RefuseMalformed(arrival, error);
        else if (request.IsWrite)
            Answer(arrival, TftpErrorCode.AccessViolation, "this server is read-only");
        else
            OnReadRequest(arrival, request, turns);
    }

    bool MayAnswer(TftpArrival arrival)
    {
        if (arrival.Client.Port == 0 || (arrival.Client.Port < FirstClientPort && !_settings.AnswerWellKnownPorts))
            return false;
        return _interfaces.Owns(arrival.Local);
    }

    void OnReadRequest(TftpArrival arrival, TftpRequest request, Turns turns)
    {
        TransferSocket? previous = null;
        if (_table.TryGet(arrival.Client, out var existing))
        {
            if (existing.OnRequestRepeated(request, out var due))
            {
                if (due)
                    turns.Add(existing);
                return;
            }

            existing.Replace();
            previous = existing.Socket;
        }

        if ((arrival.Socket ?? _sockets.For(arrival.Local, arrival.Client, previous)) is not { } socket)
            return;
        if (!_limits.Open(arrival.Client.Address))
        {
            OnDropped(arrival.Client);
            return;
        }

        var transfer = new TftpTransfer(this, arrival.Client, request, arrival.Local, socket);
        if (!Add(transfer))
        {
            _limits.Close(arrival.Client.Address);
            OnDropped(arrival.Client);
            return;
        }

        Counters.CountStart();
        socket.CountTransfer(1);
        var opening = OpenAsync(transfer);
        if (opening.IsCompleted)
            turns.Add(transfer);
        else
            _ = SendWhenOpenAsync(transfer, opening);
    }

    async Task SendWhenOpenAsync(TftpTransfer transfer, Task opening)
    {
        await opening.ConfigureAwait(false);
        SendNow(transfer);
    }

    /// <summary>Runs to its end at once, unless the file has to be waited for. Never throws.</summary>
    async Task OpenAsync(TftpTransfer transfer)
    {
        try
        {
            var request = new FileRequest(BootChannel.Tftp, transfer.Client.Address, transfer.Local, transfer.Request.Name);
            var file = await _files.OpenAsync(request, transfer.Ended).ConfigureAwait(false);
            if (file.Content is { } content)
                transfer.Start(file, content, LimitsFor(transfer));
            else if (file.Refusal is { } refusal)
                transfer.Refuse(TftpErrorCode.AccessViolation, refusal, file, ReadOutcome.Failed, refusal);
            else
                transfer.Refuse(TftpErrorCode.FileNotFound, "file not found", file, ReadOutcome.NotFound, null);
        }
        catch (OperationCanceledException) when (!transfer.IsLive)
        {
            // Nobody waits for it any more.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            transfer.Refuse(TftpErrorCode.NotDefined, TftpErrorText.Of(e), null, ReadOutcome.Failed, e.Message);
        }
        catch (Exception e)
        {
            OnFault(transfer, e);
            transfer.Refuse(TftpErrorCode.NotDefined, "the server failed to open the file", null, ReadOutcome.Failed, e.Message);
        }
    }

    TftpLimits LimitsFor(TftpTransfer transfer)
    {
        var fits = _settings.FitBlockSizeToMtu ? _interfaces.LargestBlock(transfer.Local, transfer.Client.Address) : int.MaxValue;
        return new(Math.Min(_settings.MaxBlockSize, fits), _settings.MaxWindowSize, _settings.RollOverToOne);
    }

    void OnTransferPacket(TransferSocket socket, ReadOnlySpan<byte> packet, PacketOrigin origin, Turns turns, TimeSpan now)
    {
        if (!_table.TryGet(origin.Client, out var transfer))
        {
            OnStray(socket, packet, origin);
            return;
        }

        // On another socket it belongs to an earlier transfer. That is no reason to disturb the present one with an error.
        if (transfer.Socket != socket)
            return;
        try
        {
            if (transfer.OnPacket(packet, now))
                turns.Add(transfer);
        }
        catch (Exception e)
        {
            OnFault(transfer, e);
            transfer.Refuse(TftpErrorCode.NotDefined, "the server failed", null, ReadOutcome.Failed, e.Message);
        }
    }

    /// <summary>RFC 1350 §4: a packet from a wrong port gets an error, and disturbs nobody. Never an error for an error.</summary>
    void OnStray(TransferSocket socket, ReadOnlySpan<byte> packet, PacketOrigin origin)
    {
        if (TftpPacket.OpcodeOf(packet) is not (null or TftpOpcode.Error) && origin.Client.Port >= FirstClientPort && MayAnswerStray())
            SendError(TftpErrorCode.UnknownTransferId, "no transfer is under way with this port", socket, origin.Client, origin.Local);
    }

    void RefuseMalformed(TftpArrival arrival, WireError error)
    {
        Malformed(arrival.Client, error);
        Answer(arrival, TftpErrorCode.IllegalOperation, error.Fault switch
        {
            WireFault.TftpMode => "only the modes octet and netascii are served",
            WireFault.TftpName => "the file name is empty or is not text",
            WireFault.TftpUnterminated => "the request is cut short",
            WireFault.TftpTooLong => "the request is too long",
            _ => "only requests are answered here",
        });
    }

    void Answer(TftpArrival arrival, TftpErrorCode code, string message)
    {
        if ((arrival.Socket ?? _sockets.For(arrival.Local, arrival.Client, null)) is { } socket)
            SendError(code, message, socket, arrival.Client, arrival.Local);
    }

    /// <summary>Forged packets must not make us shout.</summary>
    bool MayAnswerStray()
    {
        var second = Now.Ticks / TimeSpan.TicksPerSecond;
        if (Interlocked.Exchange(ref _strayWindow, second) != second)
            Volatile.Write(ref _strays, 0);
        return Interlocked.Increment(ref _strays) <= MaxStrayAnswersPerSecond;
    }

    bool Add(TftpTransfer transfer)
    {
        if (!_table.TryAdd(transfer))
            return false;
        lock (_ticks)
            _ticks.Switch(on: true);

        return true;
    }

    void Tick()
    {
        if (Interlocked.Exchange(ref _ticking, 1) == 1)
            return;   // the last one is not done yet
        try
        {
            var turns = TakeLine();
            var now = Now;
            _table.Tick(() => Now, turns);
            _lines.Add(turns);
            if (now - _trimmedAt >= TrimEvery)
            {
                _trimmedAt = now;
                Maps?.Trim();
            }
        }
        catch (Exception e)
        {
            Counters.CountFault();
            TickFault(e);
        }
        finally
        {
            Volatile.Write(ref _ticking, 0);
        }

        Rest();
    }

    /// <summary>Nothing ticks while there is no transfer.</summary>
    void Rest()
    {
        lock (_ticks)
        {
            if (!_ticks.IsOn || !_table.IsEmpty)
                return;
            _ticks.Switch(on: false);
            _table.Forget();
            Maps?.Trim(all: true);
        }
    }

    /// <summary>The first, and then each thousandth.</summary>
    void OnDropped(TftpClient client)
    {
        var dropped = Counters.CountDropped();
        if (dropped % 1000 == 1)
            Dropped(client.Address, dropped);
    }
}
