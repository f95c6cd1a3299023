using System.Diagnostics;

namespace Cordwain.Server.Linux;

/// <summary>How long this machine has been up, and which of its starts that is.</summary>
static unsafe class Uptime
{
    static readonly string ThisProcess = Guid.NewGuid().ToString();

    /// <summary>Runs while the machine sleeps (CLOCK_BOOTTIME), and nobody can set it.</summary>
    public static TimeSpan Elapsed
    {
        get
        {
            LibC.TimeSpec time;
            return OperatingSystem.IsLinux() && LibC.ClockGetTime(LibC.ClockBootTime, &time) == 0
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
}
