using System.Collections.Concurrent;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Management;
using Cordwain.Management.Stores;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Dhcp;

/// <summary>What stands behind the DHCP sockets.</summary>
public sealed record DhcpBackend(IDhcpResponder Responder, ILeaseStore Leases, IBootJournal Journal, EncodeReply Encode);

/// <summary>Answers what the queue holds, batch by batch, one thread at a time: the one writer of leases.</summary>
/// <remarks>
/// One commit serves all bindings of a batch, and none of their answers leaves before it. Nothing is waited for:
/// while the disk writes one batch, the next one gathers. The thread that received answers as well, so that no message is handed
/// from one thread to another; the thread of the engine itself does what comes up beside the messages.
/// </remarks>
public sealed partial class DhcpEngine : IDisposable
{
    const int BatchSize = 512, LargestPayload = 4096;

    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    readonly DhcpQueue _queue;
    readonly DhcpBackend _backend;
    readonly DhcpCounters _counters;
    readonly TimeProvider _time;
    readonly ILogger<DhcpEngine> _logger;
    readonly Thread _thread;
    readonly ConcurrentQueue<Action> _errands = new();
    readonly Lock _turn = new();
    readonly DatagramShelf _replies = new();
    readonly List<DhcpWork> _batch = new(BatchSize);
    readonly PeriodicNotice _storeNotice = new(Minute), _faultNotice = new(Minute), _flushNotice = new(Minute), _recordNotice = new(Minute);

    // Of the batch that is being answered.
    readonly List<Answered> _waiting = [], _done = [];
    readonly List<LeaseChange> _changes = [];
    readonly Dictionary<Ipv4Address, LeaseBinding?> _unstored = [];
    readonly Dictionary<IDhcpLink, int> _sending = [];
    bool _isSettled, _storeFailed;
    long _left;

    public DhcpEngine(DhcpQueue queue, DhcpBackend backend, DhcpCounters counters, TimeProvider time, ILogger<DhcpEngine> logger)
    {
        (_queue, _backend, _counters, _time, _logger) = (queue, backend, counters, time, logger);
        _thread = new(Run) { IsBackground = true, Name = "dhcp engine" };
    }

    /// <summary>Called by one thread at a time, in the engine's turn, with the addresses that answers named as worth a probe; must not block.</summary>
    public Action<IReadOnlyList<Ipv4Address>>? WorthProbing { get; set; }

    /// <summary>The last problem with the storage; null while bindings are stored.</summary>
    public Problem? StoreProblem { get; private set; }

    public void Start() => _thread.Start();

    /// <summary>Runs something between two batches: the way to what one thread at a time may touch.</summary>
    public void Post(Action errand)
    {
        _errands.Enqueue(errand);
        _queue.Wake();
    }

    /// <summary>Ends the thread after the batch it is at.</summary>
    public void Dispose()
    {
        _queue.Close();
        if (_thread.IsAlive)
            _thread.Join();
    }

    /// <summary>Answers one batch of what waits, on the thread that calls.</summary>
    /// <returns>True when more waits. A receiver sees first what has come meanwhile: what is more urgent goes before what waits.</returns>
    public bool Work()
    {
        lock (_turn)
        {
            RunErrands();
            if (_queue.Take(_batch, BatchSize))
                TryAnswer();
            return _queue.Count > 0;
        }
    }

    void Run()
    {
        do
        {
            while (Work())
            {
            }
        }
        while (_queue.Wait());
        lock (_turn)
            RunErrands();
    }

    void TryAnswer()
    {
        try
        {
            Answer(_batch);
        }
        catch (Exception e)
        {
            // No fault of one message comes as far as this. Whatever it is, the thread must go on to listen.
            _counters.CountFault();
            BatchFailed(e);
        }
    }

