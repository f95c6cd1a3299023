using System.Globalization;
using Cordwain.Boot.Journal;
using Cordwain.Management;
using Cordwain.Management.Stores;
using Cordwain.Protocols.Wire;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Journal;

/// <summary>The boot journal in journal.db. Safe for several threads; a call waits for the one before it.</summary>
/// <remarks>The journal is worth keeping, but nothing depends on it: a damaged file is set aside and a new one begun, with a report.</remarks>
public sealed class SqliteBootStore : IBootStore
{
    readonly Lock _gate = new();
    readonly string _path;
    readonly JournalLimits _limits;
    readonly Action<Problem> _report;
    SqliteFile _file;
    SqliteCommand? _putEvent, _putBoot, _countEvents;
    int _generation;
    long _boots;

    /// <exception cref="StorageException">The store is too new (CW2304), or cannot be opened (CW2307).</exception>
    public SqliteBootStore(string path, JournalLimits? limits = null, Action<Problem>? report = null)
    {
        _path = path;
        _limits = limits ?? new();
        _report = report ?? (_ => { });
        try
        {
            _file = Open();
        }
        catch (StorageException e) when (e.Problem.Code == Damaged)
        {
            _file = BeginAnew();
        }

        (LastId, _boots) = _file.Read(connection =>
            (connection.Scalar("SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'boot'"), connection.Scalar("SELECT count(*) FROM boot")));
    }

    public long LastId { get; private set; }

    /// <exception cref="IOException">Nothing of it is kept: no room, or the disk fails.</exception>
    public void Append(IReadOnlyList<(long BootId, BootEvent Event)> events, IReadOnlyList<BootTimeline> changed)
    {
        lock (_gate)
        {
            try
            {
                Write(events, changed);
            }
            catch (StorageException e) when (e.Problem.Code == Damaged)
            {
                _file.Dispose();
                _file = BeginAnew();
                _boots = 0;
                Write(events, changed);
            }
        }
    }

    public IReadOnlyList<BootTimeline> List(int most, string? machine = null)
    {
        var isMac = MacAddress.TryParse(machine, out var mac);
        var isUuid = Guid.TryParse(machine, out var uuid);
        var where = machine is null ? "" : isMac ? "WHERE mac = $machine" : isUuid ? "WHERE uuid = $machine" : "WHERE serial = $machine COLLATE NOCASE OR address = $machine";
        return Query(
            $"SELECT {BootRow.Columns} FROM boot {where} ORDER BY id DESC LIMIT $most",
            BootRow.Read,
            ("$most", most),
            ("$machine", isMac ? (long)mac.Value : isUuid ? uuid.ToString("D", CultureInfo.InvariantCulture) : machine));
    }

    public BootTimeline? Find(long id) =>
        Query($"SELECT {BootRow.Columns} FROM boot WHERE id = $id", BootRow.Read, ("$id", id)).FirstOrDefault();

    public IReadOnlyList<BootEvent> Events(long id) => [.. Query(
        "SELECT at, kind, body, request, reply FROM event WHERE boot = $id ORDER BY id",
        row => new EventRow((EventKind)row.GetInt64(1), row.GetString(2), Blob(row, 3), Blob(row, 4)).ToEvent(BootRow.Time(row.GetInt64(0))),
        ("$id", id)).OfType<BootEvent>()];

    public void Dispose()
    {
        _putEvent?.Dispose();
        _putBoot?.Dispose();
        _countEvents?.Dispose();
        _file.Dispose();
    }

    void Write(IReadOnlyList<(long BootId, BootEvent Event)> events, IReadOnlyList<BootTimeline> changed)
    {
        Prune();
        _file.Transact(connection =>
        {
            Prepare(connection);
            foreach (var (boot, item) in events)
                Put(boot, item);
            foreach (var boot in changed)
            {
                BootRow.Write(boot, _putBoot!.Parameters);
                _putBoot.ExecuteNonQuery();
            }
        });

        foreach (var boot in changed)
        {
            // Ids rise: one above the last is a new boot.
            if (boot.Id > LastId)
                _boots++;
            LastId = Math.Max(LastId, boot.Id);
        }
    }

