using System.Globalization;
using Cordwain.Management;
using Cordwain.Storage.Native;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Cordwain.Storage;

/// <summary>One SQLite file with its one connection: opened, checked, brought to the newest layout; opened anew after an error of the disk.</summary>
sealed class SqliteFile : IDisposable
{
    readonly IReadOnlyList<Migration> _migrations;
    readonly string _synchronous;
    readonly bool _isChecked, _isLogRoomy;
    readonly Action<Problem> _report;
    readonly List<SqliteStatement> _statements = [];
    SqliteConnection? _connection;
    SqliteStatement? _begin, _commit;
    LogLength? _log;
    bool _isSuspect, _toldOfMove;
    string? _toldOfLog;

    /// <param name="synchronous"><c>FULL</c>: a commit survives a power cut. <c>NORMAL</c>: it may lose the last ones, never the file.</param>
    /// <param name="isChecked">Look through the whole file at the start.</param>
    /// <param name="isLogRoomy">Give its log its usual length at the start: worth it for a file with many commits.</param>
    /// <exception cref="StorageException">It cannot be used.</exception>
    public SqliteFile(string path, string synchronous, bool isChecked, IReadOnlyList<Migration> migrations, Action<Problem> report, bool isLogRoomy = false)
    {
        Path = WithoutLink(path);
        _synchronous = synchronous;
        _isChecked = isChecked;
        _isLogRoomy = isLogRoomy;
        _migrations = migrations;
        _report = report;
        if (IsHollow(Path))
            report(StorageProblems.Empty(Path));
        _isSuspect = true;   // nothing is known of how the last process ended
        Open();
    }

    public string Path { get; }

    /// <summary>Where a link leads: SQLite puts the log there.</summary>
    public static string WithoutLink(string path) => File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;

    /// <summary>There was nothing in it when it was opened first.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Changes whenever the connection is a new one and prepared statements must be made again.</summary>
    public int Generation { get; private set; }

    /// <summary>The connection, opened anew when the disk failed it before.</summary>
    /// <exception cref="StorageException">It still cannot be used.</exception>
    public SqliteConnection Connection
    {
        get
        {
            if (_connection is null)
                Open();
            return _connection!;
        }
    }

    /// <summary>The connection, opened anew once the log is stored that a full disk did not take, see <see cref="StoreLogAgain"/>.</summary>
    SqliteConnection Writable()
    {
        if (_isSuspect)
        {
            Close();
            Open(toWrite: true);
        }

        return Connection;
    }

    /// <summary>Runs changes in one transaction, all or none.</summary>
    /// <exception cref="IOException">None of them is stored.</exception>
    public void Transact(Action<SqliteConnection> changes)
    {
        try
        {
            var connection = Writable();
            _begin!.Run();
            changes(connection);
            _commit!.Run();
        }
        catch (SqliteException e)
        {
            e = LogFile.AsFull(_connection, e);
            Abandon(e);
            if (e.SqliteErrorCode is Full)
                _log?.FoundNoRoom();
            throw Translate(e);
        }
        catch
        {
            _connection?.TryExecute("ROLLBACK");
            throw;
        }

        if (_log!.IsLong)
            MoveLog();
    }

    public T Read<T>(Func<SqliteConnection, T> read)
    {
        try
        {
            return read(Connection);
        }
        catch (SqliteException e)
        {
            throw Translate(e);
        }
    }

    /// <summary>An error of the store as callers see it.</summary>
    public IOException Translate(SqliteException e) => e.SqliteErrorCode switch
    {
        Corrupt or NotADatabase => new StorageException(StorageProblems.Damaged(Path, e.Message), e),
        Full => new IOException($"{Path} cannot grow: {NoRoom}.", e),
        ReadOnly => new IOException($"{Path} cannot be written: the disk or the file is read-only.", e),
        _ => new IOException($"{Path}: {e.Message}", e),
    };

    public void Dispose() => Close();

    /// <summary>Ends a prepared statement with the connection it belongs to.</summary>
    public void Keep(SqliteStatement statement) => _statements.Add(statement);

