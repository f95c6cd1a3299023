using Cordwain.Boot.Leases;
using Cordwain.Management;
using Cordwain.Management.Stores;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Leases;

/// <summary>Bindings in leases.db: one transaction and one sync of the disk a batch.</summary>
/// <remarks>
/// After a commit that failed for want of room the next one simply works when there is room again. After any other error of the disk the
/// file is opened and checked anew before the next commit.
/// </remarks>
public sealed class SqliteLeaseStore : ILeaseStore
{
    readonly SqliteFile _file;
    readonly Action<Problem> _report;
    SqliteStatement? _put, _forget;
    int _generation;

    /// <exception cref="StorageException">The store is damaged (CW2303), too new (CW2304), or cannot be opened (CW2307).</exception>
    public SqliteLeaseStore(string path, Action<Problem>? report = null)
    {
        _report = report ?? (_ => { });
        _file = new(path, "FULL", isChecked: true, LeaseSchema.Migrations, _report, isLogRoomy: true);
    }

    /// <summary>It begins with this program's start: there was no store, or nothing in it.</summary>
    public bool IsNew => _file.IsNew;

    public IEnumerable<LeaseBinding> Load()
    {
        using var rows = Translated(() => new SqliteRows(_file.Connection, $"SELECT {BindingRow.Columns} FROM binding ORDER BY address"));
        LeaseBinding? before = null;
        while (Translated(rows.Next))
        {
            var binding = BindingRow.Read(rows, before, out var why);
            if (why is not null)
                _report(StorageProblems.UnreadableBinding(_file.Path, rows.Integer(0), binding, why));
            if (binding is not null)
                yield return before = binding;
        }
    }

    public void Commit(IReadOnlyList<LeaseChange> changes)
    {
        if (changes.Count == 0)
            return;

        _file.Transact(connection =>
        {
            Prepare(connection);
            foreach (var change in changes)
            {
                if (change.Binding is { } binding)
                {
                    BindingRow.Write(binding, _put!);
                    _put!.Run();
                }
                else
                {
                    _forget!.Set(1, change.Address.Value);
                    _forget.Run();
                }
            }
        });
    }

    public void Dispose() => _file.Dispose();

    T Translated<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == NoSuchTable)
        {
            throw new StorageException(StorageProblems.Damaged(_file.Path, e.Message), e);
        }
        catch (SqliteException e)
        {
            throw _file.Translate(e);
        }
    }

    void Prepare(SqliteConnection connection)
    {
        if (_generation == _file.Generation)
            return;

        _file.Keep(_put = new(connection, $"INSERT OR REPLACE INTO binding ({BindingRow.Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
        _file.Keep(_forget = new(connection, "DELETE FROM binding WHERE address = ?"));
        _generation = _file.Generation;
    }

    // SQLITE_ERROR: for our own words it means that what they name is not there.
    const int NoSuchTable = 1;
}
