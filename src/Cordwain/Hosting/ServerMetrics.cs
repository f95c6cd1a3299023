using System.Globalization;
using System.Reflection;
using Cordwain.Content.Mirrors;
using Cordwain.Management.Configuration;
using Cordwain.Server.Hosting;
using Cordwain.Server.Metrics;

namespace Cordwain.Hosting;

/// <summary>Where the figures of the server as a whole come from.</summary>
sealed record ServerMetricsSources
{
    public required BootJournal Journal { get; init; }

    public required MirrorCache Mirrors { get; init; }

    public required ConfigurationReload Reload { get; init; }

    public required BootCatalogs Catalogs { get; init; }

    public required ProblemCounter Problems { get; init; }
}

/// <summary>The server as a whole: its process, configuration, journal and mirror cache.</summary>
static class ServerMetrics
{
    public static IEnumerable<MetricFamily> Families(ServerMetricsSources from) =>
    [
        .. from.Problems.Families(),
        .. Mirror(() => from.Mirrors.Counters),
        .. Process(),
        MetricFamily.Gauge("cordwain_journal_queue_length", "Events that wait to be written into the journal.", () => from.Journal.Waiting),
        MetricFamily.Counter("cordwain_journal_lost_total", "Events that found no room in the queue, or could not be stored. Boots are not affected.", () => from.Journal.Dropped),
        new("cordwain_config_reloads_total", MetricKind.Counter, "Readings of a changed configuration, by what came of them.", ["result"],
            () => [new(from.Reload.Accepted, ["accepted"]), new(from.Reload.Rejected, ["refused"])]),
        new("cordwain_info", MetricKind.Gauge, "Always 1; the labels say which version runs and which configuration is in force.", ["version", "revision"],
            () => [new(1, [Version, from.Catalogs.Current.Revision])]),
    ];

    public static string Version => Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    static IEnumerable<MetricFamily> Mirror(Func<MirrorCounters> read) =>
    [
        new("cordwain_mirror_opens_total", MetricKind.Counter, "Files of mirrors that were opened: from a complete copy (hit), one of these without asking the mirror (stale), or while they arrived (miss).", ["result"],
            () => read() is var now ? [new(now.Hits - now.Stale, ["hit"]), new(now.Stale, ["stale"]), new(now.Misses, ["miss"])] : []),
        MetricFamily.Counter("cordwain_mirror_failures_total", "Downloads that were given up.", () => read().Failures),
        MetricFamily.Counter("cordwain_mirror_evictions_total", "Files that made room for others.", () => read().Evicted),
        MetricFamily.Counter("cordwain_mirror_fetched_bytes_total", "Bytes taken from mirrors.", () => read().Fetched),
        MetricFamily.Gauge("cordwain_mirror_stored_bytes", "Bytes of mirrors that are kept.", () => read().Stored),
    ];

    /// <summary>The names that Prometheus's own client libraries use.</summary>
    static IEnumerable<MetricFamily> Process() =>
    [
        MetricFamily.Counter("process_cpu_seconds_total", "CPU time of this process.", () => Environment.CpuUsage.TotalTime.TotalSeconds),
        MetricFamily.Gauge("process_resident_memory_bytes", "Memory of this process that is really there.", () => Environment.WorkingSet),
        MetricFamily.Gauge("process_open_fds", "Open files and sockets.", OpenFiles),
        MetricFamily.Gauge("process_start_time_seconds", "When this process began, in seconds since 1970.", () => Started.ToUnixTimeMilliseconds() / 1000.0),
        MetricFamily.Gauge("dotnet_heap_bytes", "Managed memory in use.", () => GC.GetTotalMemory(forceFullCollection: false)),
        new("dotnet_collections_total", MetricKind.Counter, "Garbage collections, by the oldest generation that they looked at.", ["generation"],
            () => Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => new MetricSample(
                GC.CollectionCount(generation) - (generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0), [generation.ToString(CultureInfo.InvariantCulture)]))),
        MetricFamily.Gauge("dotnet_threads", "Threads of the pool.", () => ThreadPool.ThreadCount),
    ];

    /// <summary>When this process began, and with it all counting.</summary>
    public static DateTimeOffset Started { get; } = StartTime();

    static DateTimeOffset StartTime()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return self.StartTime;
    }

    static double OpenFiles() => OperatingSystem.IsLinux() ? Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() : 0;
}
