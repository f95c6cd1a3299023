using Cordwain.Boot.Leases;
using Cordwain.Management;
using Cordwain.Management.Stores;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Leases;

/// <summary>Bindings in leases.db: one transaction and one fsync a batch.</summary>
/// <remarks>
/// After a commit that failed for want of room the next one simply works when there is room again. After any other error of the disk the
/// file is opened and checked anew before the next commit.
/// </remarks>
public sealed class SqliteLeaseStore : ILeaseStore
{
    readonly SqliteFile _file;
    readonly Action<Problem> _report;
    SqliteCommand? _put, _forget;
    int _generation;

    /// <exception cref="StorageException">The store is damaged (CW2303), too new (CW2304), or cannot be opened (CW2307).</exception>
    public SqliteLeaseStore(string path, Action<Problem>? report = null)
    {
        _report = report ?? (_ => { });
        _file = new(path, "FULL", isChecked: true, LeaseSchema.Migrations, _report);
    }

    /// <summary>It begins with this program's start: there was no store, or nothing in it.</summary>
    public bool IsNew => _file.IsNew;

    public IEnumerable<LeaseBinding> Load()
    {
        using var command = _file.Connection.Command($"SELECT {BindingRow.Columns} FROM binding ORDER BY address");
        using var rows = command.ExecuteReader();
        while (ReadOrTranslate(rows))
        {
            if (BindingRow.TryRead(rows, out var binding, out var why))
                yield return binding;
            else
                _report(StorageProblems.UnreadableRow(_file.Path, $"address {rows.GetInt64(0)}", why));
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
                    BindingRow.Write(binding, _put!.Parameters);
                    _put.ExecuteNonQuery();
                }
                else
                {
                    _forget!.Parameters[0].Set((long)change.Address.Value);
                    _forget.ExecuteNonQuery();
                }
            }
        });
    }

    public void Dispose()
    {
        _put?.Dispose();
        _forget?.Dispose();
        _file.Dispose();
    }

    bool ReadOrTranslate(SqliteDataReader rows)
    {
        try
        {
            return rows.Read();
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

        _put?.Dispose();
        _forget?.Dispose();
        _put = connection.Command($"INSERT OR REPLACE INTO binding ({BindingRow.Columns}) VALUES ($0, $1, $2, $3, $4, $5, $6, $7)");
        for (var i = 0; i < 8; i++)
            _put.Parameters.Add(new SqliteParameter($"${i}", null));
        _forget = connection.Command("DELETE FROM binding WHERE address = $0");
        _forget.Parameters.Add(new SqliteParameter("$0", null));
        _generation = _file.Generation;
    }
}
