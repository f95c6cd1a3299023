using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Storage.Journal;

namespace Cordwain.Bench;

/// <summary>What the boot journal costs beside the answers: words, the boot it belongs to, its bytes in a segment, SQLite.</summary>
static class JournalCase
{
    const int TakenTogether = 256, PerFlush = 8192;

    public static BenchCase Make()
    {
        var path = Path.Combine(Path.GetTempPath(), $"cordwain-bench-{Environment.ProcessId}.db");
        var store = new SqliteBootStore(path);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(store, path);
        var timelines = new BootTimelines(0);
        var machine = 0;
        return new("the journal of an OFFER (words, boot, segment)", count =>
        {
            var world = new BenchWorld(Cordwain.Boot.Catalog.NetworkRole.Server);
            var events = new BootEvent[count];
            for (var i = 0; i < count; i++)
            {
                var datagram = PxeDatagram.Discover(BenchWorld.Relay).Of(machine++).ToArray();
                events[i] = world.EventOf(datagram);
            }

            return _ => Keep(store, timelines, events);
        });
    }

    static void Keep(SqliteBootStore store, BootTimelines timelines, BootEvent[] events)
    {
        List<(long, BootEvent)> entries = [];
        Dictionary<long, BootTimeline> changed = [];
        for (var i = 0; i < events.Length; i++)
        {
            if (timelines.Add(events[i]) is { } timeline)
            {
                entries.Add((timeline.Id, events[i]));
                changed[timeline.Id] = timeline;
            }

            if (i % TakenTogether == TakenTogether - 1 || i == events.Length - 1)
            {
                store.Append(entries, [.. changed.Values]);
                entries.Clear();
                changed.Clear();
            }

            if (i % PerFlush == PerFlush - 1)
                store.Flush();
        }
    }

    static void Remove(SqliteBootStore store, string path)
    {
        store.Dispose();
        foreach (var ending in (string[])["", "-wal", "-shm"])
            File.Delete(path + ending);
    }
}
