using Cordwain.Hosting;
using Cordwain.Management.Configuration;
using Cordwain.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace Cordwain.Tests.Metrics;

/// <summary>When there is somebody who sends metrics.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task A_reload_while_the_server_ends_makes_no_sender_that_nobody_would_end()
    {
        using var registry = new MetricsRegistry();
        using var loggers = new Asked();
        var settings = new ServerSettings();
        var telemetry = new Telemetry(registry, () => settings, TimeProvider.System, loggers, _ => { });
        telemetry.Follow();
        await telemetry.StopAsync(TestContext.Current.CancellationToken);
        settings = new() { Otlp = new("http://127.0.0.1:9") };
        telemetry.Follow();
        Assert.Equal(0, loggers.Loggers);
    }

    [Fact]
    public async Task A_reload_that_first_names_a_collector_makes_one_sender()
    {
        using var registry = new MetricsRegistry();
        using var loggers = new Asked();
        var settings = new ServerSettings();
        var telemetry = new Telemetry(registry, () => settings, TimeProvider.System, loggers, _ => { });
        telemetry.Follow();
        settings = new() { Otlp = new("http://127.0.0.1:9") };
        telemetry.Follow();
        telemetry.Follow();
        await telemetry.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, loggers.Loggers);
    }

    /// <summary>Every sender has a logger.</summary>
    sealed class Asked : ILoggerFactory
    {
        public int Loggers { get; private set; }

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName)
        {
            Loggers++;
            return Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        }

        public void Dispose()
        {
        }
    }
}
