using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Cordwain.Storage;

/// <summary>The rows of a query that has millions of them, without an object for each value. Columns are counted from 0, as SQLite does.</summary>
/// <remarks>A value of another type than asked for is turned into it as SQLite turns it; of NULL that is 0, or nothing.</remarks>
sealed class SqliteRows : IDisposable
{
    readonly sqlite3 _database;
    readonly sqlite3_stmt _statement;

    /// <exception cref="SqliteException">The file is locked, damaged, or not what the query asks for.</exception>
    public SqliteRows(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_database, sql, out _statement), _database);
    }

    /// <returns>False after the last.</returns>
    /// <exception cref="SqliteException">The row could not be read.</exception>
    public bool Next()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
            return true;
        if (result != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(result, _database);
        return false;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>The bytes of a blob or of a text; valid until the next row.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>A text that often is the same as in the row before.</summary>
    /// <param name="before">What it was in the row before; null: NULL.</param>
    public string? Text(int column, string? before)
    {
        var bytes = Bytes(column);
        if (bytes.IsEmpty)
            return IsNull(column) ? null : "";
        return before is not null && bytes.Length == before.Length && Ascii.Equals(bytes, before) ? before : Encoding.UTF8.GetString(bytes);
    }

    public void Dispose() => _statement.Dispose();
}
