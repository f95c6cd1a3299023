using Cordwain.Boot.Journal;

namespace Cordwain.Storage.Journal;

/// <summary>How the boots of a segment stood at its end, in one blob: first their numbers, so that most segments need not be read further.</summary>
static class BootCodec
{
    public const byte Layout = 1;

    const int MostBoots = 1 << 20;

    /// <param name="boots">All that have events in the segment, in rising order of their numbers; null: no more is known of it than before.</param>
    public static void Write(JournalWriter to, IReadOnlyList<KeyValuePair<long, BootTimeline?>> boots)
    {
        to.U8(Layout);
        to.Unsigned((ulong)boots.Count);
        long before = 0;
        foreach (var (id, _) in boots)
        {
            to.Unsigned((ulong)(id - before));
            before = id;
        }

        foreach (var (_, boot) in boots)
        {
            to.U8(boot is null ? (byte)0 : (byte)1);
            if (boot is null)
                continue;
            MachineCodec.Write(to, boot.Machine);
            to.Ipv4(boot.Address);
            to.Text(boot.Firmware);
            to.Unsigned((ulong)boot.Started.UtcTicks);
            to.Signed(boot.Last.UtcTicks - boot.Started.UtcTicks);
            to.Unsigned((ulong)boot.Events);
            to.Unsigned((ulong)boot.Bytes);
            to.Text(boot.Stage);
        }
    }

    public static bool Holds(ReadOnlyMemory<byte> blob, long wanted) => Array.BinarySearch(Numbers(new(blob)), wanted) >= 0;

    /// <summary>All boots of a segment, up to the first that does not read.</summary>
    public static IEnumerable<BootTimeline> Read(ReadOnlyMemory<byte> blob)
    {
        var from = new JournalReader(blob);
        foreach (var id in Numbers(from))
        {
            if (from.U8() == 0)
                continue;
            var machine = MachineCodec.Read(from);
            var address = from.Ipv4();
            var firmware = from.TextOrNull();
            var started = (long)from.Unsigned();
            var boot = new BootTimeline(id, machine, BootRow.Time(started))
            {
                Address = address,
                Firmware = firmware,
                Last = BootRow.Time(started + from.Signed()),
                Events = from.Count(int.MaxValue),
                Bytes = (long)from.Unsigned(),
                Stage = from.Text(),
            };
            if (from.Failed)
                yield break;
            yield return boot;
        }
    }

    static long[] Numbers(JournalReader from)
    {
        if (from.U8() != Layout)
            return [];
        var ids = new long[from.Count(MostBoots)];
        long before = 0;
        for (var i = 0; i < ids.Length; i++)
            before = ids[i] = before + (long)from.Unsigned();
        return from.Failed ? [] : ids;
    }
}
