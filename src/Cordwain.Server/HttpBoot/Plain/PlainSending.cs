using System.Buffers;
using System.Runtime.InteropServices;
using Cordwain.Boot.Journal;
using Cordwain.Server.Linux;
using Microsoft.Win32.SafeHandles;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>Sends answers: heads and small bodies from memory, files by the system's own hand. Writes the journal when a read has ended.</summary>
sealed class PlainSending(PlainSurroundings around, PlainWorker worker)
{
    /// <summary>Bytes of a file that the system sends in one turn: others are to have theirs.</summary>
    /// <remarks>
    /// As much as the buffer of a socket takes where Linux's own limit stands (net.ipv4.tcp_wmem, 4 MiB): a connection that runs dry between its turns
    /// sends in smaller segments and pauses. Over veth with 200 readers, 512 KiB took a third more processor time.
    /// </remarks>
    const int Portion = 4 << 20;

    /// <summary>A body up to this length leaves with its head; a longer one takes its turn among the others.</summary>
    const int Prompt = 64 << 10;

    /// <summary>Bytes in one turn, and at a time, of a file that the system cannot send: each read may wait for a slow disk.</summary>
    const int ReadPortion = 512 << 10, ReadLength = 64 << 10;

    readonly AnswerHeads _heads = new(around.Time);
    readonly HttpReads _reads = new(around.Journal, around.Time);
    readonly ArrayBufferWriter<byte> _out = new(64 * 1024);
    readonly int[] _answers = new int[6];
    byte[]? _read;
    long _bytes;

    /// <summary>Sends the head, and as much of the body as goes.</summary>
    /// <param name="file">Null: an answer that the journal does not know.</param>
    /// <returns>As <see cref="Continue"/>.</returns>
    public bool? Begin(PlainConnection connection, in BootFileAnswer answer, ServedFile? file)
    {
        _answers[answer.Status / 100]++;
        connection.Serving = file;
        connection.Answer = answer;
        connection.State = PlainState.Sending;
        _out.ResetWrittenCount();
        var request = connection.Request;
        if (file is not null && answer.Status == 200 && request is { IsUnconditional: true, IsOld: false, KeepsAlive: true } && file.Weight > 0)
            file.WriteHead(_out, _heads, answer);
        else
            _heads.Write(_out, answer, request.IsOld, request.KeepsAlive);

        connection.Left = answer.HasBody(request.IsHead) ? answer.Length!.Value : 0;
        connection.Offset = answer.Offset;
        if (connection.Left > 0 && file!.Bytes is { } bytes)
        {
            _out.Write(bytes.Span.Slice((int)answer.Offset, (int)connection.Left));
            connection.Left = 0;
        }
        else if (connection.Left > 0)
            connection.Offset += file!.Opened.Content!.Extent!.Value.Offset;

        var sent = connection.Socket.Send(_out.WrittenSpan, more: connection.Left > 0);
        if (sent < 0 && sent != StreamSocket.NotNow)
            return Lost(connection);
        sent = Math.Max(sent, 0);
        Progress(connection);
        if (sent < _out.WrittenCount)
        {
            connection.Out = _out.WrittenSpan[sent..].ToArray();
            return null;
        }

        if (connection.Left <= Prompt)
            return Continue(connection);
        worker.ComeBackTo(connection);
        return null;
    }

    /// <returns>True: all has left. False: the connection is broken or must be. Null: it goes on when there is room.</returns>
    public bool? Continue(PlainConnection connection)
    {
        if (!connection.Out.IsEmpty)
        {
            var sent = connection.Socket.Send(connection.Out.Span, more: connection.Left > 0);
            if (sent == StreamSocket.NotNow)
                return null;
            if (sent < 0)
                return Lost(connection);
            Progress(connection);
            connection.Out = connection.Out[sent..];
            if (!connection.Out.IsEmpty)
                return null;
            connection.Out = default;
        }

        return connection.Left > 0 ? SendFile(connection) : Done(connection);
    }

    /// <summary>Records how the read ended. The connection then serves nothing.</summary>
    public void End(PlainConnection connection, ReadOutcome outcome, string? reason)
    {
        if (connection.Serving is not { } file)
            return;
        var answer = connection.Answer;
        var length = answer.HasBody(connection.Request.IsHead) ? answer.Length!.Value : 0;
        var sent = outcome == ReadOutcome.Completed ? length : Math.Max(0, length - connection.Left - connection.Out.Length);
        _bytes += sent;
        var series = connection.Series;
        _reads.Record(ref series, _reads.Read(file.Name, file.Client, file.Opened, outcome, sent, around.Time.GetElapsedTime(connection.Started), reason), answer.IsRange);
        connection.Series = series;
        connection.Serving = null;
        connection.Out = default;
        file.Release();
    }

