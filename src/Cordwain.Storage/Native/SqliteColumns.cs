using System.Runtime.InteropServices;

namespace Cordwain.Storage.Native;

/// <summary>SQLite's functions for the values of a row, called as they are: a million rows have thirteen million values and lengths of values.</summary>
/// <remarks>None of them waits for anything, so the runtime need not make ready for that (https://sqlite.org/c3ref/column_blob.html). The driver's ways to them take three times as long.</remarks>
static unsafe partial class SqliteColumns
{
    const string Library = "e_sqlite3";

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_column_type(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long sqlite3_column_int64(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_column_bytes(nint statement, int column);
}
