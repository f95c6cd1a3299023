using Microsoft.Data.Sqlite;

namespace Cordwain.Storage;

/// <summary>Brings a store to the newest layout: forward only, each step in one transaction, so that a kill leaves the old layout or the new.</summary>
static class MigrationRunner
{
    /// <param name="beforeStatement">For tests: called before each statement of each step.</param>
    /// <exception cref="StorageException">The store is newer than this program, or was made by other steps of the same numbers.</exception>
    public static void Run(SqliteConnection connection, string file, IReadOnlyList<Migration> migrations, Action<string>? beforeStatement = null)
    {
        if (IsCurrent(connection, file, migrations))
            return;

        foreach (var migration in migrations)
        {
            connection.Execute("BEGIN IMMEDIATE");
            try
            {
                Apply(connection, file, migration, beforeStatement);
                beforeStatement?.Invoke("COMMIT");
                connection.Execute("COMMIT");
            }
            catch
            {
                connection.TryExecute("ROLLBACK");
                throw;
            }
        }
    }

    // Reading only: a start on a full disk must not fail for want of a transaction that has nothing to do.
    static bool IsCurrent(SqliteConnection connection, string file, IReadOnlyList<Migration> migrations)
    {
        if (connection.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'") == 0)
            return false;

        var applied = new List<(long Number, string Checksum, long ReadableSince)>();
        using var command = connection.Command("SELECT number, checksum, readable_since FROM schema_version ORDER BY number");
        using var reader = command.ExecuteReader();
        while (reader.Read())
            applied.Add((reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2)));

        foreach (var (number, checksum, readableSince) in applied)
        {
            if (number > migrations.Count && readableSince > migrations.Count)
                throw new StorageException(StorageProblems.TooNew(file, (int)number));
            if (number <= migrations.Count && migrations[(int)number - 1].Checksum != checksum)
                throw new StorageException(StorageProblems.MigrationChanged(file, (int)number));
        }

        return applied.Count >= migrations.Count;
    }

    static void Apply(SqliteConnection connection, string file, Migration migration, Action<string>? beforeStatement)
    {
        connection.Execute(VersionTable);
        if (connection.Scalar($"SELECT count(*) FROM schema_version WHERE number = {migration.Number}") > 0)
            return;

        foreach (var statement in migration.Statements)
        {
            beforeStatement?.Invoke(statement);
            connection.Execute(statement);
        }

        using var record = connection.Command("INSERT INTO schema_version (number, name, checksum, readable_since) VALUES ($number, $name, $checksum, $readable)");
        record.Parameters.AddWithValue("$number", migration.Number);
        record.Parameters.AddWithValue("$name", migration.Name);
        record.Parameters.AddWithValue("$checksum", migration.Checksum);
        record.Parameters.AddWithValue("$readable", migration.ReadableSince);
        beforeStatement?.Invoke(record.CommandText);
        record.ExecuteNonQuery();
    }

    const string VersionTable = """
        CREATE TABLE IF NOT EXISTS schema_version (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            checksum TEXT NOT NULL,
            readable_since INTEGER NOT NULL
        ) STRICT
        """;
}
