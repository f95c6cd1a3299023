using Cordwain.Management;
using Cordwain.Management.Stores;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Objects;

/// <summary>Used-up declarations in objects.db. Every one is kept: going back to an earlier declaration does not install a machine again.</summary>
public sealed class SqliteOnceStore : IOnceStore
{
    readonly Lock _gate = new();
    readonly SqliteFile _file;

    /// <exception cref="StorageException">The store is damaged (CW2303), too new (CW2304), or cannot be opened (CW2307).</exception>
    public SqliteOnceStore(string path, Action<Problem>? report = null) =>
        _file = new(path, "FULL", isChecked: true, ObjectSchema.Migrations, report ?? (_ => { }));

    public bool IsUsedUp(string machine, string declarationHash)
    {
        lock (_gate)
        {
            return _file.Read(connection =>
            {
                using var command = connection.Command("SELECT count(*) FROM once_used WHERE machine = $machine AND declaration = $declaration");
                command.Parameters.AddWithValue("$machine", machine);
                command.Parameters.AddWithValue("$declaration", declarationHash);
                return (long)command.ExecuteScalar()! > 0;
            });
        }
    }

    public void MarkUsedUp(string machine, string declarationHash, DateTimeOffset at)
    {
        lock (_gate)
        {
            _file.Transact(connection =>
            {
                using var command = connection.Command("INSERT OR IGNORE INTO once_used (machine, declaration, at) VALUES ($machine, $declaration, $at)");
                command.Parameters.AddWithValue("$machine", machine);
                command.Parameters.AddWithValue("$declaration", declarationHash);
                command.Parameters.Add(new SqliteParameter("$at", at.ToUnixTimeMilliseconds()));
                command.ExecuteNonQuery();
            });
        }
    }

    public void Dispose() => _file.Dispose();
}
