using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Tests.Support;

/// <summary>Keeps log lines, and waits for one.</summary>
sealed class LogRecorder : ILoggerFactory, ILogger
{
    readonly BlockingCollection<string> _news = [];
    readonly ConcurrentQueue<string> _all = new();

    public IEnumerable<string> Lines => _all;

    /// <summary>The next line that contains the text; lines before it are passed over for good.</summary>
    public string WaitFor(string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            foreach (var line in _news.GetConsumingEnumerable(limit.Token))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (OperationCanceledException)
        {
            // The assertion below tells what came instead.
        }

        Assert.Fail($"No line with '{text}' came. The log:\n{string.Join('\n', _all)}");
        return "";
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel}: {formatter(state, exception)}";
        _all.Enqueue(line);
        _news.Add(line);
    }

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose() => _news.Dispose();
}
