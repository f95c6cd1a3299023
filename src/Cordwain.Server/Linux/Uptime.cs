using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cordwain.Server.Linux;

/// <summary>How long this machine has been up, and which of its starts that is.</summary>
static unsafe partial class Uptime
{
    const int ClockBootTime = 7;

    static readonly string ThisProcess = Guid.NewGuid().ToString();

    /// <summary>Runs while the machine sleeps (CLOCK_BOOTTIME), and nobody can set it.</summary>
    public static TimeSpan Elapsed
    {
        get
        {
            TimeSpec time;
            return OperatingSystem.IsLinux() && ClockGetTime(ClockBootTime, &time) == 0
                ? new((long)time.Seconds * TimeSpan.TicksPerSecond + (long)time.Nanoseconds / TimeSpan.NanosecondsPerTick)
                : Stopwatch.GetElapsedTime(0);
        }
    }

    /// <summary>Another one after each start of the machine; where that is not to be known, after each start of this program.</summary>
    public static string Boot
    {
        get
        {
            try
            {
                return OperatingSystem.IsLinux() ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : ThisProcess;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return ThisProcess;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, TimeSpec* time);

    struct TimeSpec
    {
        public nint Seconds, Nanoseconds;
    }
}
