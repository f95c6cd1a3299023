using System.Collections.Concurrent;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Management;
using Cordwain.Management.Stores;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Dhcp;

/// <summary>What stands behind the DHCP sockets.</summary>
public sealed record DhcpBackend(IDhcpResponder Responder, ILeaseStore Leases, IBootJournal Journal, EncodeReply Encode);

/// <summary>Answers what the queue holds, batch by batch, on one thread: the one writer of leases.</summary>
/// <remarks>
/// One commit serves all bindings of a batch, and none of their answers leaves before it. Nothing is waited for:
/// while the disk writes one batch, the next one gathers.
/// </remarks>
public sealed partial class DhcpEngine : IDisposable
{
    const int BatchSize = 512, LargestPayload = 4096;

    readonly DhcpQueue _queue;
    readonly DhcpBackend _backend;
    readonly DhcpCounters _counters;
    readonly TimeProvider _time;
    readonly ILogger<DhcpEngine> _logger;
    readonly Thread _thread;
    readonly ConcurrentQueue<Action> _errands = new();
    readonly byte[] _scratch = new byte[LargestPayload];
    readonly PeriodicNotice _storeNotice = new(TimeSpan.FromMinutes(1)), _faultNotice = new(TimeSpan.FromMinutes(1));

    // Of the batch that is being answered.
    readonly List<Answered> _waiting = [], _done = [];
    readonly List<LeaseChange> _changes = [];
    readonly HashSet<Ipv4Address> _unstored = [];
    bool _storeFailed;

    public DhcpEngine(DhcpQueue queue, DhcpBackend backend, DhcpCounters counters, TimeProvider time, ILogger<DhcpEngine> logger)
    {
        (_queue, _backend, _counters, _time, _logger) = (queue, backend, counters, time, logger);
        _thread = new(Run) { IsBackground = true, Name = "dhcp engine" };
    }

    /// <summary>Called on the engine's thread with the addresses that answers named as worth a probe; must not block.</summary>
    public Action<IReadOnlyList<Ipv4Address>>? WorthProbing { get; set; }

    /// <summary>The last problem with the storage; null while bindings are stored.</summary>
    public Problem? StoreProblem { get; private set; }

    public void Start() => _thread.Start();

    /// <summary>Runs something on the engine's thread, between two batches: the way to what only this thread may touch.</summary>
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

    void Run()
    {
        var batch = new List<DhcpWork>(BatchSize);
        while (_queue.Take(batch, BatchSize))
        {
            RunErrands();
            if (batch.Count > 0)
                Answer(batch);
        }

        RunErrands();
    }

    /// <summary>Answers a batch: decide, store, send, record.</summary>
    internal void Answer(IReadOnlyList<DhcpWork> batch)
    {
        var now = _time.GetUtcNow();
        foreach (var work in batch)
        {
            if (Decide(work, now) is not { } answered)
                continue;
            if (MustWait(answered))
                _waiting.Add(answered);
            else
                Send(answered);
        }

        if (_changes.Count > 0)
            Store(now);
        foreach (var answered in _waiting)
            Send(answered);
        foreach (var answered in _done)
            Record(answered, now);

        _waiting.Clear();
        _done.Clear();
        _changes.Clear();
        _unstored.Clear();
    }

    Answered? Decide(DhcpWork work, DateTimeOffset now)
    {
        if (!work.Link.Serves(work.Arrival.Server))
            return null;

        DhcpAnswer? answer = null;
        try
        {
            answer = _backend.Responder.Respond(work.Message, work.Arrival, now);
            return new(work, answer, Encoded(answer));
        }
        catch (Exception e)
        {
            // A fault of ours costs this client its answer, nobody else's.
            if (answer is not null)
                Revert([new(work, answer, default)]);
            NoAnswer(work, now, e);
            return null;
        }
    }

    /// <summary>An answer waits for the commit when it brings changes, and when it confirms an address whose change of the same batch is not stored yet.</summary>
    bool MustWait(Answered answered)
    {
        if (answered.Answer.Changes.IsDefaultOrEmpty)
            return answered.Answer.Reply is { } reply && reply.Type == DhcpMessageType.Ack && _unstored.Contains(reply.Yiaddr);

        foreach (var change in answered.Answer.Changes)
        {
            _changes.Add(change);
            _unstored.Add(change.Address);
        }

        return true;
    }

    /// <summary>Makes the changes durable, or withholds the answers that wait for them.</summary>
    void Store(DateTimeOffset now)
    {
        try
        {
            _backend.Leases.Commit(_changes);
            _counters.CountCommit(_changes.Count);
            if (_storeFailed)
                StoringAgain();
            (_storeFailed, StoreProblem) = (false, null);
        }
        catch (Exception e)
        {
            // The store promises IOException. Whatever it is, what is not known to be stored is not acknowledged.
            StoreProblem = NotStored(e);
            if (_storeNotice.IsDue(now, out var held) || !_storeFailed)
                NotStoring(StoreProblem, held, e);
            _storeFailed = true;

            Revert(_waiting);
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
    }

    /// <summary>Holders keep what they have while nothing can be stored.</summary>
    Answered? FromStored(DhcpWork work, DateTimeOffset now)
    {
        try
        {
            return _backend.Responder.RespondFromStored(work.Message, work.Arrival, now) is { Reply: not null, Changes.IsEmpty: true } answer
                ? new(work, answer, Encoded(answer)) : null;
        }
        catch (Exception e)
        {
            NoAnswer(work, now, e);
            return null;
        }
    }

    ReadOnlyMemory<byte> Encoded(DhcpAnswer answer)
    {
        var length = answer.Reply is null ? 0 : _backend.Encode(answer.Reply, _scratch, Math.Min(answer.MaxPayload, LargestPayload));
        return _scratch.AsSpan(0, length).ToArray();
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

    void Send(Answered answered)
    {
        _done.Add(answered);
        if (answered.Reply.IsEmpty)
            return;

        // The address may have gone while the answer was made or stored.
        var link = answered.Work.Link;
        var from = link.Serves(answered.Answer.Circumstances.Server) ? answered.Answer.Circumstances.Server : answered.Work.Arrival.Server;
        _counters.CountSent(link.Serves(from) && link.Send(answered.Answer.Destination, from, answered.Work.Arrival.Port, answered.Reply.Span));
    }

    void Record(Answered answered, DateTimeOffset now)
    {
        _backend.Journal.Record(DhcpJournalEntry.Of(answered, now));
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
}

/// <summary>A message with its answer.</summary>
/// <param name="Reply">The encoded reply; empty: silence.</param>
readonly record struct Answered(DhcpWork Work, DhcpAnswer Answer, ReadOnlyMemory<byte> Reply)
{
    /// <summary>The reply did not leave because its binding could not be stored.</summary>
    public bool Withheld { get; init; }
}
