using System.Diagnostics;
using Cordwain.Boot.Leases;

namespace Cordwain.Bench;

/// <summary>A million stored leases: how long the table takes to hold them, and how much memory.</summary>
static class LeaseLoad
{
    const int Leases = 1_000_000;

    public static string Run()
    {
        LeaseBinding[] stored = [.. BenchWorld.BindingsOf(Leases)];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        var table = new LeaseTable();
        table.Load(stored);
        var time = Stopwatch.GetElapsedTime(start);
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        var first = Stopwatch.GetTimestamp();
        var world = new BenchWorld(Cordwain.Boot.Catalog.NetworkRole.Server);
        table.Statistics(world.Catalog.Networks[0], world.Catalog, BenchWorld.Now);
        var enter = Stopwatch.GetElapsedTime(first);
        return $"{table.Count} leases loaded in {time.TotalMilliseconds:0} ms, first question after {enter.TotalMilliseconds:0} ms more; {(double)bytes / Leases:0} bytes each, with texts";
    }
}
