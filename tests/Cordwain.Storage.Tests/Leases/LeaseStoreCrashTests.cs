using System.Diagnostics;
using System.Globalization;
using Cordwain.Boot.Leases;
using Cordwain.Management;
using Cordwain.Storage.Leases;
using Cordwain.Storage.Objects;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Tests.Leases;

/// <summary>The world fails: the process is killed, the disk is full, read-only, or returns errors. No acknowledged batch may be missing.</summary>
[Trait("Category", "Real")]
public sealed class LeaseStoreCrashTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Db => _folder.File("leases.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_acknowledged_batch_survives_a_kill()
    {
        var acknowledged = new Dictionary<uint, int>();
        for (var cycle = 0; cycle < 20; cycle++)
        {
            using var child = Start("--child", "commit", Db, (cycle * 10_000 + 1).ToString(CultureInfo.InvariantCulture), "1000000");
            var acks = 0;
            while (child.StandardOutput.ReadLine() is { } line)
            {
                Note(line, acknowledged);
                if (line.StartsWith("ack ", StringComparison.Ordinal) && ++acks == 3 + cycle * 7)
                    child.Kill();
            }

            child.WaitForExit();
            CheckHeld(acknowledged);
        }
    }

    [Fact]
    public void A_full_disk_stores_nothing_and_works_again_when_there_is_room()
    {
        using var disk = new SmallDisk(_folder.File("disk"));
        using var store = new SqliteLeaseStore(disk.File("leases.db"));
        store.Commit(LeaseWriterChild.Batch(1));
        disk.Fill();

        var stored = 1;
        Assert.ThrowsAny<IOException>(() =>
        {
            while (stored < 10_000)
            {
                store.Commit(LeaseWriterChild.Batch(stored + 1));
                stored++;
            }
        });
        var held = store.Load().ToList();
        Assert.All(held, binding => Assert.InRange(MinutesOf(binding), 1, stored));
        Assert.ThrowsAny<IOException>(() => store.Commit(LeaseWriterChild.Batch(20_000)));

        disk.Empty();
        store.Commit(LeaseWriterChild.Batch(20_000));
        Assert.Equal(LeaseWriterChild.BatchSize, store.Load().Count(binding => MinutesOf(binding) == 20_000));
    }

    [Theory]
    [InlineData("fdatasync:error=EIO:when=10..14")]
    [InlineData("pwrite64:error=EIO:when=90..99")]
    [InlineData("pwrite64:error=ENOSPC:when=90..140")]
    [InlineData("pwrite64:error=EROFS:when=90..99")]
    public void An_error_of_the_disk_is_never_an_acknowledgement(string fault)
    {
        var acknowledged = new Dictionary<uint, int>();
        var lines = new List<string>();
        using (var child = Start("strace", "-f", "-qq", "-o", _folder.File("trace"), "-e", "trace=fdatasync,pwrite64", "-e", "inject=" + fault, Executable, "--child", "commit", Db, "1", "60"))
        {
            while (child.StandardOutput.ReadLine() is { } line)
            {
                lines.Add(line);
                Note(line, acknowledged);
            }

            child.WaitForExit();
        }

        Assert.Contains(lines, line => line.StartsWith("fail ", StringComparison.Ordinal));
        Assert.Equal("ack 60", lines[^1]);
        CheckHeld(acknowledged);
    }

    /// <summary>A start opens the log twice, and each time its first sync is SQLite's own, which syncs the folder too; every commit costs one fdatasync and nothing else.</summary>
    [Fact]
    public void A_commit_is_one_sync_of_the_log_and_of_its_data_alone()
    {
        var trace = _folder.File("trace");
        using (var child = Start("strace", "-f", "-qq", "-y", "-o", trace, "-e", "trace=fsync,fdatasync", Executable, "--child", "commit", Db, "1", "60"))
        {
            Assert.Equal(60, child.StandardOutput.ReadToEnd().Split('\n').Count(line => line.StartsWith("ack ", StringComparison.Ordinal)));
            child.WaitForExit();
        }

        var syncs = File.ReadAllLines(trace).Where(line => line.Contains("leases.db-wal>", StringComparison.Ordinal)).Select(line => line.Contains("fdatasync(", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, syncs.Count(isOfData => !isOfData));
        Assert.All(syncs[^60..], Assert.True);
        Assert.InRange(syncs.Length, 60, 70);
        Assert.Contains(File.ReadAllLines(trace), line => line.Contains("fsync(", StringComparison.Ordinal) && line.Contains($"<{_folder.File("")}", StringComparison.Ordinal) && !line.Contains("leases.db", StringComparison.Ordinal));
    }

    /// <summary>What the message says, word for word.</summary>
    [Theory]
    [InlineData("data")]
    [InlineData("it's data")]
    public void The_commands_in_the_message_about_a_damaged_store_save_what_reads(string name)
    {
        var data = Directory.CreateDirectory(_folder.File(name)).FullName;
        var db = Path.Combine(data, "leases.db");
        using (var store = new SqliteLeaseStore(db))
            store.Commit([.. Enumerable.Range(1, 3000).Select(address => LeaseStoreContract.Change(LeaseStoreContract.Binding((uint)address)))]);
        Damage(db, 10 * 4096, 4096);
        var fix = Assert.Throws<StorageException>(() => new SqliteLeaseStore(db)).Problem.Fix!;

        Assert.Equal(0, Shell(fix[(fix.IndexOf("cp -a", StringComparison.Ordinal))..fix.IndexOf(". Then", StringComparison.Ordinal)]));
        Assert.Equal(0, Shell(Rescue(fix)));

        Assert.True(File.Exists(Path.Combine(data + ".damaged", "leases.db")));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(db) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        using (var store = new SqliteLeaseStore(db))
        {
            Assert.InRange(store.Load().Count(), 2700, 2999);
            Assert.All(store.Load(), binding => Assert.Equal(LeaseStoreContract.Binding(binding.Address.Value), binding));
            store.Commit([LeaseStoreContract.Change(LeaseStoreContract.Binding(5000))]);
        }
    }

    [Fact]
    public void The_commands_may_be_run_again_after_another_damage_and_bring_nothing_of_the_first_time_back()
    {
        Fill(3000, minutes: 60);
        File.Copy(Db, Db + ".saved");
        Fill(3000, minutes: 120);
        for (var round = 0; round < 2; round++)
        {
            Damage(Db, 10 * 4096, 4096);
            Assert.Equal(0, Shell(Rescue(Assert.Throws<StorageException>(() => new SqliteLeaseStore(Db)).Problem.Fix!)));

            Assert.False(File.Exists(Db + ".saved"));
            using var store = new SqliteLeaseStore(Db);
            Assert.InRange(store.Load().Count(), 2400, 2999);
            Assert.All(store.Load(), binding => Assert.Equal(120, MinutesOf(binding)));
        }
    }

    [Fact]
    public void What_the_commands_save_is_nobody_elses_to_read()
    {
        Fill(3000, minutes: 60);
        Damage(Db, 10 * 4096, 4096);
        var rescue = Rescue(Assert.Throws<StorageException>(() => new SqliteLeaseStore(Db)).Problem.Fix!);

        Assert.Equal(0, Shell("umask 022; " + rescue[..rescue.IndexOf("; sqlite3 " + Db + ".saved", StringComparison.Ordinal)]));

        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Db + ".saved") == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Theory]
    [InlineData("no database")]
    [InlineData("the root page of the leases")]
    [InlineData("no table of leases")]
    [InlineData("no mark of its layout")]
    public void The_commands_put_nothing_in_the_place_of_a_store_of_which_nothing_reads(string damage)
    {
        Fill(3000, minutes: 60);
        if (damage == "no database")
            File.WriteAllText(Db, new string('x', 50_000));
        else if (damage == "no table of leases")
            Assert.Equal(0, Shell($"sqlite3 {Db} 'DROP TABLE binding'"));
        else
            Damage(Db, (RootPage(damage == "no mark of its layout" ? "schema_version" : "binding") - 1) * 4096, 4096);
        var bytes = File.ReadAllBytes(Db);
        var fix = Refusal().Fix!;

        Assert.NotEqual(0, Shell(Rescue(fix)));

        Assert.Equal(bytes, File.ReadAllBytes(Db));
        Assert.Equal("CW2303", Refusal().Code);
    }

    [Fact]
    public void The_commands_save_the_used_up_declarations_as_well()
    {
        var db = _folder.File("objects.db");
        using (var store = new SqliteOnceStore(db))
        {
            for (var machine = 0; machine < 1000; machine++)
                store.MarkUsedUp($"web{machine}", "a", DateTimeOffset.UnixEpoch);
        }

        Damage(db, (int)new FileInfo(db).Length - 4096, 4096);
        Assert.Equal(0, Shell(Rescue(Assert.Throws<StorageException>(() => new SqliteOnceStore(db)).Problem.Fix!)));

        using (var store = new SqliteOnceStore(db))
            Assert.InRange(Enumerable.Range(0, 1000).Count(machine => store.IsUsedUp($"web{machine}", "a")), 500, 999);
    }

    [Fact]
    public void A_second_process_is_refused_and_the_lock_ends_with_its_process()
    {
        var data = _folder.File("data");
        using var first = Start("--child", "open", data);
        Assert.Equal("opened", first.StandardOutput.ReadLine());
        Assert.Equal("CW2301", Assert.Throws<StorageException>(() => DataFolder.Open(data)).Problem.Code);

        first.Kill();
        first.WaitForExit();
        DataFolder.Open(data).Dispose();
    }

    void Fill(int leases, int minutes)
    {
        using var store = new SqliteLeaseStore(Db);
        store.Commit([.. Enumerable.Range(1, leases).Select(address => LeaseStoreContract.Change(LeaseStoreContract.Binding((uint)address, minutes: minutes)))]);
    }

    Problem Refusal() => Assert.Throws<StorageException>(() =>
    {
        using var store = new SqliteLeaseStore(Db);
        return store.Load().Count();
    }).Problem;

    int RootPage(string table)
    {
        using var connection = new SqliteConnection($"Data Source={Db};Pooling=False");
        connection.Open();
        return (int)connection.Scalar($"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'");
    }

    static string Rescue(string fix) => fix[fix.IndexOf("rm -f ", StringComparison.Ordinal)..];

    static void Damage(string file, int at, int length)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write);
        stream.Position = at;
        stream.Write([.. Enumerable.Repeat((byte)0xA5, length)]);
    }

    static int Shell(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var wrong = shell.StandardError.ReadToEndAsync();
        shell.StandardOutput.ReadToEnd();
        wrong.Wait();
        shell.WaitForExit();
        return shell.ExitCode;
    }

    static string Executable => Environment.ProcessPath!;

    static Process Start(params string[] arguments)
    {
        var (program, rest) = arguments[0] == "--child" ? (Executable, arguments) : (arguments[0], arguments[1..]);
        return Process.Start(new ProcessStartInfo(program, rest) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
    }

    static void Note(string line, Dictionary<uint, int> acknowledged)
    {
        if (!line.StartsWith("ack ", StringComparison.Ordinal))
            return;
        var batch = int.Parse(line.AsSpan(4), CultureInfo.InvariantCulture);
        foreach (var address in LeaseWriterChild.AddressesOf(batch))
            acknowledged[address] = batch;
    }

    // A later batch whose acknowledgement was not printed any more may be there as well; an earlier one must not.
    void CheckHeld(Dictionary<uint, int> acknowledged)
    {
        using var store = new SqliteLeaseStore(Db);
        var stored = store.Load().ToDictionary(binding => binding.Address.Value, MinutesOf);
        foreach (var (address, batch) in acknowledged)
            Assert.True(stored.GetValueOrDefault(address) >= batch, $"address {address}: batch {batch} was acknowledged, stored is {stored.GetValueOrDefault(address)}");
    }

    static int MinutesOf(LeaseBinding binding) => (int)(binding.Expires - binding.Since).TotalMinutes;
}
