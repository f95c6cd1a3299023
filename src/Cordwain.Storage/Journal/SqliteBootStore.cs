using System.Runtime.InteropServices;
using Cordwain.Boot.Journal;
using Cordwain.Management;
using Cordwain.Management.Stores;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Journal;

/// <summary>The boot journal in journal.db. Safe for several threads; a call waits for the one before it.</summary>
/// <remarks>
/// Events gather in memory as they will stand on the disk, and are written as segments: one row for many events. Whoever reads has them written first.
/// The journal is worth keeping, but nothing depends on it: a damaged file is set aside and a new one begun, with a report.
/// </remarks>
public sealed class SqliteBootStore : IBootStore
{
    // A segment is read as a whole, so a larger one would make a single boot dear to look at.
    const int SegmentSize = 256 << 10;

    // While the disk takes nothing: bytes of events, and boots.
    const int MostWaiting = 4 << 20, MostRemembered = 16_384;

    const string Damaged = "CW2303";

    readonly Lock _gate = new();
    readonly string _path;
    readonly JournalLimits _limits;
    readonly Action<Problem> _report;
    readonly JournalWriter _events = new(), _boots = new();
    readonly Dictionary<long, BootTimeline?> _changed = [];
    readonly SqliteFile _file;
    Dictionary<long, int> _kept = [], _keptBefore = [];
    SqliteStatement? _put, _given;
    int _generation;
    long _old, _writtenId, _lost;

    /// <exception cref="StorageException">The store is too new (CW2304), or cannot be opened (CW2307).</exception>
    public SqliteBootStore(string path, JournalLimits? limits = null, Action<Problem>? report = null)
    {
        _path = SqliteFile.WithoutLink(path);
        _limits = limits ?? new();
        _report = report ?? (_ => { });
        try
        {
            (_file, LastId, _old) = Open();
        }
        catch (StorageException e) when (e.Problem.Code == Damaged)
        {
            SetAside();
            (_file, LastId, _old) = Open();
        }

        _writtenId = LastId;
    }

    public long LastId { get; private set; }

    public long Lost => Interlocked.Read(ref _lost);

    public void Append(IReadOnlyList<(long BootId, BootEvent Event)> events, IReadOnlyList<BootTimeline> changed)
    {
        lock (_gate)
        {
            Exception? fault = null;
            foreach (var (boot, item) in events)
                fault = Take(boot, item) ?? fault;
            foreach (var boot in changed)
            {
                LastId = Math.Max(LastId, boot.Id);
                if (_changed.Count < MostRemembered || _changed.ContainsKey(boot.Id))
                    _changed[boot.Id] = boot;
            }

            if (_events.Length >= SegmentSize || _changed.Count >= MostRemembered / 2)
                Write();
            if (fault is not null)
                throw new IOException($"An event could not be put into {_path} and is lost: {fault.Message}", fault);
        }
    }

    public void Flush()
    {
        lock (_gate)
            Write();
    }

    public IReadOnlyList<BootTimeline> List(int most, string? machine = null) => Query(connection =>
    {
        var boots = BootSegments.List(connection, most, machine);
        if (_old > 0 && boots.Count < most)
            boots.AddRange(OldBoots.List(connection, most - boots.Count, machine));
        return boots;
    });

    public BootTimeline? Find(long id) => Query(connection => BootSegments.Find(connection, id) ?? OldBoots.Find(connection, id));

    public IReadOnlyList<BootEvent> Events(long id) => Query(connection => (IReadOnlyList<BootEvent>)[.. OldBoots.Events(connection, id), .. BootSegments.Events(connection, id)]);

    public void Dispose()
    {
        lock (_gate)
        {
            TryWrite();
            _file.Dispose();
        }
    }

    /// <returns>What made it impossible to put the event in words; it costs the journal this event, none beside it.</returns>
    Exception? Take(long boot, BootEvent item)
    {
        ref var kept = ref KeptOf(boot);
        if (kept >= _limits.MaxEventsPerBoot)
            return null;
        if (_events.Length >= MostWaiting || _changed.Count >= MostRemembered)
        {
            Interlocked.Increment(ref _lost);
            return null;
        }

        try
        {
            if (_events.Length == 0)
                _events.U8(EventCodec.Layout);
            EventCodec.Write(_events, boot, item);
        }
        catch (Exception e)
        {
            Interlocked.Increment(ref _lost);
            return e;
        }

        kept++;
        _changed.TryAdd(boot, null);
        return null;
    }

    /// <summary>Writes what waits as one segment. What could not be written waits on.</summary>
    void Write()
    {
        if (_changed.Count == 0)
            return;
        try
        {
            WriteSegment();
        }
        catch (StorageException e) when (e.Problem.Code == Damaged)
        {
            WriteAfterDamage();
        }

        _writtenId = LastId;
        _events.Clear();
        _changed.Clear();
    }