    /// <summary>Answers a batch: decide, store, send, record.</summary>
    internal void Answer(IReadOnlyList<DhcpWork> batch)
    {
        _isSettled = false;
        try
        {
            AnswerAt(_time.GetUtcNow(), batch);
        }
        catch (Exception)
        {
            // What is on no disk must not stand in the table; what a link was handed may leave, but not with the next batch, and not unrecorded.
            if (!_isSettled)
                Revert(_waiting);
            Flush();
            RecordDone();
            throw;
        }
        finally
        {
            _waiting.Clear();
            _done.Clear();
            _changes.Clear();
            _unstored.Clear();
            _sending.Clear();
        }
    }

    void AnswerAt(DateTimeOffset now, IReadOnlyList<DhcpWork> batch)
    {
        foreach (var work in batch)
        {
            if (Decide(work, now) is not { } answered)
                continue;
            if (MustWait(answered))
                _waiting.Add(answered);
            else
                Send(answered);
        }

        Flush();
        if (_changes.Count > 0)
            Store(now);
        foreach (var answered in _waiting)
            Send(IsOvertaken(answered) ? Overtaken(answered) : answered);
        Flush();
        RecordDone();
    }

    Answered? Decide(DhcpWork work, DateTimeOffset now)
    {
        if (!work.Link.Serves(work.Arrival.Server))
            return null;

        DhcpAnswer? answer = null;
        try
        {
            answer = _backend.Responder.Respond(work.Message, work.Arrival, now);
            return new(work, answer, Encoded(answer), now);
        }
        catch (Exception e)
        {
            // A fault of ours costs this client its answer, nobody else's.
            if (answer is not null)
                Revert([new(work, answer, default, now)]);
            NoAnswer(work, now, e);
            return null;
        }
    }

    /// <summary>An answer waits for the commit when it brings changes, and when it confirms an address whose change of the same batch is not stored yet.</summary>
    bool MustWait(Answered answered)
    {
        if (answered.Answer.Changes.IsDefaultOrEmpty)
            return answered.Answer.Reply is { } reply && reply.Type == DhcpMessageType.Ack && _unstored.ContainsKey(reply.Yiaddr);

        foreach (var change in answered.Answer.Changes)
        {
            _changes.Add(change);
            _unstored[change.Address] = change.Binding;
        }

        return true;
    }

    /// <summary>An ACK whose address went back in the same batch: the client has said since that it does not hold it, and the next one may be about to get it.</summary>
    bool IsOvertaken(Answered answered) =>
        answered.Answer.Reply is { Type: DhcpMessageType.Ack } reply && _unstored.TryGetValue(reply.Yiaddr, out var last) && last is not { State: BindingState.Bound };

    Answered Overtaken(Answered answered)
    {
        _counters.CountOvertaken();
        return answered with { Reply = default, Overtaken = true };
    }

    /// <summary>Makes the changes durable, or withholds the answers that wait for them.</summary>
    void Store(DateTimeOffset now)
    {
        try
        {
            _backend.Leases.Commit(_changes);
        }
        catch (Exception e)
        {
            // The store promises IOException. Whatever it is, what is not known to be stored is not acknowledged.
            Withhold(now, e);
            return;
        }

        _isSettled = true;
        _backend.Responder.OnStored();
        _counters.CountCommit(_changes.Count);
        if (_storeFailed)
            StoringAgain();
        (_storeFailed, StoreProblem) = (false, null);
    }

    void Withhold(DateTimeOffset now, Exception e)
    {
        Revert(_waiting);
        _isSettled = true;
        StoreProblem = NotStored(e);
        if (_storeNotice.IsDue(now, out var held) || !_storeFailed)
            NotStoring(StoreProblem, held, e);
        _storeFailed = true;

        var before = _waiting.ToArray();
        _waiting.Clear();
        foreach (var answered in before)
        {
            if (!answered.Reply.IsEmpty && FromStored(answered.Work, now) is { } stored)
                _waiting.Add(stored);
            else
                _done.Add(answered with { Reply = default, Withheld = true });
        }

        _counters.CountFailedCommit(before.Count(answered => !answered.Reply.IsEmpty) - _waiting.Count);
    }

