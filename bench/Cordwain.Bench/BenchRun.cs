using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cordwain.Bench;

/// <summary>Runs a case in batches on one thread, counts its processor time and what it allocates.</summary>
static class BenchRun
{
    /// <summary>How often a case is measured; more for a profiler.</summary>
    public const int Batches = 15;

    static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(700);

    public static BenchResult Of(BenchCase measured, int batches = Batches)
    {
        // Until the compiler has seen what is hot: it compiles anew after thirty calls and a tenth of a second.
        var start = Stopwatch.GetTimestamp();
        var rounds = 0;
        while (Stopwatch.GetElapsedTime(start) < WarmUp || rounds++ < 3)
            Batch(measured);

        var (time, bytes) = (double.MaxValue, double.MaxValue);
        for (var i = 0; i < batches; i++)
        {
            var (batchTime, batchBytes) = Batch(measured);
            (time, bytes) = (Math.Min(time, batchTime), Math.Min(bytes, batchBytes));
        }

        return new(measured.Name, time, bytes);
    }

    static (double Time, double Bytes) Batch(BenchCase measured)
    {
        var run = measured.Prepare(measured.Batch);
        GC.Collect(0);
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var time = ThreadTime();
        run(measured.Batch);
        time = ThreadTime() - time;
        return ((double)time / measured.Batch, (double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / measured.Batch);
    }

    /// <summary>Nanoseconds that this thread has had a processor, which leaves out what else the machine does; the clock where the kernel does not tell.</summary>
    public static long ThreadTime() =>
        OperatingSystem.IsLinux() && ClockOf(ThreadProcessorTime, out var time) == 0
            ? (long)time.Seconds * 1_000_000_000 + time.Nanoseconds
            : (long)Stopwatch.GetElapsedTime(0).TotalNanoseconds;

    const int ThreadProcessorTime = 3;

    [DllImport("libc", EntryPoint = "clock_gettime"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int ClockOf(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    struct Timespec
    {
        public nint Seconds, Nanoseconds;
    }
}
