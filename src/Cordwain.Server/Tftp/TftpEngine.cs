using System.Net;
using System.Net.Sockets;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Content;
using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Tftp;

/// <summary>A request as it came in by the request port.</summary>
/// <param name="Local">The address that was asked.</param>
/// <param name="Socket">The socket of the request port, when transfers are to use it as well; null otherwise.</param>
readonly record struct TftpArrival(TftpClient Client, Ipv4Address Local, TransferSocket? Socket);

/// <summary>What the service does with packets: answers requests, hands the others to their transfers. Owns no request socket.</summary>
sealed partial class TftpEngine : ITransferHost, IDisposable
{
    const int FirstClientPort = 1024, TransferSocketsPerAddress = 2, MaxStrayAnswersPerSecond = 100;

    /// <summary>Half the shortest repeat: late by a half at most.</summary>
    static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(10);

    readonly TftpSettings _settings;
    readonly IBootFiles _files;
    readonly IBootJournal _journal;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly long _origin;
    readonly TransferTable _table;
    readonly SourceLimits _limits;
    readonly LocalInterfaces _interfaces;
    readonly TransferSockets _sockets;
    readonly ITimer _timer;
    int _ticking;
    bool _ticks;
    long _strayWindow;
    int _strays;
    long _dropped;

    public TftpEngine(TftpSettings settings, IBootFiles files, IBootJournal journal, TimeProvider clock, ILogger logger)
    {
        _settings = settings;
        _files = files;
        _journal = journal;
        _clock = clock;
        _logger = logger;
        _origin = clock.GetTimestamp();
        _table = new(settings);
        _limits = new(settings);
        _interfaces = new(clock);
        _sockets = new(OnTransferPacket, TransferSocketsPerAddress);
        _timer = clock.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public TimeSpan Now => _clock.GetElapsedTime(_origin);

    /// <summary>Transfers under way.</summary>
    public int Transfers => _table.Live;

    /// <summary>A datagram on the request port.</summary>
    public void OnRequestPacket(TftpArrival arrival, ReadOnlySpan<byte> datagram)
    {
        var opcode = TftpPacket.OpcodeOf(datagram);
        if (opcode is null or TftpOpcode.Error || !MayAnswer(arrival))
            return;

        if (opcode is not (TftpOpcode.ReadRequest or TftpOpcode.WriteRequest) && arrival.Socket is { } single)
            OnTransferPacket(single, datagram, arrival.Client, arrival.Local);
        else if (!_limits.Admit(arrival.Client.Address, Now))
            OnDropped(arrival.Client);
        else if (!TftpRequest.TryParse(datagram, out var request, out var error))
            RefuseMalformed(arrival, error);
        else if (request.IsWrite)
            Answer(arrival, TftpPacket.Error(TftpErrorCode.AccessViolation, "this server is read-only"));
        else
            OnReadRequest(arrival, request);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _table.EndAll("the server stops");
        _sockets.Dispose();
    }

    public void OnEnded(TftpTransfer transfer, OpenedFile? file, ReadOutcome outcome, string? reason)
    {
        _limits.Close(transfer.Client.Address);
        _table.OnEnded(transfer);
        var duration = Now - transfer.StartedAt;
        _journal.Record(TftpJournalEntry.Of(transfer, file, outcome, reason, _clock.GetUtcNow(), duration));
        Ended(PrintableText.Escape(transfer.Request.Name), transfer.Client, outcome, transfer.BytesAcknowledged, duration.TotalSeconds, reason);
    }

    public void OnSendFailed(TftpTransfer transfer, SocketException e) => SendFailed(transfer.Client, e.Message);

    public void OnFault(TftpTransfer transfer, Exception e) => Fault(PrintableText.Escape(transfer.Request.Name), transfer.Client, e);

    bool MayAnswer(TftpArrival arrival)
    {
        if (arrival.Client.Port == 0 || (arrival.Client.Port < FirstClientPort && !_settings.AnswerWellKnownPorts))
            return false;
        return _interfaces.Owns(arrival.Local);
    }

    void OnReadRequest(TftpArrival arrival, TftpRequest request)
    {
        TransferSocket? previous = null;
        if (_table.TryGet(arrival.Client, out var existing))
        {
            if (existing.OnRequestRepeated(request))
                return;
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

        _ = OpenAsync(transfer);
    }

    /// <summary>Runs to its end at once, unless the file has to be waited for.</summary>
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
            transfer.Refuse(TftpErrorCode.NotDefined, e.Message, null, ReadOutcome.Failed, e.Message);
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

    void OnTransferPacket(TransferSocket socket, ReadOnlySpan<byte> packet, TftpClient client) => OnTransferPacket(socket, packet, client, default);

    void OnTransferPacket(TransferSocket socket, ReadOnlySpan<byte> packet, TftpClient client, Ipv4Address local)
    {
        if (_table.TryGet(client, out var transfer))
        {
            // On another socket it belongs to an earlier transfer. That is no reason to disturb the present one with an error.
            if (transfer.Socket == socket)
                transfer.OnPacket(packet);
            return;
        }

        // RFC 1350 §4: a packet from a wrong port gets an error, and disturbs nobody. Never an error for an error.
        if (TftpPacket.OpcodeOf(packet) is not (null or TftpOpcode.Error) && client.Port >= FirstClientPort && MayAnswerStray())
            Send(socket, TftpPacket.Error(TftpErrorCode.UnknownTransferId, "no transfer is under way with this port"), client, local);
    }

    void RefuseMalformed(TftpArrival arrival, WireError error)
    {
        Malformed(arrival.Client, error);
        Answer(arrival, TftpPacket.Error(TftpErrorCode.IllegalOperation, error.Fault switch
        {
            WireFault.TftpMode => "only the modes octet and netascii are served",
            WireFault.TftpName => "the file name is empty or is not text",
            WireFault.TftpUnterminated => "the request is cut short",
            WireFault.TftpTooLong => "the request is too long",
            _ => "only requests are answered here",
        }));
    }

    void Answer(TftpArrival arrival, byte[] packet)
    {
        if ((arrival.Socket ?? _sockets.For(arrival.Local, arrival.Client, null)) is { } socket)
            Send(socket, packet, arrival.Client, arrival.Local);
    }

    void Send(TransferSocket socket, byte[] packet, TftpClient client, Ipv4Address local)
    {
        try
        {
            socket.Send(packet, client.ToSocketAddress(), local);
        }
        catch (SocketException e)
        {
            SendFailed(client, e.Message);
        }
        catch (ObjectDisposedException)
        {
            // The service stops.
        }
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
        lock (_timer)
        {
            if (!_ticks)
                _ticks = _timer.Change(TickLength, TickLength);
        }

        return true;
    }

    void Tick()
    {
        if (Interlocked.Exchange(ref _ticking, 1) == 1)
            return;   // the last one is not done yet
        _table.Tick(Now);
        Volatile.Write(ref _ticking, 0);
        lock (_timer)
        {
            if (_ticks && _table.IsEmpty)
                _ticks = !_timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The first, and then each thousandth.</summary>
    void OnDropped(TftpClient client)
    {
        var dropped = Interlocked.Increment(ref _dropped);
        if (dropped % 1000 == 1)
            Dropped(client.Address, dropped);
    }

    [LoggerMessage(2101, LogLevel.Debug, "{Name} for {Client}: {Outcome}, {Bytes} bytes in {Seconds:0.00} s. {Reason}")]
    partial void Ended(string name, TftpClient client, ReadOutcome outcome, long bytes, double seconds, string? reason);

    [LoggerMessage(2102, LogLevel.Debug, "Could not send to {Client}: {Reason}.")]
    partial void SendFailed(TftpClient client, string reason);

    [LoggerMessage(2103, LogLevel.Debug, "Refused a request of {Client}: {Error}.")]
    partial void Malformed(TftpClient client, WireError error);

    [LoggerMessage(2104, LogLevel.Warning, "Too many TFTP requests or transfers from {Address}: not answered ({Count} in all since the start). The settings limits.tftp-per-address and limits.tftp-requests-per-address say how many are.")]
    partial void Dropped(Ipv4Address address, long count);

    [LoggerMessage(2105, LogLevel.Error, "The transfer of {Name} to {Client} failed.")]
    partial void Fault(string name, TftpClient client, Exception e);
}