    void Put(long boot, BootEvent item)
    {
        _countEvents!.Parameters[0].Set(boot);
        if (_countEvents.ExecuteScalar() is long kept && kept >= _limits.MaxEventsPerBoot)
            return;

        var row = EventRow.Of(item);
        var values = _putEvent!.Parameters;
        values[0].Set(boot);
        values[1].Set(item.At.UtcTicks);
        values[2].Set((long)row.Kind);
        values[3].Set(row.Body);
        values[4].Set(row.Request);
        values[5].Set(row.Reply);
        _putEvent.ExecuteNonQuery();
    }

    // In small steps, so that no event waits long: a few per batch, however far over the limit the file is.
    void Prune()
    {
        for (var step = 0; step < 8 && IsOverLimit(); step++)
        {
            _file.Transact(connection =>
            {
                var first = connection.Scalar("SELECT ifnull(min(id), 0) FROM boot");
                var last = connection.Scalar($"SELECT max(id) FROM (SELECT id FROM boot WHERE id >= {first} ORDER BY id LIMIT {BootsPerStep})");
                connection.Execute($"DELETE FROM event WHERE boot <= {last}");
                connection.Execute($"DELETE FROM boot WHERE id <= {last}");
                _boots = connection.Scalar("SELECT count(*) FROM boot");
            });
        }
    }

    bool IsOverLimit() => _boots > 1 && (_boots > _limits.MaxBoots || _file.Read(connection =>
        (connection.Scalar("PRAGMA page_count") - connection.Scalar("PRAGMA freelist_count")) * connection.Scalar("PRAGMA page_size")) > _limits.MaxBytes);

    List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] values)
    {
        lock (_gate)
        {
            return _file.Read(connection =>
            {
                using var command = connection.Command(sql);
                foreach (var (name, value) in values)
                    command.Parameters.AddWithValue(name, value ?? DBNull.Value);
                using var rows = command.ExecuteReader();
                var list = new List<T>();
                while (rows.Read())
                    list.Add(read(rows));
                return list;
            });
        }
    }

    void Prepare(SqliteConnection connection)
    {
        if (_generation == _file.Generation && _putEvent?.Connection == connection)
            return;

        _putEvent?.Dispose();
        _putBoot?.Dispose();
        _countEvents?.Dispose();
        _putEvent = WithParameters(connection.Command("INSERT INTO event (boot, at, kind, body, request, reply) VALUES ($0, $1, $2, $3, $4, $5)"), 6);
        _putBoot = WithParameters(connection.Command($"INSERT OR REPLACE INTO boot ({BootRow.Columns}) VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"), 11);
        _countEvents = WithParameters(connection.Command("SELECT events FROM boot WHERE id = $0"), 1);
        _generation = _file.Generation;
    }

    static SqliteCommand WithParameters(SqliteCommand command, int count)
    {
        for (var i = 0; i < count; i++)
            command.Parameters.Add(new SqliteParameter($"${i}", null));
        return command;
    }

    // No look through the whole file at the start: it would take longer than the journal is worth.
    SqliteFile Open() => new(_path, "NORMAL", isChecked: false, JournalSchema.Migrations, _report);

    SqliteFile BeginAnew()
    {
        var aside = _path + ".damaged";
        foreach (var ending in new[] { "", "-wal", "-shm" })
        {
            if (File.Exists(_path + ending))
                File.Move(_path + ending, aside + ending, overwrite: true);
        }

        _report(StorageProblems.JournalSetAside(_path, aside));
        return Open();
    }

    static byte[]? Blob(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    const string Damaged = "CW2303";
    const int BootsPerStep = 20;
}
