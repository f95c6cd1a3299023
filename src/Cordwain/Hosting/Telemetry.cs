using Cordwain.Management;
using Cordwain.Management.Configuration;
using Cordwain.Server.Metrics;
using Cordwain.Server.Metrics.Otlp;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cordwain.Hosting;

/// <summary>Sends the metrics to the collector that the configuration or the environment names. Without one, nothing of that is made or loaded.</summary>
sealed class Telemetry(MetricsRegistry registry, Func<ServerSettings> settings, TimeProvider time, ILoggerFactory loggers, Action<Problem> warn) : IHostedService
{
    readonly Lock _gate = new();
    OtlpEnvironment? _environment;
    OtlpExport? _export;
    bool _isStopped;

    /// <summary>Nothing yet: the first figures go when all is there that is counted (<see cref="Follow"/>).</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Takes the settings that are in force now.</summary>
    public void Follow()
    {
        lock (_gate)
        {
            if (_isStopped)
                return;   // a reload while the server ends
            _environment ??= new(Environment.GetEnvironmentVariable, ServerMetrics.Version, warn);
            var target = _environment.TargetOf(settings());
            if (target is not null)
                _export ??= new(registry, ServerMetrics.Started, time, loggers.CreateLogger<OtlpExport>());
            _export?.To(target);
        }
    }

    /// <summary>Sends the last figures.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        OtlpExport? export;
        lock (_gate)
        {
            _isStopped = true;
            export = _export;
        }

        if (export is not null)
            await export.DisposeAsync();
    }
}
