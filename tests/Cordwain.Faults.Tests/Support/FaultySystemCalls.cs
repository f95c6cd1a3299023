using System.Diagnostics;
using System.Globalization;

namespace Cordwain.Faults.Tests.Support;

/// <summary>Lets system calls of a running process fail until disposed (strace's injection).</summary>
sealed class FaultySystemCalls : IDisposable
{
    readonly Process _strace;

    /// <param name="fault">Such as <c>fsync,fdatasync:error=EIO</c>.</param>
    public FaultySystemCalls(int process, string fault)
    {
        var calls = fault[..fault.IndexOf(':', StringComparison.Ordinal)];
        _strace = Process.Start(new ProcessStartInfo("strace",
            ["-f", "-p", process.ToString(CultureInfo.InvariantCulture), "-o", "/dev/null", "-e", "trace=" + calls, "-e", "inject=" + fault])
        { RedirectStandardError = true })!;
        while (_strace.StandardError.ReadLine() is { } line)
        {
            if (line.Contains("attached", StringComparison.Ordinal))
                return;
        }

        throw new InvalidOperationException("strace attached to nothing.");
    }

    public void Dispose()
    {
        if (!_strace.HasExited)
        {
            using var end = Process.Start("kill", ["-INT", _strace.Id.ToString(CultureInfo.InvariantCulture)]);   // a process that was killed takes its tracer along
            end.WaitForExit();
        }

        // What it has to say at its end must not fill the pipe.
        _strace.StandardError.ReadToEnd();
        _strace.WaitForExit();
        _strace.Dispose();
    }
}