    /// <summary>What is damaged on the disk is damaged at every look. A page that was gone between two of them is not, once the file is opened anew.</summary>
    void WriteAfterDamage()
    {
        try
        {
            _file.Distrust();
            WriteSegment();
        }
        catch (StorageException e) when (e.Problem.Code == Damaged)
        {
            // Closed, it opens by itself for the next call: whatever fails here, the disk is asked again then.
            _file.Distrust();
            SetAside();
            (_old, _writtenId) = (0, LastId);
            WriteSegment();
        }
    }

    void WriteSegment()
    {
        Prune();
        var present = _changed.OrderBy(pair => pair.Key).ToArray();
        _boots.Clear();
        BootCodec.Write(_boots, present);
        _file.Transact(connection =>
        {
            Prepare(connection);
            _put!.Set(1, present[0].Key);
            _put.Set(2, present[^1].Key);
            _put.Set(3, _writtenId);
            _put.Set(4, _boots.Written.Span);
            _put.Set(5, _events.Written.Span);
            _put.Run();
            _given!.Set(1, LastId);
            _given.Run();
        });
    }

    /// <summary>For readers: what cannot be written they do not see; whoever flushes hears of it.</summary>
    void TryWrite()
    {
        try
        {
            Write();
        }
        catch (IOException)
        {
            // The next flush meets the same obstacle and tells of it.
        }
    }

    /// <summary>How many events of a boot are kept. Known for as long as its machine is at work: until as many other boots as memory is meant for have come since.</summary>
    ref int KeptOf(long boot)
    {
        if (_kept.Count >= MostRemembered && !_kept.ContainsKey(boot))
        {
            (_kept, _keptBefore) = (_keptBefore, _kept);
            _kept.Clear();
        }

        ref var kept = ref CollectionsMarshal.GetValueRefOrAddDefault(_kept, boot, out var isKnown);
        if (!isKnown && _keptBefore.Remove(boot, out var before))
            kept = before;
        return ref kept;
    }

    // In small steps: a few per segment, however far over the limit the file is.
    void Prune()
    {
        for (var step = 0; step < 8 && IsOverLimit(); step++)
        {
            _file.Transact(connection =>
            {
                if (_old > 0)
                {
                    OldBoots.Prune(connection);
                    _old = OldBoots.Count(connection);
                }
                else
                {
                    BootSegments.Prune(connection);
                }
            });
        }
    }

    bool IsOverLimit() => _file.Read(connection =>
    {
        var boots = _old + LastId - BootSegments.GivenBefore(connection, _writtenId);
        var size = (connection.Scalar("PRAGMA page_count") - connection.Scalar("PRAGMA freelist_count")) * connection.Scalar("PRAGMA page_size");
        return (boots > _limits.MaxBoots || size > _limits.MaxBytes) && (_old > 0 || connection.Scalar("SELECT count(*) FROM (SELECT 1 FROM segment LIMIT 1)") > 0);
    });

    T Query<T>(Func<SqliteConnection, T> query)
    {
        lock (_gate)
        {
            TryWrite();
            return _file.Read(query);
        }
    }

    void Prepare(SqliteConnection connection)
    {
        if (_generation == _file.Generation)
            return;

        // Where AUTOINCREMENT keeps the highest number: the first layout's own place for it.
        connection.Execute("INSERT INTO sqlite_sequence (name, seq) SELECT 'boot', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'boot')");
        _file.Keep(_put = new(connection, "INSERT INTO segment (first_boot, last_boot, given_before, boots, events) VALUES (?, ?, ?, ?, ?)"));
        _file.Keep(_given = new(connection, "UPDATE sqlite_sequence SET seq = ? WHERE name = 'boot'"));
        _generation = _file.Generation;
    }

    (SqliteFile File, long LastId, long Old) Open()
    {
        // No look through the whole file at the start: it would take longer than the journal is worth.
        var file = new SqliteFile(_path, "NORMAL", isChecked: false, JournalSchema.Migrations, _report);
        try
        {
            return file.Read(connection =>
                (file, connection.Scalar("SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'boot'"), OldBoots.Count(connection)));
        }
        catch
        {
            file.Distrust();
            throw;
        }
    }

    /// <exception cref="StorageException">Something is in the way (CW2307); the file itself is where it was.</exception>
    void SetAside()
    {
        var aside = _path + ".damaged";
        try
        {
            // The file itself last: as long as it is there, the next try finds it damaged and goes on from here.
            foreach (var ending in (string[])["-shm", WriteAheadLog.Ending, ""])
            {
                if (File.Exists(_path + ending))
                    File.Move(_path + ending, aside + ending, overwrite: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageProblems.CannotOpen(_path, $"it is damaged, and cannot be moved to {aside}: {e.Message.TrimEnd('.')}"), e);
        }

        _report(StorageProblems.JournalSetAside(_path, aside));
    }
}
