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
    public void Rows_that_do_not_read_are_reported_and_left_out()
    {
        using (var store = Open())
            store.Commit([Change(Binding(10)), Change(Binding(20))]);
        foreach (var row in (string[])
        [
            "11, x'', NULL, 1, 0, 0, NULL, NULL",
            "12, x'0900', NULL, 1, 0, 0, NULL, NULL",
            "13, x'010152', NULL, 7, 0, 0, NULL, NULL",
            "14, x'010152', NULL, 257, 0, 0, NULL, NULL",
            "15, x'010152', -5, 1, 0, 0, NULL, NULL",
            "16, x'010152', NULL, 1, -1, 0, NULL, NULL",
            "17, x'010152', NULL, 1, 0, 9223372036854775807, NULL, NULL",
            "-1, x'010152', NULL, 1, 0, 0, NULL, NULL",
            "4294967296, x'010152', NULL, 1, 0, 0, NULL, NULL",
        ])
        {
            Sql($"INSERT INTO binding VALUES ({row})");
        }

        using (var store = Open())
            Assert.Equal([Binding(10), Binding(20)], store.Load());
        Assert.Equal(9, _problems.Count);
        Assert.All(_problems, problem => Assert.Equal("CW2306", problem.Code));
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
        using var store = Open();
        store.Commit([Change(Binding(1))]);
        Sql("CREATE TRIGGER refuse BEFORE INSERT ON binding WHEN NEW.address = 13 BEGIN SELECT RAISE(ABORT, 'no'); END");
        Assert.ThrowsAny<IOException>(() => store.Commit([Change(Binding(2)), Change(Binding(13)), Change(Binding(14))]));
        Assert.Equal([Binding(1)], store.Load());

        Sql("DROP TRIGGER refuse");
        store.Commit([Change(Binding(2)), Change(Binding(13))]);
        Assert.Equal([1u, 2u, 13u], store.Load().Select(binding => binding.Address.Value));
    }

    [Fact]
    public void A_foreign_writer_that_gave_up_does_not_disturb_the_next_commit()
    {
        using var store = Open();
        using (var other = new SqliteConnection($"Data Source={Db};Pooling=False"))
        {
            other.Open();
            other.Execute("BEGIN IMMEDIATE");
            other.Execute("DELETE FROM binding");
            other.Execute("ROLLBACK");
        }

        store.Commit([Change(Binding(1))]);
        Assert.Single(store.Load());
    }

    /// <summary>On the disk for ever. Do not change a number: add a new one.</summary>
    [Fact]
    public void The_numbers_of_states_never_change() =>
        Assert.Equal([("Bound", 1), ("Released", 2), ("Declined", 3)], Enum.GetValues<BindingState>().Select(state => (state.ToString(), (int)state)));

    void Sql(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={Db};Pooling=False");
        connection.Open();
        connection.Execute(statement);
    }
}
