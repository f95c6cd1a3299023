using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Cordwain.Hosting;

/// <summary>One line an event: time, level where it is worth a word, message. Exceptions below it, control characters never.</summary>
sealed class PlainConsole(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "plain";

    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var level = entry.LogLevel switch
        {
            LogLevel.Warning => "warning: ",
            LogLevel.Error or LogLevel.Critical => "error: ",
            LogLevel.Debug or LogLevel.Trace => "debug: ",
            _ => "",
        };
        var message = entry.Formatter(entry.State, entry.Exception);
        textWriter.Write(time.GetLocalNow().ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture));
        // A problem says itself how bad it is: "cordwain.yaml:4:5: error CW4007: ...".
        if (!message.Contains(" CW", StringComparison.Ordinal))
            textWriter.Write(level);
        textWriter.WriteLine(Harmless(message));
        if (entry.Exception is not { } exception || entry.LogLevel < LogLevel.Error)
            return;
        foreach (var line in exception.ToString().Split('\n'))
            textWriter.WriteLine(Harmless("  " + line.TrimEnd()));
    }

    /// <summary>What a stranger sent may stand in a message: it moves no cursor, and begins no line that looks like one of ours.</summary>
    static string Harmless(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
