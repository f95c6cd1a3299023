using System.IO.Compression;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Cordwain.Tests.Metrics;

/// <summary>A collector for OTLP over HTTP in this process: keeps what arrives, and answers as it is told.</summary>
sealed class Collector : IAsyncDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    readonly WebApplication _web;
    readonly Channel<OtlpReading> _arrived = Channel.CreateUnbounded<OtlpReading>();

    Collector(Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(listen);
        _web = builder.Build();
        _web.Run(Take);
    }

    public Uri Url => new(_web.Urls.Single());

    /// <summary>The answer to the nth request, from 0; null: all is taken.</summary>
    public Func<int, CollectorAnswer?> Answer { get; set; } = _ => null;

    public int Requests { get; private set; }

    public static Task<Collector> OnLoopback() => Start(kestrel => kestrel.Listen(IPAddress.Loopback, 0));

    /// <summary>Reached from other network namespaces too.</summary>
    public static Task<Collector> OnSocket(string path) => Start(kestrel => kestrel.ListenUnixSocket(path));

    /// <summary>The next metrics that were taken.</summary>
    public async Task<OtlpReading> Next()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await _arrived.Reader.ReadAsync(limit.Token);
    }

    public async Task<OtlpReading> NextWith(Func<OtlpReading, bool> fits)
    {
        while (true)
        {
            if (await Next() is var reading && fits(reading))
                return reading;
        }
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    static async Task<Collector> Start(Action<KestrelServerOptions> listen)
    {
        var collector = new Collector(listen);
        await collector._web.StartAsync();
        return collector;
    }

    async Task Take(HttpContext http)
    {
        var body = new MemoryStream();
        var isGzip = http.Request.Headers.ContentEncoding == "gzip";
        await (isGzip ? new GZipStream(http.Request.Body, CompressionMode.Decompress) : http.Request.Body).CopyToAsync(body);
        var answer = Answer(Requests++) ?? CollectorAnswer.Taken;
        if (answer.Status == 200)
            _arrived.Writer.TryWrite(OtlpReading.Of(body.ToArray()) with { Method = http.Request.Method, Path = http.Request.Path, Headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()) });
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = "application/x-protobuf";
        foreach (var (name, value) in answer.Headers)
            http.Response.Headers[name] = value;
        await http.Response.Body.WriteAsync(answer.Body);
    }
}

sealed record CollectorAnswer(int Status, params byte[] Body)
{
    public static CollectorAnswer Taken { get; } = new(200);

    public (string Name, string Value)[] Headers { get; init; } = [];
}