    /// <summary>Holders keep what they have while nothing can be stored.</summary>
    Answered? FromStored(DhcpWork work, DateTimeOffset now)
    {
        try
        {
            return _backend.Responder.RespondFromStored(work.Message, work.Arrival, now) is { Reply: not null, Changes.IsEmpty: true } answer
                ? new(work, answer, Encoded(answer), now) : null;
        }
        catch (Exception e)
        {
            NoAnswer(work, now, e);
            return null;
        }
    }

    ReadOnlyMemory<byte> Encoded(DhcpAnswer answer)
    {
        if (answer.Reply is null)
            return default;
        var room = _replies.Room(LargestPayload)[..LargestPayload];
        return _replies.Take(_backend.Encode(answer.Reply, room, Math.Min(answer.MaxPayload, LargestPayload)));
    }

    void NoAnswer(DhcpWork work, DateTimeOffset now, Exception e)
    {
        _counters.CountFault();
        if (_faultNotice.IsDue(now, out var held))
            AnswerFailed(work.Message.Type, work.Message.Mac, work.Link.Name, held, Convert.ToHexString(work.Datagram.Span), e);
    }

    void Revert(List<Answered> answers)
    {
        for (var i = answers.Count - 1; i >= 0; i--)
        {
            try
            {
                if (!answers[i].Answer.Changes.IsDefaultOrEmpty)
                    _backend.Responder.Revert(answers[i].Answer);
            }
            catch (Exception e)
            {
                _counters.CountFault();
                RevertFailed(answers[i].Answer.Summary, e);
            }
        }
    }

    /// <summary>One that cannot be recorded does not keep the others from it: they have left.</summary>
    void RecordDone()
    {
        _left = _time.GetTimestamp();
        foreach (var answered in _done)
        {
            try
            {
                Record(answered);
            }
            catch (Exception e)
            {
                _counters.CountFault();
                if (_recordNotice.IsDue(answered.At, out var held))
                    RecordFailed(held, e);
            }
        }
    }

    void Record(Answered answered)
    {
        if (!answered.Reply.IsEmpty && answered.Work.Came != 0)
            _counters.CountLatency(_time.GetElapsedTime(answered.Work.Came, _left));
        _backend.Journal.Record(answered);
        if (!answered.Answer.WorthProbing.IsDefaultOrEmpty)
            WorthProbing?.Invoke(answered.Answer.WorthProbing);
    }

    void RunErrands()
    {
        while (_errands.TryDequeue(out var errand))
        {
            try
            {
                errand();
            }
            catch (Exception e)
            {
                _counters.CountFault();
                ErrandFailed(e);
            }
        }
    }

    static Problem NotStored(Exception e) =>
        new("CW2009", Severity.Error, $"Leases cannot be stored ({e.Message.TrimEnd('.')}): no new address is confirmed until they can; who holds one keeps it to the end of its stored lease.",
            "See whether the disk of the data folder is full, read-only or failing; service goes on by itself once it takes data.");

    [LoggerMessage(2031, LogLevel.Error, "No answer to {Type} of {Mac} on {Interface}: a fault of Cordwain's ({Held} more like it were not logged). The message was {Hex}")]
    partial void AnswerFailed(DhcpMessageType type, MacAddress? mac, string @interface, int held, string hex, Exception e);

    [LoggerMessage(2032, LogLevel.Error, "{Problem} ({Held} more like it were not logged)")]
    partial void NotStoring(Problem problem, int held, Exception e);

    [LoggerMessage(2033, LogLevel.Information, "Leases are stored again.")]
    partial void StoringAgain();

    [LoggerMessage(2034, LogLevel.Error, "Could not take back: {Summary}")]
    partial void RevertFailed(string summary, Exception e);

    [LoggerMessage(2035, LogLevel.Error, "Work beside the answers failed.")]
    partial void ErrandFailed(Exception e);

    [LoggerMessage(2039, LogLevel.Error, "What follows an answer (its line in the boot journal, the probe of an address) failed: a fault of Cordwain's ({Held} more like it were not logged).")]
    partial void RecordFailed(int held, Exception e);

    [LoggerMessage(2037, LogLevel.Error, "A batch of messages was not answered: a fault of Cordwain's.")]
    partial void BatchFailed(Exception e);
}