    public void Close()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        _statements.Clear();
        if (_connection is not null)
            KeepLog(_connection, _isSuspect);
        _connection?.Dispose();
        _connection = null;
        _log?.Dispose();
        _log = null;
    }

    /// <summary>What was read from it, or what was seen of its disk, may not be what the disk holds: closed as it is, and opened anew for the next call.</summary>
    public void Distrust()
    {
        _isSuspect = true;
        Close();
    }

    // After a failed write or fsync nothing is known of what the disk holds of it: the file is read anew from there, never written on in hope.
    void Abandon(SqliteException e)
    {
        if (e.SqliteErrorCode is Full && _connection is { } connection)
        {
            connection.TryExecute("ROLLBACK");   // SQLite has done it by itself when the commit failed
            if (raw.sqlite3_get_autocommit(connection.Handle) != 0)
                return;
        }
        _isSuspect |= IsOfDisk(e.SqliteErrorCode);
        _connection?.TryExecute("ROLLBACK");
        Close();
    }

    /// <summary>The transaction is stored, whatever becomes of this. SQLite's own way to move the log forgets that it failed, and that the log may have changed with it.</summary>
    void MoveLog()
    {
        // First the log by itself: whatever cannot be synced after that is the store.
        var isStored = LogFile.TrySync(_connection!);
        var result = isStored ? LogFile.Checkpoint(_connection!, raw.SQLITE_CHECKPOINT_PASSIVE).Result : 0;
        if (!isStored || IsLogDoubtful(result))
        {
            Distrust();
            return;
        }

        _log!.Moved(result == 0);
        TellOfMove(result);
    }

    /// <summary>Whether moving a log that is on the disk ended so that nobody knows what the disk holds of it. Where the store could not be written or synced (no room, a quota, a bad sector), the log is as it was.</summary>
    static bool IsLogDoubtful(int result) => IsOfDisk(result & 0xFF) && result is not (WriteError or TruncateError or SyncError);

    void TellOfMove(int result)
    {
        if (result != 0 && !_toldOfMove)
            _report(StorageProblems.LogNotMoved(Path, LogFile.Words(result)));
        _toldOfMove = result != 0;
    }

    /// <param name="toWrite">Only if the log is known to be stored, and so may be written on.</param>
    /// <exception cref="IOException">It is not, as the disk is full.</exception>
    void Open(bool toWrite = false)
    {
        if (_isSuspect && _isChecked)
            InspectLog();
        CreateForOwnerOnly();
        var isKnown = !_isSuspect || StoreLogAgain();
        if (!isKnown && toWrite)
            throw new IOException($"{Path} cannot be written: {NoRoom}.");
        if (_isSuspect && _isChecked)
            ReadAhead();
        SqliteConnection? connection = null;
        LogLength? log = null;
        try
        {
            connection = Connect(keepsLog: _isSuspect);
            connection.Execute($"PRAGMA synchronous = {_synchronous}");
            connection.Execute("PRAGMA wal_autocheckpoint = 1000");   // pages, after which the log begins anew at its front
            connection.Execute("PRAGMA journal_size_limit = 16777216");
            connection.Execute("PRAGMA trusted_schema = OFF");
            log = new(connection, connection.Scalar("PRAGMA wal_autocheckpoint"));
            if (_isSuspect && Finding(connection) is { } finding)
                throw new StorageException(StorageProblems.Damaged(Path, finding));
            if (_isSuspect && isKnown)
                BeginLogAnew(connection);
            IsNew |= Generation == 0 && connection.Scalar("SELECT count(*) FROM sqlite_schema") == 0;
            MigrationRunner.Run(connection, Path, _migrations);
            _isSuspect = !isKnown;
            _toldOfLog = isKnown ? null : _toldOfLog;
            if (_isLogRoomy && Generation == 0 && isKnown)
                LogFile.MakeRoom(connection, WriteAheadLog.LengthOf(log.Most, connection.Scalar("PRAGMA page_size")));
            Keep(_begin = new(connection, "BEGIN IMMEDIATE"));
            Keep(_commit = new(connection, "COMMIT"));
            (_connection, _log) = (connection, log);
            Generation++;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            log?.Dispose();
            if (e is SqliteException failure)
                throw NotOpened(failure);
            throw;
        }
    }

    /// <summary>What is torn off at the end of a log stays behind what comes next, and two such ends look like damage: a log with new marks has none of them.</summary>
    /// <remarks>SQLite gives new marks to a log once what was in it is moved, and to one with nothing in it only when it is cut.</remarks>
    void BeginLogAnew(SqliteConnection connection)
    {
        var (result, pages) = LogFile.Checkpoint(connection, raw.SQLITE_CHECKPOINT_RESTART);
        if (result == 0 && pages == 0 && LogFile.IsBegun(connection))
            (result, _) = LogFile.Checkpoint(connection, raw.SQLITE_CHECKPOINT_TRUNCATE);
        if (IsLogDoubtful(result) || result == SyncError)   // going on would leave the old marks, and the next torn end would look like damage
            throw new SqliteException($"its log cannot be moved ({LogFile.Words(result)})", result & 0xFF, result);
        TellOfMove(result);
        KeepLog(connection, false);
    }

    /// <summary>Makes sure that the log is on the disk as it reads, and leaves the store at once, so that it is opened by what the disk holds.</summary>
    /// <remarks>
    /// A log may hold pages that read well and are not on the disk, left by an earlier process as well, see <see cref="LogFile.StoreAgain"/>. What
    /// SQLite knows of it until now is from pages that may be gone at the next look.
    /// </remarks>
    /// <returns>False: the disk is full, and one that writes in another place what it changes (Btrfs, ZFS) can change nothing then. Only to be read until it can.</returns>
    bool StoreLogAgain()
    {
        for (var left = 3; ; left--)
        {
            try
            {
                using var connection = Connect(keepsLog: true);
                LogFile.StoreAgain(connection);
                return true;
            }
            catch (SqliteException e) when (e.SqliteErrorCode is Full)
            {
                return false;
            }
            catch (SqliteException e) when (left > 0 && e.SqliteErrorCode is (Corrupt or NotADatabase))
            {
                // Such a page was gone between two looks at it. What is damaged on the disk is damaged at every look.
            }
            catch (SqliteException e)
            {
                throw NotOpened(e);
            }
        }
    }

    /// <param name="keepsLog">See <see cref="KeepLog"/>.</param>
    SqliteConnection Connect(bool keepsLog)
    {
        // Pooling keeps files open after Dispose; a foreign reader may hold a lock for a moment. Nobody else gets in as long as it is open: SQLite
        // keeps its index of the log in memory then, and not in a mapped file (-shm), for which a disk must have room, and kills the process where it has none.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false, DefaultTimeout = 5, Vfs = DataSync.Vfs }.ToString());
        try
        {
            connection.Open();
            KeepLog(connection, keepsLog);
            connection.Execute("PRAGMA locking_mode = EXCLUSIVE");
            connection.Execute("PRAGMA journal_mode = WAL");
            connection.Execute("PRAGMA schema_version");   // whatever is read first opens the log
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether closing leaves the log as it is. SQLite would move it into the store, which is for what is known to be stored and sound.</summary>
    static void KeepLog(SqliteConnection connection, bool keeps) => raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps ? 1 : 0, out _);

    IOException NotOpened(SqliteException e)
    {
        if (e.SqliteErrorCode is Corrupt or NotADatabase)
            return Translate(e);
        // A file that may only be read cannot be locked for writing: to SQLite an error of the disk.
        var why = e.SqliteExtendedErrorCode == LockError ? "it cannot be locked, as it may not be written" : e.Message.TrimEnd('.');
        return new StorageException(StorageProblems.CannotOpen(Path, why), e);
    }

    /// <summary>Leases and menus (with the hashes of their passwords) are nobody else's to read, whatever the rights of the folder. SQLite gives its other files the same rights.</summary>
    void CreateForOwnerOnly()
    {
        if (OperatingSystem.IsWindows() || File.Exists(Path))
            return;
        try
        {
            new FileStream(Path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // SQLite meets the same obstacle when it opens the file, and the message about that one names the way out.
        }
    }

    string? Finding(SqliteConnection connection)
    {
        using var command = connection.Command(_isChecked ? "PRAGMA quick_check(1)" : "PRAGMA schema_version");
        var finding = Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        return !_isChecked || finding == "ok" ? null : finding?.ReplaceLineEndings(" ");
    }

    /// <summary>Reads the file once from front to back, so that SQLite, which looks through it page by page, need not wait for the disk again and again.</summary>
    /// <remarks>Only while no connection is open: closing a file ends all locks of this process on it (POSIX.1, fcntl).</remarks>
    void ReadAhead()
    {
        Span<byte> part = stackalloc byte[1 << 16];
        try
        {
            using var file = File.OpenHandle(Path, share: FileShare.ReadWrite | FileShare.Delete, options: FileOptions.SequentialScan);
            for (long at = 0, length; (length = RandomAccess.Read(file, part, at)) > 0;)
                at += length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // SQLite meets the same obstacle, and the message about that one names the way out.
        }
    }

    /// <summary>SQLite deletes a log without its file, and takes a damaged one up to the damage, both without a word.</summary>
    void InspectLog()
    {
        var log = Path + WriteAheadLog.Ending;
        try
        {
            if (new FileInfo(log) is { Exists: true, Length: > 0 } && new FileInfo(Path) is not { Exists: true, Length: > 0 })
                throw new StorageException(StorageProblems.LogAlone(Path));
            if (WriteAheadLog.Finding(log) is not { } finding || finding == _toldOfLog)
                return;

            var aside = log + ".damaged";
            File.Copy(log, aside, overwrite: true);
            using (var copy = File.OpenHandle(aside, FileMode.Open, FileAccess.ReadWrite))
                RandomAccess.FlushToDisk(copy);   // before the log is written on; its name is stored with the first sync of the log
            _report(StorageProblems.LogDamaged(Path, finding, aside));
            _toldOfLog = finding;   // not before it is kept: until then, nothing may write on it
        }
        catch (Exception e) when (e is (IOException or UnauthorizedAccessException) and not StorageException)
        {
            throw new StorageException(StorageProblems.CannotOpen(Path, e.Message.TrimEnd('.')), e);
        }
    }

    // A file of no bytes is what some file systems leave of a new file after a power cut. SQLite takes it for a new database.
    static bool IsHollow(string path) =>
        new FileInfo(path) is { Exists: true, Length: 0 } && new FileInfo(path + WriteAheadLog.Ending) is not { Exists: true, Length: > 0 };

    static bool IsOfDisk(int error) => error is IoError or Corrupt or NotADatabase;

    const string NoRoom = "the disk is full, or a quota is reached";
    const int WriteError = IoError | 3 << 8, SyncError = IoError | 4 << 8, TruncateError = IoError | 6 << 8, LockError = IoError | 15 << 8;
    const int ReadOnly = 8, IoError = 10, Corrupt = 11, Full = 13, NotADatabase = 26;
}
