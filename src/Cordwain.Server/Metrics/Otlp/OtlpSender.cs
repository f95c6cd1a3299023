using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Cordwain.Server.Metrics.Otlp;

/// <summary>What came of one sending.</summary>
/// <param name="Error">Null: the collector took it.</param>
/// <param name="Status">Of the answer; 0: the same may be taken a little later; negative: the collector has no part in it.</param>
/// <param name="RetryAfter">When the collector wants to be asked again; null when it does not say.</param>
readonly record struct OtlpResult(string? Error, int Status = OtlpResult.Transient, TimeSpan? RetryAfter = null)
{
    const int Transient = 0, Ours = -1, FaultOfOurs = -2;

    public bool IsTransient => Error is not null && Status == Transient;

    /// <summary>It failed before anything went to the collector.</summary>
    public bool IsOurs => Status < 0;

    /// <summary>What nobody expected.</summary>
    public Exception? Fault { get; private init; }

    public static OtlpResult OfOurs(string error) => new(error, Ours);

    public static OtlpResult OfFault(Exception e) => new($"a fault of Cordwain: {OtlpAnswer.Shown(e.Message)}", FaultOfOurs) { Fault = e };
}

/// <summary>Sends to one collector by HTTP POST (OTLP specification, "OTLP/HTTP"). Nothing is kept for later: the next figures hold the last ones.</summary>
sealed class OtlpSender : IDisposable
{
    const int LongestAnswer = 4 << 10;
    const string MediaType = "application/x-protobuf";

    readonly OtlpTarget _target;
    readonly HttpClient _http;

    public OtlpSender(OtlpTarget target)
    {
        _target = target;
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,   // headers may hold secrets, and those are for this host
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),   // follows a name that moves
            MaxResponseHeadersLength = 64,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<OtlpResult> Send(ReadOnlyMemory<byte> metrics, TimeSpan timeout, CancellationToken stop)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        silence.CancelAfter(timeout);
        try
        {
            using var request = Request(metrics);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            return ResultOf(response, await Beginning(response, silence.Token));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new(string.Create(CultureInfo.InvariantCulture, $"it did not answer within {timeout.TotalSeconds:0.#} s"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return ResultOf(e);
        }
    }

    public void Dispose() => _http.Dispose();

    HttpRequestMessage Request(ReadOnlyMemory<byte> metrics)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _target.Url) { Content = new ReadOnlyMemoryContent(_target.Compress ? Compressed(metrics) : metrics) };
        request.Content.Headers.ContentType = new(MediaType);
        if (_target.Compress)
            request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Cordwain", null));
        foreach (var (name, value) in _target.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    static byte[] Compressed(ReadOnlyMemory<byte> bytes)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest))
            gzip.Write(bytes.Span);
        return to.ToArray();
    }

    static bool IsProtobuf(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType == MediaType;

    /// <summary>Of a body that is worth reading; nobody's page of an error is, however long.</summary>
    static async Task<byte[]> Beginning(HttpResponseMessage response, CancellationToken stop)
    {
        if (!IsProtobuf(response))
            return [];
        var body = new byte[LongestAnswer];
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        return body[..await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, stop)];
    }

    static OtlpResult ResultOf(Exception e)
    {
        var error = e is HttpRequestException request ? request.HttpRequestError : (e as HttpIOException)?.HttpRequestError;
        var words = OtlpAnswer.Shown((e.InnerException ?? e).Message);
        if (e.InnerException is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets })
            return OtlpResult.OfOurs($"no connection can be opened: {words}");
        return error is HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded
            ? new($"it gave no answer in HTTP: {words}")
            : new($"it cannot be reached: {words}");
    }

    static OtlpResult ResultOf(HttpResponseMessage response, byte[] body)
    {
        if (response.IsSuccessStatusCode)
        {
            return OtlpAnswer.PartialSuccess(body) is { } partial
                ? new(string.Create(CultureInfo.InvariantCulture, $"it rejected {partial.Rejected} of the figures{Said(partial.Why)}"), (int)response.StatusCode)
                : default;
        }

        // Those that the specification names; all others say that the same will be refused again.
        var isTransient = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
        var wait = response.Headers.RetryAfter;
        return new(string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode}{Said(OtlpAnswer.Error(body))}"), isTransient ? 0 : (int)response.StatusCode, wait?.Delta ?? wait?.Date - DateTimeOffset.UtcNow);
    }

    static string Said(string text) => text.Length == 0 ? "" : $" ({text})";
}
