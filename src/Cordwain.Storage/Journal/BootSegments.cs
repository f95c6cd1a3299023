using Cordwain.Boot.Journal;
using Cordwain.Protocols.Wire;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Journal;

/// <summary>Reads and deletes segments: rows that hold what happened in some moments.</summary>
static class BootSegments
{
    /// <summary>The highest number given to a boot before the oldest segment; <paramref name="last"/> when there is none.</summary>
    public static long GivenBefore(SqliteConnection connection, long last) =>
        connection.Scalar($"SELECT ifnull((SELECT given_before FROM segment ORDER BY id LIMIT 1), {last})");

    /// <summary>The newest boots, newest first. The newest segment that holds a boot says how it stands.</summary>
    public static List<BootTimeline> List(SqliteConnection connection, int most, string? machine)
    {
        var fits = Filter(machine);
        var seen = new HashSet<long>();
        var found = new SortedDictionary<long, BootTimeline>(Comparer<long>.Create(static (left, right) => right.CompareTo(left)));
        using var command = connection.Command("SELECT given_before, boots FROM segment ORDER BY id DESC");
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            foreach (var boot in BootCodec.Read(rows.GetFieldValue<byte[]>(1)))
            {
                if (seen.Add(boot.Id) && fits(boot))
                    found.Add(boot.Id, boot);
            }

            // Older segments hold no number above what had been given before this one.
            var before = rows.GetInt64(0);
            if (found.Count >= most && found.Keys.ElementAt(most - 1) > before)
                break;
        }

        return [.. found.Values.Take(most)];
    }

    public static BootTimeline? Find(SqliteConnection connection, long id)
    {
        using var rows = Around(connection, "boots", "DESC", id, out var command);
        using (command)
        {
            while (rows.Read())
            {
                foreach (var boot in BootCodec.Read(rows.GetFieldValue<byte[]>(0)))
                {
                    if (boot.Id == id)
                        return boot;
                }
            }
        }

        return null;
    }

    public static List<BootEvent> Events(SqliteConnection connection, long id)
    {
        var found = new List<BootEvent>();
        using var rows = Around(connection, "boots, events", "ASC", id, out var command);
        using (command)
        {
            while (rows.Read())
            {
                if (BootCodec.Holds(rows.GetFieldValue<byte[]>(0), id))
                    found.AddRange(EventCodec.Read(rows.GetFieldValue<byte[]>(1), id));
            }
        }

        return found;
    }

    /// <summary>Deletes the oldest.</summary>
    public static void Prune(SqliteConnection connection) =>
        connection.Execute("DELETE FROM segment WHERE id = (SELECT min(id) FROM segment)");

    static SqliteDataReader Around(SqliteConnection connection, string columns, string order, long id, out SqliteCommand command)
    {
        command = connection.Command($"SELECT {columns} FROM segment WHERE first_boot <= $id AND last_boot >= $id ORDER BY id {order}");
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteReader();
    }

    static Func<BootTimeline, bool> Filter(string? machine)
    {
        if (machine is null)
            return _ => true;
        if (MacAddress.TryParse(machine, out var mac))
            return boot => boot.Machine.Mac == mac;
        if (Guid.TryParse(machine, out var uuid))
            return boot => boot.Machine.Uuid == uuid;
        var isAddress = Ipv4Address.TryParse(machine, out var address);
        return boot => (isAddress && boot.Address == address) || string.Equals(boot.Machine.Serial, machine, StringComparison.OrdinalIgnoreCase);
    }
}
