using System.Text;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Server.Linux;
using Microsoft.AspNetCore.Http;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>What is said on the connections of one worker: reads requests, finds the answers, and passes on what is not plain.</summary>
sealed class PlainDialogue
{
    const int BufferLength = PlainRequest.MaxLength * 2;
    const int LingerFor = 2000;

    /// <summary>What one connection may take of a turn: a receive or a small answer is one, and so is each such piece of a bigger answer.</summary>
    const int ShareOfTurn = 64;

    static ReadOnlySpan<byte> TooLate => "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8;

    readonly PlainSurroundings _around;
    readonly PlainWorker _worker;
    readonly PlainSending _sending;
    readonly Action<HandedConnection> _handOver;
    readonly KeptAnswers _kept;
    readonly byte[] _buffer = new byte[BufferLength];
    readonly Stack<byte[]> _spare = new();
    int _hits, _misses, _share;

    public PlainDialogue(PlainSurroundings around, PlainWorker worker, Action<HandedConnection> handOver)
    {
        (_around, _worker, _handOver) = (around, worker, handOver);
        _sending = new(around, worker);
        _kept = new((long)around.Settings.KeepAnswersFor.TotalMilliseconds);
    }

    /// <summary>Holds nothing that has to be looked at from time to time.</summary>
    public bool IsAtRest => _kept.IsEmpty;

    public void OnReady(PlainConnection connection, uint events)
    {
        if ((events & (LibC.EpollIn | LibC.EpollRdHup | LibC.EpollErr | LibC.EpollHup)) != 0)
            connection.MayRead = true;
        if ((events & (LibC.EpollRdHup | LibC.EpollHup | LibC.EpollErr)) != 0)
            connection.PeerEnded = true;
        if ((events & (LibC.EpollHup | LibC.EpollErr)) != 0 && connection.State == PlainState.Opening)
            Abandon(connection);
        else if (connection.State == PlainState.Sending)
            _worker.ComeBackTo(connection);
        else
            OnTurn(connection);
    }

    /// <summary>Goes on as far as it goes without waiting, and without keeping others waiting.</summary>
    public void OnTurn(PlainConnection connection)
    {
        _share = ShareOfTurn;
        if (connection.State == PlainState.Sending)
        {
            Sent(connection, _sending.Continue(connection));
            connection.MayTake = true;
        }

        // Requests that came while an answer was on its way, or that were too many for one turn.
        if (connection is { State: PlainState.Reading, MayTake: true, Kept: { } kept })
            Take(connection, kept, connection.KeptLength);
        while (connection is { State: PlainState.Reading or PlainState.Lingering, MayRead: true } && _share > 0)
        {
            _share--;
            Receive(connection);
        }

        if (connection is { State: PlainState.Reading, MayTake: true, Kept: not null } or { State: PlainState.Reading or PlainState.Lingering, MayRead: true })
            _worker.ComeBackTo(connection);
    }

    /// <summary>A moment has come for a connection: its deadline, or a look at how it gets on.</summary>
    public void OnTime(PlainConnection connection, bool draining)
    {
        switch (connection.State)
        {
            case PlainState.Sending:
                if (!_sending.IsStuck(connection))
                    return;
                _sending.End(connection, ReadOutcome.TimedOut, $"the machine took nothing for {_around.Settings.PauseAllowed.TotalSeconds:0} s");
                Close(connection, isBroken: true);
                break;
            case PlainState.Reading when connection.Kept is not null && !draining:
                connection.Socket.Send(TooLate, more: false);
                Close(connection, isBroken: false);
                break;
            case PlainState.Opening:
                break;
            default:
                Close(connection, isBroken: false);
                break;
        }
    }

    /// <summary>Closes what is in the middle of something.</summary>
    public void Abandon(PlainConnection connection)
    {
        try
        {
            _sending.End(connection, ReadOutcome.EndedByClient, BootFileEndpoint.Left);
        }
        finally
        {
            Close(connection, isBroken: true);
        }
    }

    /// <summary>Ends a connection over a fault of ours.</summary>
    public void Fail(PlainConnection connection, Exception fault)
    {
        try
        {
            _around.Failed(connection.Serving?.Name ?? "a request", connection.Peer, fault);
            _sending.End(connection, ReadOutcome.Failed, fault.Message);
        }
        finally
        {
            Close(connection, isBroken: true);
        }
    }

    public void Sweep() => _kept.Forget(_worker.Now);

