using System.Globalization;
using Cordwain.Boot.Journal;
using Cordwain.Protocols.Wire;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Journal;

/// <summary>What a journal of the first layout holds: read as long as there is room for it, never written.</summary>
static class OldBoots
{
    const int BootsPerStep = 20;

    public static long Count(SqliteConnection connection) => connection.Scalar("SELECT count(*) FROM boot");

    public static List<BootTimeline> List(SqliteConnection connection, int most, string? machine)
    {
        var isMac = MacAddress.TryParse(machine, out var mac);
        var isUuid = Guid.TryParse(machine, out var uuid);
        var where = machine is null ? "" : isMac ? "WHERE mac = $machine" : isUuid ? "WHERE uuid = $machine" : "WHERE serial = $machine COLLATE NOCASE OR address = $machine";
        return Query(
            connection,
            $"SELECT {BootRow.Columns} FROM boot {where} ORDER BY id DESC LIMIT $most",
            BootRow.Read,
            ("$most", most),
            ("$machine", isMac ? (long)mac.Value : isUuid ? uuid.ToString("D", CultureInfo.InvariantCulture) : machine));
    }

    public static BootTimeline? Find(SqliteConnection connection, long id) =>
        Query(connection, $"SELECT {BootRow.Columns} FROM boot WHERE id = $id", BootRow.Read, ("$id", id)).FirstOrDefault();

    public static IEnumerable<BootEvent> Events(SqliteConnection connection, long id) => Query(
        connection,
        "SELECT at, kind, body, request, reply FROM event WHERE boot = $id ORDER BY id",
        row => new EventRow((EventKind)row.GetInt64(1), row.GetString(2), Blob(row, 3), Blob(row, 4)).ToEvent(BootRow.Time(row.GetInt64(0))),
        ("$id", id)).OfType<BootEvent>();

    /// <summary>Deletes the oldest few.</summary>
    public static void Prune(SqliteConnection connection)
    {
        var last = connection.Scalar($"SELECT ifnull(max(id), 0) FROM (SELECT id FROM boot ORDER BY id LIMIT {BootsPerStep})");
        connection.Execute($"DELETE FROM event WHERE boot <= {last}");
        connection.Execute($"DELETE FROM boot WHERE id <= {last}");
    }

    static List<T> Query<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] values)
    {
        using var command = connection.Command(sql);
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        using var rows = command.ExecuteReader();
        var list = new List<T>();
        while (rows.Read())
            list.Add(read(rows));
        return list;
    }

    static byte[]? Blob(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);
}
