using Cordwain.Storage.Journal;
using Cordwain.Storage.Leases;
using Cordwain.Storage.Objects;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Tests;

public sealed class MigrationTests : IDisposable
{
    static readonly Migration First = new(1, "first", 1, "CREATE TABLE a (x INTEGER)", "INSERT INTO a VALUES (7)");
    static readonly Migration Second = new(2, "second", 1, "ALTER TABLE a ADD COLUMN y INTEGER", "UPDATE a SET y = x + 1", "CREATE INDEX a_y ON a (y)");
    static readonly Migration Third = new(3, "third", 3, "ALTER TABLE a RENAME TO b");

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_kill_at_any_statement_leaves_the_old_layout_or_the_new()
    {
        using (var old = Connect("store.db"))
            MigrationRunner.Run(old, "store.db", [First]);

        var copies = 0;
        using (var connection = Connect("store.db"))
        {
            MigrationRunner.Run(connection, "store.db", [First, Second], _ =>
            {
                // What a killed process leaves is what its files hold at that moment.
                foreach (var ending in (string[])["", "-wal"])
                {
                    if (File.Exists(_folder.File("store.db" + ending)))
                        File.Copy(_folder.File("store.db" + ending), _folder.File($"copy{copies}.db{ending}"));
                }

                copies++;
            });
        }

        Assert.True(copies >= 5);
        for (var copy = 0; copy < copies; copy++)
        {
            using var left = Connect($"copy{copy}.db");
            var version = left.Scalar("SELECT max(number) FROM schema_version");
            Assert.Equal(version == 2 ? 1 : 0, left.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'a_y'"));
            MigrationRunner.Run(left, "copy", [First, Second]);
            Assert.Equal(8, left.Scalar("SELECT y FROM a"));
        }
    }

    [Fact]
    public void A_statement_that_fails_leaves_the_old_layout()
    {
        using var connection = Connect("store.db");
        MigrationRunner.Run(connection, "store.db", [First]);
        Assert.Throws<SqliteException>(() => MigrationRunner.Run(connection, "store.db", [First, new(2, "bad", 1, "CREATE TABLE c (x)", "CREATE TABLE a (x)")]));
        Assert.Equal(1, connection.Scalar("SELECT max(number) FROM schema_version"));
        Assert.Equal(0, connection.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'c'"));
    }

    [Fact]
    public void An_older_program_uses_a_store_to_which_was_only_added_and_refuses_one_that_changed()
    {
        using var connection = Connect("store.db");
        MigrationRunner.Run(connection, "store.db", [First, Second]);
        MigrationRunner.Run(connection, "store.db", [First]);
        MigrationRunner.Run(connection, "store.db", [First, Second, Third]);
        var refusal = Assert.Throws<StorageException>(() => MigrationRunner.Run(connection, "store.db", [First, Second]));
        Assert.Equal("CW2304", refusal.Problem.Code);
    }

    [Fact]
    public void A_changed_step_is_noticed()
    {
        using var connection = Connect("store.db");
        MigrationRunner.Run(connection, "store.db", [First]);
        var refusal = Assert.Throws<StorageException>(() => MigrationRunner.Run(connection, "store.db", [First with { Statements = ["CREATE TABLE other (x)"] }]));
        Assert.Equal("CW2305", refusal.Problem.Code);
    }

    /// <summary>Released steps are on disks. Do not change one and the number here: add a step.</summary>
    [Fact]
    public void Released_steps_never_change() => Assert.Equal(
        """
        leases 1 adc67c1aa608912ee66a5590012c0cbc01ab4c82e667b0cfc86eb4956114dfdc
        journal 1 c5fcdbeaa419c5fdac026a9e20809fef425e8c432932c5ce583c1398cf816c86
        journal 2 ec8d724f55c409426b0e53a5af1bffde41dc00f7aff01af3812b790c267e4eb7
        objects 1 848a1e2eabf21ca038230e56b51f7c1008c2fad118aa0c72d6e79672c8f3fcb5
        """.ReplaceLineEndings("\n"),
        string.Join('\n', Lines("leases", LeaseSchema.Migrations).Concat(Lines("journal", JournalSchema.Migrations)).Concat(Lines("objects", ObjectSchema.Migrations))));

    static IEnumerable<string> Lines(string store, Migration[] migrations) =>
        migrations.Select(migration => $"{store} {migration.Number} {migration.Checksum}");

    SqliteConnection Connect(string name)
    {
        var connection = new SqliteConnection($"Data Source={_folder.File(name)};Pooling=False");
        connection.Open();
        connection.Execute("PRAGMA journal_mode = WAL");
        return connection;
    }
}
