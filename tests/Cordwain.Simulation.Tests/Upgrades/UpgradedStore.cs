using System.Globalization;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;
using Cordwain.Storage;
using Cordwain.Storage.Journal;
using Cordwain.Storage.Leases;
using Cordwain.Storage.Objects;

namespace Cordwain.Simulation.Tests.Upgrades;

/// <summary>One of our databases: its released steps, what programs of each of them leave in it, and how the product reads it today.</summary>
/// <param name="Rows">Statements that fill a database of the version; a version without an entry adds nothing to those before it.</param>
/// <param name="Table">One with rows since the first version, for steps that are made up.</param>
/// <param name="Read">What the product finds, a line for each.</param>
/// <param name="Found">How many lines that must be for what was left by a version and those before it.</param>
sealed record UpgradedStore(
    string Name, string Synchronous, bool IsChecked, Migration[] Released, IReadOnlyDictionary<int, string[]> Rows, string Table,
    Func<string, List<string>> Read, Func<int, int> Found)
{
    const int Many = 40;

    static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    public static IReadOnlyDictionary<string, UpgradedStore> All { get; } =
        new[] { Leases(), Journal(), Objects() }.ToDictionary(store => store.Name);

    /// <summary>The released steps, then two that do all that an upgrade may come to: rewrite a table, drop the old one, add a column, fill it.</summary>
    public Migration[] WithMadeUpSteps =>
    [
        .. Released,
        new(Released.Length + 1, "made up", 1,
            $"CREATE TABLE rewritten AS SELECT *, 7 AS extra FROM {Table}", $"DROP TABLE {Table}", $"ALTER TABLE rewritten RENAME TO {Table}",
            $"CREATE INDEX made_up ON {Table} (extra)"),
        new(Released.Length + 2, "made up, too", 1,
            $"ALTER TABLE {Table} ADD COLUMN more TEXT", $"UPDATE {Table} SET more = 'row ' || rowid", $"CREATE INDEX made_up_too ON {Table} (more)"),
    ];

    static UpgradedStore Leases() => new(
        "leases", "FULL", true, LeaseSchema.Migrations,
        new Dictionary<int, string[]>
        {
            [1] =
            [
                .. Numbers.Select(n => $"INSERT INTO binding VALUES ({0x0A4D0000 + n}, x'0101525400000{n:x3}', {0x525400000000 + n}, 1, {Milliseconds(n)}, {Milliseconds(n + 60)}, 'host{n}', 'PXEClient')"),
                $"INSERT INTO binding VALUES (167772161, x'0052540000', NULL, 1, {Milliseconds(0)}, NULL, NULL, NULL)",
            ],
        },
        "binding",
        path =>
        {
            using var store = new SqliteLeaseStore(path);
            return [.. store.Load().Select(binding => binding.ToString())];
        },
        _ => Many + 1);

    static UpgradedStore Journal() => new(
        "journal", "NORMAL", false, JournalSchema.Migrations,
        new Dictionary<int, string[]>
        {
            [1] =
            [
                .. Numbers.Select(n => $"INSERT INTO boot (id, mac, started, last, events, bytes, stage) VALUES ({n}, {0x525400000000 + n}, {Ticks(n)}, {Ticks(n + 1)}, 1, 5, 'OFFER')"),
                .. Numbers.Select(n => $"INSERT INTO event (boot, at, kind, body) VALUES ({n}, {Ticks(n)}, 3, '{{\"text\":\"note {n}\"}}')"),
            ],
            [2] = [.. Numbers.Select(n => Segment(Many + n)), $"UPDATE sqlite_sequence SET seq = {2 * Many} WHERE name = 'boot'"],
        },
        "boot",
        path =>
        {
            using var store = new SqliteBootStore(path, report: problem => Assert.Fail(problem.ToString()));
            return [.. store.List(10 * Many).SelectMany(boot => store.Events(boot.Id).Select(item => $"{boot} {item}")), $"last {store.LastId}"];
        },
        version => version < 2 ? Many + 1 : 2 * Many + 1);

    static UpgradedStore Objects() => new(
        "objects", "FULL", true, ObjectSchema.Migrations,
        new Dictionary<int, string[]> { [1] = [.. Numbers.Select(n => $"INSERT INTO once_used VALUES ('machine{n}', 'hash{n}', {Milliseconds(n)})")] },
        "once_used",
        path =>
        {
            using var store = new SqliteOnceStore(path);
            return [.. Numbers.Where(n => store.IsUsedUp($"machine{n}", $"hash{n}")).Select(n => n.ToString(CultureInfo.InvariantCulture))];
        },
        _ => Many);

    static string Segment(int boot)
    {
        JournalWriter events = new(), boots = new();
        var machine = new MachineIdentity(new MacAddress(0x525400000000 + (ulong)boot));
        events.U8(EventCodec.Layout);
        EventCodec.Write(events, boot, new BootEvent.Note($"note {boot}") { At = Start, Machine = machine });
        BootCodec.Write(boots, [new(boot, new(boot, machine, Start) { Stage = "menu", Events = 1 })]);
        return $"INSERT INTO segment (first_boot, last_boot, given_before, boots, events) VALUES ({boot}, {boot}, {boot - 1}, {Blob(boots)}, {Blob(events)})";
    }

    static string Blob(JournalWriter writer) => $"x'{Convert.ToHexString(writer.Written.Span)}'";

    static IEnumerable<int> Numbers => Enumerable.Range(1, Many);

    static long Milliseconds(int minutes) => Start.AddMinutes(minutes).ToUnixTimeMilliseconds();

    static long Ticks(int minutes) => Start.AddMinutes(minutes).UtcTicks;
}
