using System.Net;
using System.Net.Sockets;
using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Server.Hosting;
using Cordwain.Server.HttpBoot.Plain;
using Cordwain.Server.Metrics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cordwain.Server.HttpBoot;

/// <summary>Boot HTTP on a port of its own: Kestrel alone, without a web application around it, so that it is there in an instant and owes the page nothing.</summary>
public sealed partial class BootHttpService : IHostedService, IDisposable
{
    static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(2);

    readonly HttpBootSettings _settings;
    readonly BootFileEndpoint _endpoint;
    readonly KestrelServer _kestrel;
    readonly ILogger _logger;

    public BootHttpService(HttpBootSettings settings, IBootFiles files, IBootJournal journal, TimeProvider time, ILoggerFactory loggers)
        : this(settings, files, journal, time, loggers, plainly: OperatingSystem.IsLinux())
    {
    }

    /// <param name="plainly">Plain requests are answered beneath Kestrel; otherwise Kestrel answers all.</param>
    internal BootHttpService(HttpBootSettings settings, IBootFiles files, IBootJournal journal, TimeProvider time, ILoggerFactory loggers, bool plainly)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _endpoint = new(files, journal, time, loggers, Counters) { PauseAllowed = settings.PauseAllowed };
        _logger = loggers.CreateLogger<BootHttpService>();
        // Kestrel's own log tells of every scan and every broken connection; what matters to a boot is in the journal.
        IConnectionListenerFactory transport = plainly
            ? new PlainTransport(new(settings, files, journal, time, Counters, new(settings, Counters), _endpoint.Failed))
            : new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        _kestrel = new(Options.Create(OptionsOf(settings)), transport, NullLoggerFactory.Instance);
    }

    public HttpCounters Counters { get; } = new();

    /// <summary>The port it got; 0 before it is started.</summary>
    public int Port { get; private set; }

    /// <exception cref="ProblemException">The port is taken, or we have no right.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _kestrel.StartAsync(new Application(_endpoint, _settings.Metrics), cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new ProblemException(HttpPortProblems.NotOpened(_settings.Port, e), e);
        }

        var addresses = _kestrel.Features.Get<IServerAddressesFeature>()!.Addresses;
        Port = new Uri(addresses.First()).Port;
        Listening(string.Join(", ", addresses));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StopWithin);
        await _kestrel.StopAsync(limit.Token);
    }

    public void Dispose() => _kestrel.Dispose();

    static KestrelServerOptions OptionsOf(HttpBootSettings settings)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        var limits = options.Limits;
        limits.MaxConcurrentConnections = settings.MaxConnections;
        limits.KeepAliveTimeout = settings.IdleTimeout;
        limits.RequestHeadersTimeout = settings.HeadTimeout;
        limits.MaxRequestLineSize = 4096;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestBodySize = 0;
        limits.MaxResponseBufferSize = 256 * 1024;
        // For what is left in buffers when all is written; while there is more, the endpoint itself watches for pauses.
        limits.MinResponseDataRate = new(bytesPerSecond: 240, settings.PauseAllowed * 2);
        foreach (var address in settings.Addresses.IsDefaultOrEmpty ? [IPAddress.Any] : settings.Addresses)
            options.Listen(address, settings.Port, listen => listen.Protocols = HttpProtocols.Http1);
        return options;
    }

    [LoggerMessage(7300, LogLevel.Information, "HTTP is ready on {Addresses}.")]
    partial void Listening(string addresses);

    sealed class Application(BootFileEndpoint endpoint, MetricsPage? metrics) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) =>
            metrics is not null && metrics.Takes(context) ? metrics.Answer(context) : endpoint.AnswerAsync(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
