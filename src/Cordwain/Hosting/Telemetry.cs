using Cordwain.Management;
using Cordwain.Management.Configuration;
using Cordwain.Server.Metrics;
using Cordwain.Server.Metrics.Otlp;
using Microsoft.Extensions.Logging;

namespace Cordwain.Hosting;

/// <summary>Sends the metrics to the collector that the configuration or the environment names. Without one, nothing of that is made or loaded.</summary>
sealed class Telemetry(MetricsRegistry registry, Func<ServerSettings> settings, TimeProvider time, ILoggerFactory loggers, Action<Problem> warn) : IAsyncDisposable
{
    readonly OtlpEnvironment _environment = new(Environment.GetEnvironmentVariable, ServerMetrics.Version, warn);
    readonly Lock _gate = new();
    OtlpExport? _export;
    bool _isDisposed;

    /// <summary>Takes the settings that are in force now.</summary>
    public void Follow()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;   // a reload while the server ends
            var target = _environment.TargetOf(settings());
            if (target is not null)
                _export ??= new(registry, ServerMetrics.Started, time, loggers.CreateLogger<OtlpExport>());
            _export?.To(target);
        }
    }

    public async ValueTask DisposeAsync()
    {
        OtlpExport? export;
        lock (_gate)
        {
            _isDisposed = true;
            export = _export;
        }

        if (export is not null)
            await export.DisposeAsync();
    }
}
