using Cordwain.Boot.Leases;

namespace Cordwain.Bench;

/// <summary>A million stored leases: how long the table takes to hold them, and how much memory.</summary>
static class MillionLeases
{
    const int Leases = 1_000_000;

    public static string Run()
    {
        LeaseBinding[] stored = [.. BenchWorld.BindingsOf(Leases)];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = BenchRun.ThreadTime();
        var table = new LeaseTable();
        table.Load(stored);
        var time = BenchRun.ThreadTime() - start;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        var world = new BenchWorld(Cordwain.Boot.Catalog.NetworkRole.Server);
        start = BenchRun.ThreadTime();
        table.Statistics(world.Catalog.Networks[0], world.Catalog, BenchWorld.Now);
        var enter = BenchRun.ThreadTime() - start;
        return $"{table.Count} leases loaded in {time / 1e6:0} ms of processor time, the first question after {enter / 1e6:0} ms more; {(double)bytes / Leases:0} bytes each, with texts";
    }
}