    /// <summary>The machine has taken nothing for too long. What it confirms counts, even where that makes no room yet.</summary>
    public bool IsStuck(PlainConnection connection)
    {
        if (connection.Unconfirmed < 0)
            connection.Unconfirmed = connection.Socket.Unconfirmed();
        if (worker.Now < connection.Deadline)
            return false;
        if (connection.Socket.Unconfirmed() is var now && now >= connection.Unconfirmed)
            return true;
        connection.Unconfirmed = now;
        connection.Deadline = worker.Now + (long)around.Settings.PauseAllowed.TotalMilliseconds;
        return false;
    }

    public void Report()
    {
        for (var i = 1; i < _answers.Length; i++)
        {
            if (_answers[i] > 0)
                around.Counters.CountAnswers(i, _answers[i]);
            _answers[i] = 0;
        }

        if (_bytes > 0)
            around.Counters.CountBytes(_bytes);
        _bytes = 0;
    }

    bool? SendFile(PlainConnection connection)
    {
        var serving = connection.Serving!;
        var file = serving.Opened.Content!.Extent!.Value.File;
        for (var turn = 0L; connection.Left > 0 && turn < (serving.MustBeRead ? ReadPortion : Portion);)
        {
            var offset = connection.Offset;
            var sent = serving.MustBeRead ? ReadAndSend(connection, file)
                : connection.Socket.SendFile(file.DangerousGetHandle(), ref offset, Math.Min(connection.Left, Portion - turn));
            if (sent == StreamSocket.NotNow)
                return null;
            if (sent == StreamSocket.CannotSplice && !serving.MustBeRead)
            {
                serving.MustBeRead = true;
                continue;
            }

            if (sent is null)
                return false;
            if (sent == 0)
                return Failed(connection, "CW7010: the file became shorter while it was read.");
            if (sent < 0)
                return StreamSocket.HasEnded(sent.Value) ? Lost(connection) : Failed(connection, $"the file cannot be sent: {Marshal.GetPInvokeErrorMessage(-sent.Value)}");
            Progress(connection);
            connection.Offset += sent.Value;
            connection.Left -= sent.Value;
            turn += sent.Value;
        }

        if (connection.Left == 0)
            return Done(connection);
        worker.ComeBackTo(connection);
        return null;
    }

    /// <returns>As the system's own call; null when the file cannot be read, and the read has ended.</returns>
    int? ReadAndSend(PlainConnection connection, SafeFileHandle file)
    {
        _read ??= new byte[ReadLength];
        try
        {
            var count = RandomAccess.Read(file, _read.AsSpan(0, (int)Math.Min(connection.Left, ReadLength)), connection.Offset);
            return count == 0 ? 0 : connection.Socket.Send(_read.AsSpan(0, count), more: count < connection.Left);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failed(connection, e.Message);
            return null;
        }
    }

    bool Done(PlainConnection connection)
    {
        var (outcome, reason) = connection.Serving?.Opened switch
        {
            null => (ReadOutcome.Completed, null),
            { Content: null, Refusal: null } => (ReadOutcome.NotFound, null),
            { Content: null, Refusal: var refusal } => (ReadOutcome.Failed, refusal),
            _ => connection.Answer.HasBody(connection.Request.IsHead) ? (ReadOutcome.Completed, null) : connection.Answer.WithoutBody,
        };
        End(connection, outcome, reason);
        return true;
    }

    bool Lost(PlainConnection connection)
    {
        End(connection, ReadOutcome.EndedByClient, BootFileEndpoint.Left);
        return false;
    }

    /// <summary>The connection is to be broken: the machine must see that bytes are missing.</summary>
    bool Failed(PlainConnection connection, string reason)
    {
        End(connection, ReadOutcome.Failed, reason);
        return false;
    }

    void Progress(PlainConnection connection)
    {
        connection.Unconfirmed = -1;
        connection.Deadline = worker.Now + (long)around.Settings.PauseAllowed.TotalMilliseconds;
    }
}
