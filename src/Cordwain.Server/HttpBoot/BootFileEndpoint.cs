using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.HttpBoot;

/// <summary>Answers one HTTP request for a boot file.</summary>
public sealed partial class BootFileEndpoint
{
    const int ChunkLength = 128 * 1024;

    /// <summary>Where a connection keeps its <see cref="ReadSeries"/>.</summary>
    internal static readonly object SeriesKey = new();

    internal const string Left = "the connection ended before the file did";

    readonly IBootFiles _files;
    readonly TimeProvider _time;
    readonly HttpReads _reads;
    readonly HttpCounters _counters;
    readonly ILogger _logger;

    public BootFileEndpoint(IBootFiles files, IBootJournal journal, TimeProvider time, ILoggerFactory loggers)
        : this(files, journal, time, loggers, new())
    {
    }

    internal BootFileEndpoint(IBootFiles files, IBootJournal journal, TimeProvider time, ILoggerFactory loggers, HttpCounters counters)
    {
        _counters = counters;
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
            Write(http, BootFileAnswer.Empty(StatusCodes.Status405MethodNotAllowed));
            return;
        }

        if (!RequestTarget.TryParse(http.Features.Get<IHttpRequestFeature>()!.RawTarget, out var target))
        {
            Write(http, BootFileAnswer.Empty(StatusCodes.Status400BadRequest));
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
            Failed(HttpReads.Shown(request), request.Client, e);
            Break(http);
        }
    }

    async Task SendAsync(HttpContext http, FileRequest request, OpenedFile opened, bool isHead, long started)
    {
        var name = HttpReads.Shown(request);
        if (opened.Content is not { } content)
        {
            Write(http, BootFileAnswer.Refused(opened.Refusal));
            var missing = opened.Refusal is null ? ReadOutcome.NotFound : ReadOutcome.Failed;
            Record(http, _reads.Read(name, request.Client, opened, missing, 0, _time.GetElapsedTime(started), opened.Refusal), isRange: false);
            return;
        }

        var answer = BootFileAnswer.Of(ConditionsOf(http.Request, isHead), content, opened.ContentType);
        Write(http, answer);
        var sent = new Progress();
        var (outcome, reason) = answer.HasBody(isHead) ? await CopyAsync(http, content, answer, sent) : answer.WithoutBody;
        _counters.CountBytes(sent.Bytes);
        Record(http, _reads.Read(name, request.Client, opened, outcome, sent.Bytes, _time.GetElapsedTime(started), reason), answer.IsRange);
    }

    static RequestConditions ConditionsOf(HttpRequest request, bool isHead) => new(isHead)
    {
        Range = request.Headers.Range,
        IfRange = request.Headers.IfRange,
        IfNoneMatch = request.Headers.IfNoneMatch,
        IfModifiedSince = request.Headers.IfModifiedSince,
    };

    void Write(HttpContext http, in BootFileAnswer answer)
    {
        _counters.CountAnswer(answer.Status);
        var headers = http.Response.Headers;
        http.Response.StatusCode = answer.Status;
        http.Response.ContentLength = answer.ContentLength;
        headers.ETag = answer.ETag;
        headers.LastModified = answer.LastModified;
        headers.CacheControl = answer.CacheControl;
        headers.ContentType = answer.ContentType;
        headers.ContentRange = answer.ContentRange;
        if (answer.AcceptsRanges)
            headers.AcceptRanges = "bytes";
    }

    void Record(HttpContext http, BootEvent.Read read, bool isRange)
    {
        var items = http.Features.Get<IConnectionItemsFeature>()?.Items;
        var known = items?.TryGetValue(SeriesKey, out var kept) == true ? (ReadSeries?)kept : null;
        var series = known;
        _reads.Record(ref series, read, isRange && items is not null);
        if (series is null || series == known)
            return;
        items![SeriesKey] = series;
        http.Features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed.Register(series.End);
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

    void Break(HttpContext http)
    {
        if (http.Response.HasStarted)
            http.Abort();
        else
            Write(http, BootFileAnswer.Empty(StatusCodes.Status500InternalServerError));
    }

    [LoggerMessage(7301, LogLevel.Error, "Boot HTTP: {Name} for {Client} failed.")]
    internal partial void Failed(string name, Ipv4Address client, Exception e);

    sealed class Progress
    {
        public long Bytes { get; set; }
    }
}
