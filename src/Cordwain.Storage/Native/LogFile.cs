using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Cordwain.Storage.Native;

/// <summary>The log of an open store, by the file that SQLite itself has open: it hears of all that this file goes through, on whatever disk.</summary>
/// <remarks>The connection must be the only one (locking_mode EXCLUSIVE), and in no transaction.</remarks>
static unsafe partial class LogFile
{
    /// <summary>What room is filled with: not what an erased disk gives back (zeros, ones), nor what a log begins with.</summary>
    public const byte Filler = 0xC3;

    /// <summary>Bytes that are written at a time, and the front of room that is stored before the rest.</summary>
    public const int Part = 1 << 16;

    // sqlite3.h
    const int Ok = 0, Full = 13, WriteError = 10 | 3 << 8, LastError = 4, JournalPointer = 28, SyncNormal = 2, HeaderLength = 32;

    // errno.h
    const int QuotaExceeded = 122;

    /// <summary>Makes the log that long before it is needed, so that a sync need not store where it has grown to. Where that cannot be, it grows as it needs to.</summary>
    /// <remarks>
    /// Until SQLite has been once through its log, each commit would cost two writes of the disk, one after the other, instead of one. It takes no
    /// notice of the room: to it a log ends where a page does not carry its mark and sum.
    /// </remarks>
    /// <exception cref="SqliteException">The disk fails: what it holds is not known.</exception>
    public static void MakeRoom(SqliteConnection connection, long length) => With(connection, log =>
    {
        var part = stackalloc byte[Part];
        new Span<byte>(part, Part).Fill(Filler);
        var before = IsCutShort(log) ? 0 : LengthOf(log);
        for (var at = before; at < length; at += Part)
        {
            if (log->Methods->Write(log, part, (int)Math.Min(Part, length - at), at) != Ok)
            {
                Require(log->Methods->Truncate(log, before), "shortened again");
                return;
            }

            // The front first: room with nothing in front of it is what a disk that lost something looks like.
            if (at == 0)
                Require(log->Methods->Sync(log, SyncNormal), "synced");
        }

        if (before < length)
            Require(log->Methods->Sync(log, SyncNormal), "synced");
    });

    /// <summary>Writes once more what the log holds, and syncs it.</summary>
    /// <remarks>
    /// After a failed sync Linux takes the pages for clean: they read well until memory is short, are not on the disk, and no later sync writes
    /// them. To move them into the store before they are stored themselves would leave half of a transaction there, if that fails in its turn.
    /// </remarks>
    /// <exception cref="SqliteException">The disk fails: what it holds is not known.</exception>
    public static void StoreAgain(SqliteConnection connection) => With(connection, log =>
    {
        var part = stackalloc byte[Part];
        var length = LengthOf(log);
        for (long at = 0; at < length; at += Part)
        {
            var count = (int)Math.Min(Part, length - at);
            Require(log->Methods->Read(log, part, count, at), "read");
            var result = log->Methods->Write(log, part, count, at);
            Require(result == WriteError && IsOverQuota(log) ? Full : result, "written");
        }

        Require(log->Methods->Sync(log, SyncNormal), "synced");
    });

    /// <summary>Syncs the log.</summary>
    /// <returns>False: the disk fails, and what it holds is not known.</returns>
    public static bool TrySync(SqliteConnection connection)
    {
        var result = Ok;
        With(connection, log => result = log->Methods->Sync(log, SyncNormal));
        return result == Ok;
    }

    /// <summary>Moves the log into the store, as far as nobody reads from it.</summary>
    /// <returns>SQLite's extended result, and the pages of transactions that stand in the log.</returns>
    /// <param name="mode">Of sqlite3_wal_checkpoint_v2.</param>
    public static (int Result, int Pages) Checkpoint(SqliteConnection connection, int mode)
    {
        var database = connection.Handle!;
        return raw.sqlite3_wal_checkpoint_v2(database, null, mode, out var pages, out _) == Ok ? (Ok, pages) : (raw.sqlite3_extended_errcode(database), pages);
    }

    /// <summary>Whether the log has a head, as one that was written to has.</summary>
    public static bool IsBegun(SqliteConnection connection)
    {
        var isBegun = false;
        With(connection, log =>
        {
            uint magic = 0;
            isBegun = LengthOf(log) >= HeaderLength && log->Methods->Read(log, (byte*)&magic, sizeof(uint), 0) == Ok && WriteAheadLog.IsMagic(BinaryPrimitives.ReverseEndianness(magic));
        });
        return isBegun;
    }

    /// <summary>SQLite's words for a result, with its number.</summary>
    public static string Words(int result) => $"SQLite error {result}: {raw.sqlite3_errstr(result).utf8_to_string()}";

    /// <summary>What a commit failed of: to SQLite only a disk without room is full, and a quota that is reached an error of the disk.</summary>
    public static SqliteException AsFull(SqliteConnection? connection, SqliteException failure)
    {
        var isQuota = false;
        if (connection is not null && failure.SqliteExtendedErrorCode == WriteError)
            With(connection, log => isQuota = IsOverQuota(log));
        return isQuota ? new(failure.Message, Full, Full) : failure;
    }

    delegate void Work(SqliteOpenFile* log);

    static bool IsOverQuota(SqliteOpenFile* log)
    {
        int error;
        return log->Methods->FileControl(log, LastError, &error) == Ok && error == QuotaExceeded;
    }

    static void With(SqliteConnection connection, Work work)
    {
        var database = connection.Handle!;
        SqliteOpenFile* log = null;
        Require(sqlite3_file_control(database.DangerousGetHandle(), null, JournalPointer, &log), "found");
        if (log is not null && log->Methods is not null)
            work(log);
        GC.KeepAlive(database);
    }

    /// <summary>The power went while the front was written for the first time.</summary>
    static bool IsCutShort(SqliteOpenFile* log)
    {
        var length = LengthOf(log);
        if (length < HeaderLength)
            return true;
        if (length > Part)
            return false;
        var header = stackalloc byte[HeaderLength];
        Require(log->Methods->Read(log, header, HeaderLength, 0), "read");
        return !new ReadOnlySpan<byte>(header, HeaderLength).ContainsAnyExcept((byte)0);
    }

    static long LengthOf(SqliteOpenFile* log)
    {
        long length;
        Require(log->Methods->FileSize(log, &length), "measured");
        return length;
    }

    static void Require(int result, string what)
    {
        if (result != Ok)
            throw new SqliteException($"its log cannot be {what} ({Words(result)})", result & 0xFF, result);
    }

    /// <param name="name">Null: the main database.</param>
    [LibraryImport("e_sqlite3")]
    private static partial int sqlite3_file_control(nint database, byte* name, int operation, void* argument);
}