    public void End() => _kept.Clear();

    /// <summary>Adds what this turn has counted to what all see.</summary>
    public void Report()
    {
        _sending.Report();
        if (_hits + _misses > 0)
            _around.Counters.CountLookups(_hits, _misses);
        (_hits, _misses) = (0, 0);
    }

    void Receive(PlainConnection connection)
    {
        // What is thrown away needs no room behind what is kept, and there may be none.
        var (buffer, had) = connection is { State: PlainState.Reading, Kept: { } kept } ? (kept, connection.KeptLength) : (_buffer, 0);
        var room = buffer.AsSpan(had);
        var got = connection.Socket.Receive(room);
        if (got is StreamSocket.NotNow)
            connection.MayRead = false;
        else if (got <= 0)
            Close(connection, isBroken: got < 0);
        else
        {
            // A short read has emptied the socket; what comes later is reported anew.
            if (got < room.Length && !connection.PeerEnded)
                connection.MayRead = false;
            if (connection.State != PlainState.Lingering)
                Take(connection, buffer, had + got);
        }
    }

    /// <summary>Answers the requests at the beginning of a buffer, as far as that goes without waiting, and keeps the rest.</summary>
    void Take(PlainConnection connection, byte[] buffer, int length)
    {
        var start = 0;
        connection.MayTake = false;
        while (connection.State == PlainState.Reading && start < length)
        {
            if (_share <= 0)
            {
                connection.MayTake = true;
                break;
            }

            var verdict = PlainRequest.Read(buffer.AsSpan(start, length - start), out var request);
            if (verdict == PlainVerdict.Incomplete)
            {
                if (start > 0 || connection.Kept is null)
                    connection.Deadline = _worker.Now + (long)_around.Settings.HeadTimeout.TotalMilliseconds;
                break;
            }

            if (verdict == PlainVerdict.Other || !Answer(connection, request, buffer.AsSpan(start, request.Length)))
            {
                HandOver(connection, buffer.AsSpan(start, length - start));
                break;
            }

            if (connection.State == PlainState.Opening)
                break;   // the head stays: the answer may be one that the web server has to give
            start += request.Length;
            _share -= 1 + (int)Math.Min(connection.Answer.Length.GetValueOrDefault() / ServedFile.SmallLength, ShareOfTurn);
        }

        if (connection.State != PlainState.Closed)
            Keep(connection, buffer, start, length);
    }

    void Keep(PlainConnection connection, byte[] buffer, int start, int length)
    {
        var rest = buffer.AsSpan(start, length - start);
        connection.KeptLength = rest.Length;
        if (rest.IsEmpty)
        {
            GiveBack(connection);
            return;
        }

        connection.Kept ??= _spare.TryPop(out var spare) ? spare : new byte[BufferLength];
        rest.CopyTo(connection.Kept);
    }

    void GiveBack(PlainConnection connection)
    {
        if (connection.Kept is { } buffer && _spare.Count < 64)
            _spare.Push(buffer);
        connection.Kept = null;
        connection.KeptLength = 0;
    }

    /// <returns>False when the web server has to answer.</returns>
    bool Answer(PlainConnection connection, in PlainRequest request, ReadOnlySpan<byte> head)
    {
        if (_around.Settings.Metrics?.Takes(head[request.Target]) == true)
            return false;

        var question = new KeptAnswers.Question(connection.Peer, connection.Local, head[request.Target], request.Has(PlainFields.UserAgent) ? head[request.UserAgent] : default);
        connection.Started = _around.Time.GetTimestamp();
        connection.Request = request;
        connection.CloseAfter = !request.KeepsAlive;
        connection.Conditions = request.IsUnconditional ? new(request.IsHead) : request.Conditions(head);
        if (_kept.Find(question, _worker.Turn, _worker.Now) is { } known)
        {
            _hits++;
            Begin(connection, known);
            return true;
        }

        _misses++;
        if (!RequestTarget.TryParse(Encoding.ASCII.GetString(head[request.Target]), out var target))
            return false;
        var read = new FileRequest(BootChannel.Http, connection.Peer, connection.Local, target.Name)
        {
            Query = target.Query,
            UserAgent = request.Has(PlainFields.UserAgent) ? Encoding.ASCII.GetString(head[request.UserAgent]) : "",
        };
        connection.Opening = new();
        var opening = OpenAsync(read, connection.Opening.Token);
        if (!opening.IsCompleted)
        {
            connection.State = PlainState.Opening;
            connection.Deadline = long.MaxValue;
            _ = Wait(connection, read, opening);
            return true;
        }

        return Opened(connection, read, opening.Result, question);
    }

