using Cordwain.Boot.Leases;
using Cordwain.Management;
using Cordwain.Management.Stores;
using Cordwain.Storage.Leases;
using Microsoft.Data.Sqlite;

namespace Cordwain.Storage.Tests.Leases;

public sealed class SqliteLeaseStoreTests : LeaseStoreContract, IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly List<Problem> _problems = [];

    string Db => _folder.File("leases.db");

    public void Dispose() => _folder.Dispose();

    protected override ILeaseStore Open() => new SqliteLeaseStore(Db, _problems.Add);

    [Fact]
    public void Rows_that_do_not_read_are_reported_and_their_addresses_kept_back()
    {
        using (var store = Open())
            store.Commit([Change(Binding(10)), Change(Binding(20))]);
        foreach (var row in (string[])
        [
            "11, x'', NULL, 1, 0, 60000, NULL, NULL",
            "12, x'0900', NULL, 2, 0, 60000, NULL, NULL",
            "13, x'010152', NULL, 7, 0, 60000, NULL, NULL",
            "14, x'010152', NULL, 257, 0, 60000, NULL, NULL",
            "15, x'010152', -5, 1, 0, 60000, NULL, NULL",
            "16, x'010152', NULL, 1, -1, 60000, NULL, NULL",
            "17, x'010152', NULL, 1, 0, 9223372036854775807, NULL, NULL",
            "-1, x'010152', NULL, 1, 0, 0, NULL, NULL",
            "4294967296, x'010152', NULL, 1, 0, 0, NULL, NULL",
        ])
        {
            Sql($"INSERT INTO binding VALUES ({row})");
        }

        using (var store = Open())
        {
            var (client, minute) = (ClientKey.FromStored([1, 1, 0x52]), DateTimeOffset.UnixEpoch.AddMinutes(1));
            Assert.Equal(
                [
                    Binding(10), Binding(20), Kept(11, Nobody(11), minute), Kept(12, Nobody(12), minute) with { State = BindingState.Released }, Kept(13, client, minute),
                    Kept(14, client, minute), Kept(15, client, minute), Kept(16, client, minute), Kept(17, client, DateTimeOffset.MaxValue),
                ],
                store.Load().OrderBy(binding => binding.Address.Value is 10 or 20 ? 0 : 1));
        }

        Assert.Equal(9, _problems.Count);
        Assert.All(_problems, problem => Assert.Equal("CW2306", problem.Code));
        Assert.EndsWith("nobody else gets it until 1970-01-01 00:01:00Z; once that is past, whoever asks next may get it.", MessageAbout("0.0.0.11"), StringComparison.Ordinal);
        Assert.EndsWith("address 0.0.0.12: no client. The address was given back, so whoever asks next may get it.", MessageAbout("0.0.0.12"), StringComparison.Ordinal);
        Assert.EndsWith("Somebody may hold the address, so nobody else gets it.", MessageAbout("0.0.0.17"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_message_about_a_row_names_the_address_and_the_command_that_gives_it_free()
    {
        using (var store = Open())
            store.Commit([Change(Binding(0x0A000005)), Change(Binding(0x0A000006))]);
        Sql("UPDATE binding SET client = x'' WHERE address = 167772165");
        using (var store = Open())
            Assert.Equal(2, store.Load().Count());
        Assert.Contains("address 10.0.0.5: no client. Somebody may hold the address, so nobody else gets it until ", _problems.Single().Message, StringComparison.Ordinal);

        Sql(_problems.Single().Fix!.Split('\'')[1]);
        using (var store = Open())
            Assert.Equal(Binding(0x0A000006), Assert.Single(store.Load()));
    }

    [Fact]
    public void Text_that_is_no_text_does_not_stop_the_start()
    {
        using (var store = Open())
            store.Commit([Change(Binding(10) with { HostName = "x" })]);
        Sql("UPDATE binding SET host_name = CAST(x'ff00fe' AS TEXT)");
        using (var store = Open())
            Assert.Equal(10u, store.Load().Single().Address.Value);
    }

    [Fact]
    public void A_damaged_file_is_refused_and_left_as_it_is()
    {
        using (var store = Open())
            store.Commit([.. Enumerable.Range(1, 2000).Select(address => Change(Binding((uint)address)))]);
        var bytes = File.ReadAllBytes(Db);
        bytes.AsSpan(3 * 4096, 4096).Fill(0xA5);
        File.WriteAllBytes(Db, bytes);

        var refusal = Assert.Throws<StorageException>(Open);
        Assert.Equal("CW2303", refusal.Problem.Code);
        Assert.Contains(Db, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(Db));
    }

    [Fact]
    public void A_store_from_which_the_leases_are_gone_is_refused()
    {
        Open().Dispose();
        Sql("DROP TABLE binding");
        using var store = Open();
        Assert.Equal("CW2303", Assert.Throws<StorageException>(() => store.Load().Count()).Problem.Code);
    }

    /// <summary>No address may become free in silence: whatever a damaged sector costs, either the start is refused, or every lease reads as it was stored, or a message tells of it.</summary>
    [Fact]
    public void A_damaged_sector_never_frees_an_address_in_silence()
    {
        const int Leases = 500, Sector = 512;
        LeaseBinding[] stored = [.. Enumerable.Range(1, Leases).Select(address => Binding((uint)address) with { HostName = $"host{address}" })];
        using (var store = Open())
            store.Commit([.. stored.Select(Change)]);
        var whole = File.ReadAllBytes(Db);
        var (refused, loaded) = (0, 0);
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var bytes = whole.ToArray();
            var sector = random.Next(bytes.Length / Sector) * Sector;
            if (seed % 3 == 0)
                random.NextBytes(bytes.AsSpan(sector, Sector));
            else if (seed % 3 == 1)
                bytes.AsSpan(sector, Sector).Clear();
            else
                bytes = bytes[..sector];
            File.WriteAllBytes(Db, bytes);
            _problems.Clear();
            try
            {
                using var store = Open();
                var held = store.Load().ToList();
                Assert.True(_problems.Count > 0 || held.SequenceEqual(stored), $"seed {seed}, sector at {sector}: addresses are free or held otherwise");
                loaded++;
            }
            catch (StorageException)
            {
                refused++;
            }

            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Db)!))
                File.Delete(file);
        }

        Assert.True(refused > 200 && refused + loaded == 300, $"{refused} refused, {loaded} loaded");
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        File.WriteAllText(Db, new string('x', 5000));
        Assert.Equal("CW2303", Assert.Throws<StorageException>(Open).Problem.Code);
    }

    [Fact]
    public void A_file_without_content_is_not_taken_for_a_new_store_in_silence()
    {
        File.WriteAllBytes(Db, []);
        using var store = Open();
        Assert.Equal("CW2308", _problems.Single().Code);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var refusal = Assert.Throws<StorageException>(() => new SqliteLeaseStore(_folder.File("missing/leases.db")));
        Assert.Equal("CW2307", refusal.Problem.Code);
    }

    [Fact]
    public void A_batch_that_fails_in_the_middle_leaves_nothing()
    {
        using (var first = Open())
            first.Commit([Change(Binding(1))]);
        Sql("CREATE TRIGGER refuse BEFORE INSERT ON binding WHEN NEW.address = 13 BEGIN SELECT RAISE(ABORT, 'no'); END");
        using var store = Open();
        Assert.ThrowsAny<IOException>(() => store.Commit([Change(Binding(2)), Change(Binding(13)), Change(Binding(14))]));
        Assert.Equal([Binding(1)], store.Load());

        store.Commit([Change(Binding(2)), Change(Binding(12))]);
        Assert.Equal([1u, 2u, 12u], store.Load().Select(binding => binding.Address.Value));
    }

    [Fact]
    public void Nobody_else_opens_a_store_that_is_open_so_that_it_needs_no_shared_memory()
    {
        using var store = Open();
        store.Commit([Change(Binding(1))]);
        Assert.False(File.Exists(Db + "-shm"));
        using var other = new SqliteConnection($"Data Source={Db};Pooling=False;Default Timeout=1");
        other.Open();
        Assert.Equal(Busy, Assert.Throws<SqliteException>(() => other.Scalar("SELECT count(*) FROM binding")).SqliteErrorCode);
    }

    [Fact]
    public async Task A_start_waits_for_another_program_that_reads_the_store()
    {
        using (Open())
        {
        }

        using var other = new SqliteConnection($"Data Source={Db};Pooling=False");
        other.Open();
        other.Scalar("SELECT count(*) FROM binding");
        var opening = Task.Run(Open, TestContext.Current.CancellationToken);
        await Task.WhenAny(opening, Task.Delay(500, TestContext.Current.CancellationToken));
        Assert.False(opening.IsCompleted);
        other.Close();
        (await opening).Dispose();
    }

    /// <summary>On the disk for ever. Do not change a number: add a new one.</summary>
    [Fact]
    public void The_numbers_of_states_never_change() =>
        Assert.Equal([("Bound", 1), ("Released", 2), ("Declined", 3)], Enum.GetValues<BindingState>().Select(state => (state.ToString(), (int)state)));

    string MessageAbout(string address) => Assert.Single(_problems, problem => problem.Message.Contains($"address {address}:", StringComparison.Ordinal)).Message;

    static LeaseBinding Kept(uint address, ClientKey client, DateTimeOffset expires) =>
        new(new(address), client, null, BindingState.Bound, DateTimeOffset.UnixEpoch, expires);

    const int Busy = 5;

    static ClientKey Nobody(byte address) => ClientKey.OfHardware(0, [0, 0, 0, address]);

    void Sql(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={Db};Pooling=False");
        connection.Open();
        connection.Execute(statement);
    }
}
