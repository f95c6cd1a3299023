using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Cordwain.Storage;

/// <summary>A statement that runs thousands of times in a second: prepared once, its values given without boxes. For statements without rows.</summary>
/// <remarks>Values are counted from 1, as SQLite does. The ones of the last run stay until others are given.</remarks>
sealed class SqliteStatement : IDisposable
{
    readonly sqlite3 _database;
    readonly sqlite3_stmt _statement;
    byte[] _text = new byte[256];

    /// <exception cref="SqliteException">The file is locked, damaged, or not what the statement asks for.</exception>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Require(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    public void Set(int index, long value) => Require(raw.sqlite3_bind_int64(_statement, index, value));

    public void SetNull(int index) => Require(raw.sqlite3_bind_null(_statement, index));

    public void Set(int index, ReadOnlySpan<byte> value) =>
        Require(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));

    /// <param name="value">Null: NULL.</param>
    public void Set(int index, string? value)
    {
        if (value is null)
        {
            SetNull(index);
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (_text.Length < most)
            _text = new byte[most];
        Require(raw.sqlite3_bind_text(_statement, index, _text.AsSpan(0, Encoding.UTF8.GetBytes(value, _text))));
    }

    /// <exception cref="SqliteException">It did not run; the transaction is to be given up.</exception>
    public void Run()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_DONE)
        {
            raw.sqlite3_reset(_statement);
            return;
        }

        try
        {
            SqliteException.ThrowExceptionForRC(result, _database);
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    void Require(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, _database);
    }
}
