using System.Diagnostics;
using Cordwain.Storage.Journal;
using Cordwain.Storage.Leases;
using Cordwain.Storage.Tests.Leases;

namespace Cordwain.Storage.Tests;

/// <summary>A real process that upgrades a store of many rows, killed at its writes and syncs: a large upgrade writes long before it commits.</summary>
[Trait("Category", "Real")]
public sealed class StoreUpgradeTests(ITestOutputHelper output) : IDisposable
{
    const int Rows = 100_000, MostKills = 200;

    /// <summary>128 and the number of SIGKILL; strace ends as its child did.</summary>
    const int Killed = 137;

    readonly TemporaryFolder _folder = new();

    string Db => _folder.File("store.db");

    string Old => _folder.File("old.db");

    public void Dispose() => _folder.Dispose();

    /// <summary>The other process.</summary>
    public static int Upgrade(string store, string path)
    {
        Open(store, path).Dispose();
        Console.WriteLine("upgraded");
        return 0;
    }

    [Theory]
    [InlineData("leases", "binding")]
    [InlineData("journal", "boot")]
    public void An_upgrade_that_is_killed_at_a_write_loses_no_row_and_the_next_start_completes_it(string store, string table)
    {
        Fill(store);
        var kills = 0;
        foreach (var (call, next) in new (string, Func<int, int>)[] { ("fsync,fdatasync", when => when + 1), ("pwrite64", when => when < 8 ? when + 1 : when * 2) })
        {
            for (var when = 1; ; when = next(when))
            {
                foreach (var ending in (string[])["-wal", "-shm"])
                    File.Delete(Db + ending);
                File.Copy(Old, Db, overwrite: true);
                if (CompletesUnder(store, $"{call}:signal=SIGKILL:when={when}", call))
                    break;
                kills++;
                Assert.True(kills < MostKills, $"still killed at {call} {when}");
                Check(store, table, $"{call} {when}");
            }
        }

        output.WriteLine($"{store}: killed {kills} times");
        Assert.InRange(kills, 4, MostKills);
    }

    void Check(string store, string table, string what)
    {
        using var file = Open(store, Db);
        Assert.True(file.Connection.Scalar($"SELECT count(*) FROM {table}") == Rows, what);
        Assert.True(file.Connection.Scalar("SELECT max(number) FROM schema_version") == Steps(store).Length, what);
        Assert.True(store != "leases" || file.Connection.Scalar("SELECT count(*) FROM binding WHERE extra = address % 7") == Rows, what);
        Assert.True(file.Connection.Scalar("SELECT count(*) FROM pragma_quick_check WHERE quick_check = 'ok'") == 1, what);
    }

    /// <returns>False: it was killed. Any other end is a failure of the test.</returns>
    bool CompletesUnder(string store, string fault, string call)
    {
        using var child = Process.Start(new ProcessStartInfo(
            "strace", ["-f", "-qqq", "-o", "/dev/null", "-e", "trace=" + call, "-e", "inject=" + fault, Environment.ProcessPath!, "--child", "upgrade", store, Db])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var wrong = child.StandardError.ReadToEndAsync();
        var said = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == Killed || (child.ExitCode == 0 && said.Contains("upgraded", StringComparison.Ordinal)),
            $"{fault}: ended with {child.ExitCode}: {said}{wrong.GetAwaiter().GetResult()}");
        return child.ExitCode == 0;
    }

    /// <summary>A store of the first version.</summary>
    void Fill(string store)
    {
        if (store == "leases")
        {
            using var leases = new SqliteLeaseStore(Old);
            leases.Commit([.. Enumerable.Range(1, Rows).Select(n => LeaseStoreContract.Change(LeaseStoreContract.Binding((uint)n, client: n, minutes: 60)))]);
            return;
        }

        using var file = new SqliteFile(Old, "FULL", isChecked: false, [JournalSchema.Migrations[0]], _ => { });
        file.Transact(connection => connection.Execute(
            $"""
            WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {Rows})
            INSERT INTO boot (id, started, last, events, bytes, stage) SELECT id, id, id + 1, 0, 0, 'OFFER' FROM n
            """));
    }

    static SqliteFile Open(string store, string path) => new(path, store == "leases" ? "FULL" : "NORMAL", isChecked: store == "leases", Steps(store), _ => { });

    /// <summary>The released steps; there is one only of the leases, so that another is made up which rewrites every row.</summary>
    static Migration[] Steps(string store) => store != "leases" ? JournalSchema.Migrations :
    [
        .. LeaseSchema.Migrations,
        new(LeaseSchema.Migrations.Length + 1, "made up", 1,
            "CREATE TABLE rewritten AS SELECT *, address % 7 AS extra FROM binding", "DROP TABLE binding", "ALTER TABLE rewritten RENAME TO binding",
            "CREATE UNIQUE INDEX made_up ON binding (address)"),
    ];
}
