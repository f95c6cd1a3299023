using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Cordwain.Faults.Tests.Support;

/// <summary>What a running process writes, syncs and sends, in the order in which the calls returned (strace), until disposed.</summary>
sealed partial class CallRecord : IDisposable
{
    readonly Process _strace;
    readonly string _file;

    public CallRecord(int process, string file)
    {
        _file = file;
        _strace = Process.Start(new ProcessStartInfo("strace",
        [
            "-f", "-y", "-v", "-xx", "-s", "65536", "-p", process.ToString(CultureInfo.InvariantCulture), "-o", file,
            "-e", "trace=pwrite64,fsync,fdatasync,sendmsg,sendmmsg,sendto",
        ])
        { RedirectStandardError = true })!;
        while (_strace.StandardError.ReadLine() is { } line)
        {
            if (line.Contains("attached", StringComparison.Ordinal))
                return;
        }

        throw new InvalidOperationException("strace attached to nothing.");
    }

    /// <summary>The calls that have returned: name, and everything else as strace wrote it. Bytes as <c>52:54:</c>…</summary>
    public IEnumerable<(string Name, string Text)> Read()
    {
        var begun = new Dictionary<string, string>();
        foreach (var line in File.ReadLines(_file))
        {
            var plain = line.Replace("\\x", ":", StringComparison.Ordinal);
            if (Begun().Match(plain) is { Success: true } begin)
                begun[begin.Groups[1].Value] = begin.Groups[2].Value;
            else if (Resumed().Match(plain) is { Success: true } resumed && begun.Remove(resumed.Groups[1].Value, out var start))
                yield return (resumed.Groups[2].Value, start + resumed.Groups[3].Value);
            else if (Whole().Match(plain) is { Success: true } whole)
                yield return (whole.Groups[2].Value, whole.Groups[3].Value);
        }
    }

    /// <summary>Lets go of the process; the record can be read from then on.</summary>
    public void Dispose()
    {
        if (!_strace.HasExited)
        {
            using var end = Process.Start("kill", ["-INT", _strace.Id.ToString(CultureInfo.InvariantCulture)]);
            end.WaitForExit();
        }

        _strace.StandardError.ReadToEnd();
        _strace.WaitForExit();
    }

    [GeneratedRegex(@"^(\d+) +\w+\((.*)<unfinished \.\.\.>$")]
    private static partial Regex Begun();

    [GeneratedRegex(@"^(\d+) +<\.\.\. (\w+) resumed>(.*)$")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"^(\d+) +(\w+)\((.*)$")]
    private static partial Regex Whole();
}
