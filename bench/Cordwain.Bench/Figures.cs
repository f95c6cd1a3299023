namespace Cordwain.Bench;

/// <summary>Puts figures in the place of those that a file holds between two marks.</summary>
static class Figures
{
    const string Begin = "<!-- micro: begin -->", End = "<!-- micro: end -->";

    public static void Write(string file, string figures)
    {
        var text = File.ReadAllText(file);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (from < 0 || to < from)
            throw new InvalidOperationException($"{file} has no place for figures: a line '{Begin}' and a line '{End}'.");
        var heading = $"{DateTime.UtcNow:yyyy-MM-dd}; {Processor()}, .NET {Environment.Version}. Load average {LoadAverage()}.";
        File.WriteAllText(file, $"{text[..(from + Begin.Length)]}\n{heading}\n\n{figures}{text[to..]}");
    }

    static string Processor() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() : "unknown processor";

    static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
