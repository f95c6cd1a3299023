using Cordwain.Management.Configuration;
using Microsoft.Extensions.Logging;

namespace Cordwain.Hosting;

/// <summary>What is worth a line, as <c>log: { level: }</c> says; it can change while the server runs.</summary>
sealed class LogThreshold
{
    volatile LogLevel _least = LogLevel.Information;

    public LogDetail Detail
    {
        set => _least = value switch
        {
            LogDetail.Error => LogLevel.Error,
            LogDetail.Warning => LogLevel.Warning,
            LogDetail.Debug => LogLevel.Debug,
            _ => LogLevel.Information,
        };
    }

    /// <summary>The web server below ours speaks up for what is wrong only.</summary>
    public bool Passes(string? category, LogLevel level) =>
        level >= _least && (level >= LogLevel.Warning || category?.StartsWith("Microsoft", StringComparison.Ordinal) != true);
}