    /// <summary>Never throws: null is a failure of ours, which is logged.</summary>
    async ValueTask<OpenedFile?> OpenAsync(FileRequest read, CancellationToken left)
    {
        try
        {
            return await _around.Files.OpenAsync(read, left).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            _around.Failed(HttpReads.Shown(read), read.Client, e);
            return null;
        }
    }

    async Task Wait(PlainConnection connection, FileRequest read, ValueTask<OpenedFile?> opening)
    {
        var opened = await opening.ConfigureAwait(false);
        _worker.Post(connection, () => Found(connection, read, opened), () => opened?.Content?.Dispose());
    }

    void Found(PlainConnection connection, FileRequest read, OpenedFile? opened)
    {
        if (connection.State != PlainState.Opening)
        {
            opened?.Content?.Dispose();
            return;
        }

        connection.State = PlainState.Reading;
        var (buffer, length, head) = (connection.Kept!, connection.KeptLength, connection.Request.Length);
        if (!Opened(connection, read, opened, default))
            HandOver(connection, buffer.AsSpan(0, length));
        else if (connection.State != PlainState.Closed)
        {
            Keep(connection, buffer, head, length);
            connection.MayTake = true;
            OnTurn(connection);
        }
    }

    bool Opened(PlainConnection connection, FileRequest read, OpenedFile? opened, in KeptAnswers.Question question)
    {
        connection.Opening?.Dispose();
        connection.Opening = null;
        if (opened is null)
        {
            Sent(connection, _sending.Begin(connection, BootFileAnswer.Empty(StatusCodes.Status500InternalServerError), null));
            return true;
        }

        if (opened.Content is { Bytes: null, Extent: null } arriving)
        {
            arriving.Dispose();   // it goes on arriving; the web server opens it again and waits for it
            return false;
        }

        var file = new ServedFile(HttpReads.Shown(read), read.Client, opened);
        if (opened.Basis is not null && !question.IsEmpty && file.TryKeep(_around.Time.GetUtcNow(), _worker.Turn))
            _kept.Keep(question, file, _worker.Now);
        Begin(connection, file);
        return true;
    }

    void Begin(PlainConnection connection, ServedFile file)
    {
        BootFileAnswer answer;
        try
        {
            answer = file.Opened.Content is null ? BootFileAnswer.Refused(file.Opened.Refusal)
                : connection.Request is { IsUnconditional: true, IsHead: false } ? file.Whole
                : BootFileAnswer.Of(connection.Conditions, file.Opened.Content, file.Opened.ContentType);
        }
        catch
        {
            file.Release();   // nobody serves it yet
            throw;
        }

        Sent(connection, _sending.Begin(connection, answer, file));
    }

    void Sent(PlainConnection connection, bool? isAll)
    {
        if (isAll is not { } whole)
            return;   // waits for room
        if (!whole)
        {
            Close(connection, isBroken: true);
            return;
        }

        connection.State = PlainState.Reading;
        connection.Deadline = _worker.Now + (long)_around.Settings.IdleTimeout.TotalMilliseconds;
        if (connection.CloseAfter)
            Finish(connection);
    }

    void Finish(PlainConnection connection)
    {
        if (!connection.MayRead && connection.Kept is null)
        {
            Close(connection, isBroken: false);
            return;
        }

        connection.Socket.EndWriting();
        connection.State = PlainState.Lingering;
        connection.Deadline = _worker.Now + LingerFor;
    }

    void HandOver(PlainConnection connection, ReadOnlySpan<byte> read)
    {
        _around.Counters.CountHandedOver();
        _worker.Remove(connection);
        connection.State = PlainState.Closed;
        var handed = new HandedConnection(connection.Socket, connection.Peer, read.ToArray(), connection.Series);
        GiveBack(connection);
        _handOver(handed);
    }

    void Close(PlainConnection connection, bool isBroken)
    {
        if (connection.State == PlainState.Closed)
            return;
        _worker.Remove(connection);
        connection.State = PlainState.Closed;
        GiveBack(connection);
        if (isBroken)
            connection.Socket.Break();
        else
            connection.Socket.Close();
        _around.Limits.Close(connection.Peer);
        connection.Series?.End();
        connection.Opening?.Cancel();
    }
}
