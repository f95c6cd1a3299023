using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Metrics;

/// <summary>Counts the problems that the server reports, by their codes, whoever reports them: it listens to the log's warnings and errors.</summary>
public sealed class ProblemCounter : ILoggerProvider
{
    const int CodeLength = 4;

    readonly ConcurrentDictionary<int, long> _counts = new();

    public IEnumerable<MetricFamily> Families() =>
    [
        new("cordwain_problems_total", MetricKind.Counter, "Warnings and errors that were reported, by their code; each has a page in docs/errors.", ["code"],
            () => _counts.ToArray().OrderBy(count => count.Key).Select(count => new MetricSample(count.Value, [string.Create(CultureInfo.InvariantCulture, $"CW{count.Key}")]))),
    ];

    public ILogger CreateLogger(string categoryName) => new Listener(this);

    public void Dispose()
    {
    }

    // "warning CW2004: …": the code that the line is about is the first.
    void Count(string text)
    {
        var at = text.IndexOf("CW", StringComparison.Ordinal);
        if (at >= 0 && at + 2 + CodeLength <= text.Length && int.TryParse(text.AsSpan(at + 2, CodeLength), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            _counts.AddOrUpdate(code, 1, (_, count) => count + 1);
    }

    sealed class Listener(ProblemCounter owner) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                owner.Count(formatter(state, exception));
        }
    }
}
