using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.HttpBoot;

/// <summary>Answers one HTTP request for a boot file.</summary>
public sealed partial class BootFileEndpoint
{
    const int ChunkLength = 128 * 1024;

    const string Left = "the connection ended before the file did";

    readonly IBootFiles _files;
    readonly TimeProvider _time;
    readonly HttpReads _reads;
    readonly ILogger _logger;

    public BootFileEndpoint(IBootFiles files, IBootJournal journal, TimeProvider time, ILoggerFactory loggers)
    {
        _files = files;
        _time = time;
        _reads = new(journal, time);
        _logger = loggers.CreateLogger<BootFileEndpoint>();
    }

    /// <summary>How long a machine may take nothing of what it asked for. Kestrel's own limit is a mean rate, which a quick beginning stretches to hours.</summary>
    public TimeSpan PauseAllowed { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Never throws: a failure ends this request, or its connection where the head has left.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var isHead = HttpMethods.IsHead(http.Request.Method);
        if (!isHead && !HttpMethods.IsGet(http.Request.Method))
        {
            http.Response.Headers.Allow = "GET, HEAD";
            http.Response.Headers.Connection = "close";   // whatever body follows is not read
            End(http, StatusCodes.Status405MethodNotAllowed);
            return;
        }

        if (!RequestTarget.TryParse(http.Features.Get<IHttpRequestFeature>()!.RawTarget, out var target))
        {
            End(http, StatusCodes.Status400BadRequest);
            return;
        }

        var request = new FileRequest(BootChannel.Http, IpAddresses.Of(http.Connection.RemoteIpAddress), IpAddresses.Of(http.Connection.LocalIpAddress), target.Name)
        {
            Query = target.Query,
            UserAgent = http.Request.Headers.UserAgent.ToString(),
        };
        var started = _time.GetTimestamp();
        try
        {
            var opened = await _files.OpenAsync(request, http.RequestAborted);
            using var content = opened.Content;
            await SendAsync(http, request, opened, isHead, started);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // It left before there was an answer: nothing was read.
        }
        catch (Exception e)
        {
            Failed(PrintableText.Escape(request.Name), request.Client, e);
            Break(http);
        }
    }

    async Task SendAsync(HttpContext http, FileRequest request, OpenedFile opened, bool isHead, long started)
    {
        if (opened.Content is not { } content)
        {
            End(http, StatusOf(opened.Refusal));
            var outcome = opened.Refusal is null ? ReadOutcome.NotFound : ReadOutcome.Failed;
            _reads.Record(http, _reads.Read(request, opened, outcome, 0, _time.GetElapsedTime(started), opened.Refusal), isRange: false);
            return;
        }

        var answer = BootFileAnswer.WriteHead(http, content, opened.ContentType);
        var hasBody = !isHead && answer.Status is StatusCodes.Status200OK or StatusCodes.Status206PartialContent;
        var sent = new Progress();
        var (ended, reason) = hasBody ? await CopyAsync(http, content, answer, sent)
            : answer.Status == StatusCodes.Status416RangeNotSatisfiable ? (ReadOutcome.Failed, "the range asked for lies beyond the file's end")
            : (ReadOutcome.Probed, null);
        var read = _reads.Read(request, opened, ended, sent.Bytes, _time.GetElapsedTime(started), reason);
        _reads.Record(http, read, isRange: answer.Status == StatusCodes.Status206PartialContent);
    }

    async Task<(ReadOutcome Outcome, string? Reason)> CopyAsync(HttpContext http, BootContent content, BootFileAnswer answer, Progress sent)
    {
        var body = http.Response.BodyWriter;
        var aborted = http.RequestAborted;
        using var pause = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, aborted);
        try
        {
            while (answer.Length is not { } length || sent.Bytes < length)
            {
                var wanted = answer.Length is { } all ? (int)Math.Min(ChunkLength, all - sent.Bytes) : ChunkLength;
                var buffer = body.GetMemory(wanted)[..wanted];
                var read = await content.ReadAsync(answer.Offset + sent.Bytes, buffer, aborted);
                if (read == 0 && answer.Length is null)
                    break;
                if (read == 0)
                    throw new IOException("the content ended before its length");

                body.Advance(read);
                pause.CancelAfter(PauseAllowed);
                var flushed = await body.FlushAsync(either.Token);
                pause.CancelAfter(Timeout.InfiniteTimeSpan);
                if (flushed.IsCompleted)   // nobody reads any more; the token may tell so later
                    return (ReadOutcome.EndedByClient, Left);
                sent.Bytes += read;
            }

            return aborted.IsCancellationRequested ? (ReadOutcome.EndedByClient, Left) : (ReadOutcome.Completed, null);
        }
        catch (OperationCanceledException) when (pause.IsCancellationRequested)
        {
            http.Abort();   // Kestrel does so too when a flush is given up, so the pause is asked first
            return (ReadOutcome.TimedOut, $"the machine took nothing for {PauseAllowed.TotalSeconds:0} s");
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            return (ReadOutcome.EndedByClient, Left);
        }
        catch (IOException e)
        {
            Break(http);   // the machine must see that bytes are missing
            return (ReadOutcome.Failed, e.Message);
        }
    }

    /// <summary>What a refusal means in HTTP; the sentence itself goes to the journal.</summary>
    static int StatusOf(string? refusal) => refusal switch
    {
        null => StatusCodes.Status404NotFound,
        ['C', 'W', '7', '0', '0', '8', ..] => StatusCodes.Status400BadRequest,
        ['C', 'W', '7', '0', '0', '9', ..] or ['C', 'W', '7', '0', '1', '1', ..] => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status502BadGateway,
    };

    static void End(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        http.Response.ContentLength = 0;
    }

    static void Break(HttpContext http)
    {
        if (http.Response.HasStarted)
            http.Abort();
        else
            End(http, StatusCodes.Status500InternalServerError);
    }

    [LoggerMessage(7301, LogLevel.Error, "Boot HTTP: {Name} for {Client} failed.")]
    partial void Failed(string name, Ipv4Address client, Exception e);

    sealed class Progress
    {
        public long Bytes { get; set; }
    }
}
