using System.Globalization;
using System.Text;
using Cordwain.Management;
using Cordwain.Simulation.Tests.Disk;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Storage;
using Microsoft.Data.Sqlite;

namespace Cordwain.Simulation.Tests.Upgrades;

/// <summary>One database on a simulated machine of its own, from an old version to a new one.</summary>
sealed class UpgradeRun : IDisposable
{
    readonly UpgradedStore _store;
    readonly PowerSupply _power = new();
    readonly SeededRandom _random;
    readonly string _folder;

    public UpgradeRun(UpgradedStore store, ulong seed)
    {
        _store = store;
        _random = new(seed);
        Disk = new(_random.Branch(), _power);
        _folder = SqliteVfs.Mount(Disk);
    }

    public SimulatedDisk Disk { get; }

    public List<Problem> Problems { get; } = [];

    public string Path => $"{_folder}/{_store.Name}.db";

    /// <summary>Makes the database as programs of these steps have left it.</summary>
    /// <param name="isKilled">Its last program ended without closing it: what it holds is in the log.</param>
    public void Build(IReadOnlyList<Migration> steps, bool isKilled)
    {
        for (var version = 1; version <= steps.Count; version++)
        {
            using var file = new SqliteFile(Path, "FULL", isChecked: false, [.. steps.Take(version)], Problems.Add);
            foreach (var row in _store.Rows.GetValueOrDefault(version, []))
                file.Transact(connection => connection.Execute(row));
            if (isKilled && version == steps.Count)
                _power.Die();
        }

        Disk.EndProcess();
        _power.Restore();
    }

    /// <summary>The first start of a program with these steps.</summary>
    /// <param name="dieAfter">So many changes of the disk later the machine stops.</param>
    /// <returns>False when it was stopped.</returns>
    public bool Upgrade(IReadOnlyList<Migration> steps, int dieAfter = int.MaxValue)
    {
        _power.DieAfter(dieAfter);
        try
        {
            new SqliteFile(Path, _store.Synchronous, _store.IsChecked, steps, Problems.Add).Dispose();
        }
        catch (IOException) when (_power.IsOff)
        {
            // Nobody is there to read the message.
        }

        return !_power.IsOff;
    }

    /// <summary>What a kill leaves, or the power.</summary>
    public void Recover(bool fromPowerCut)
    {
        if (fromPowerCut)
            Disk.CutPower();
        else
            Disk.EndProcess();
        _power.Restore();
    }

    /// <summary>All that is in the file, by no code of ours.</summary>
    public string Content()
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        connection.Execute("PRAGMA locking_mode = EXCLUSIVE");
        var text = new StringBuilder();
        text.Append(Rows(connection, "PRAGMA quick_check"));
        text.Append(Rows(connection, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"));
        foreach (var table in Rows(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            text.Append('\n').Append(table).Append(":\n").Append(Rows(connection, $"SELECT * FROM {table} ORDER BY 1, 2"));
        return text.ToString();
    }

    public void Dispose()
    {
        _power.Die();
        SqliteVfs.Unmount(_folder);
    }

    static string Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        using var reader = command.ExecuteReader();
        var text = new StringBuilder();
        while (reader.Read())
        {
            for (var column = 0; column < reader.FieldCount; column++)
                text.Append(column > 0 ? "|" : "").Append(reader.GetValue(column) is byte[] blob ? Convert.ToHexString(blob) : Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture));
            text.Append('\n');
        }

        return text.ToString();
    }
}
