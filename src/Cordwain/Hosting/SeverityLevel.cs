using Cordwain.Management;
using Microsoft.Extensions.Logging;

namespace Cordwain.Hosting;

static class SeverityLevel
{
    /// <summary>The level at which a problem stands in the log.</summary>
    public static LogLevel LogLevel(this Severity severity) => severity switch
    {
        Severity.Error => Microsoft.Extensions.Logging.LogLevel.Error,
        Severity.Warning => Microsoft.Extensions.Logging.LogLevel.Warning,
        _ => Microsoft.Extensions.Logging.LogLevel.Information,
    };
}
