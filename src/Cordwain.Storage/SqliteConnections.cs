using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage;

/// <summary>Short forms for statements that run once.</summary>
static class SqliteConnections
{
    public static SqliteCommand Command(this SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        command.ExecuteNonQuery();
    }

    /// <summary>For clearing up after an error, where a second one says nothing new.</summary>
    public static bool TryExecute(this SqliteConnection connection, string sql)
    {
        try
        {
            connection.Execute(sql);
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    public static long Scalar(this SqliteConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static void Set(this SqliteParameter parameter, object? value) => parameter.Value = value ?? DBNull.Value;
}
