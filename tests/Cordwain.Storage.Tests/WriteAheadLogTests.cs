using Cordwain.Management;
using Cordwain.Storage.Leases;
using Cordwain.Storage.Native;
using Cordwain.Storage.Tests.Leases;

namespace Cordwain.Storage.Tests;

/// <summary>What a log looks like after a kill, and after worse.</summary>
public sealed class WriteAheadLogTests : IDisposable
{
    const int Head = 32, Frame = 4096 + 24, Transactions = 12;

    readonly TemporaryFolder _folder = new();
    readonly byte[] _log, _reserved;

    public WriteAheadLogTests()
    {
        // What a killed process leaves is what its files hold at that moment.
        using var store = new SqliteLeaseStore(_folder.File("live.db"));
        for (uint i = 1; i <= Transactions; i++)
            store.Commit([LeaseStoreContract.Change(LeaseStoreContract.Binding(i, client: (int)i))]);
        foreach (var ending in (string[])["", "-wal"])
            File.Copy(_folder.File("live.db" + ending), _folder.File("killed.db" + ending));
        File.Copy(_folder.File("killed.db"), Db);
        File.Copy(_folder.File("killed.db-wal"), Db + "-wal");
        _reserved = File.ReadAllBytes(Db + "-wal");
        var frames = (_reserved.AsSpan().LastIndexOfAnyExcept(LogFile.Filler) - Head) / Frame + 1;
        _log = _reserved[..(Head + frames * Frame)];
    }

    string Db => _folder.File("leases.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_log_as_it_was_written_has_nothing_wrong() => Assert.Equal((Transactions, null), Opened(_log));

    [Fact]
    public void The_room_reserved_behind_it_is_no_damage()
    {
        Assert.InRange(_reserved.Length, Head + 1000 * Frame, 5 << 20);
        Assert.Equal((Transactions, null), Opened(_reserved));
    }

    /// <summary>A process that was killed before its first commit leaves this; after a power cut some of it may not be there yet.</summary>
    [Theory]
    [InlineData(1), InlineData(0.5), InlineData(0.01)]
    public void A_log_with_nothing_but_room_is_no_damage(double share)
    {
        var room = new byte[_reserved.Length];
        room.AsSpan(0, (int)(share * room.Length)).Fill(LogFile.Filler);
        var (held, code) = Opened(room);
        Assert.True(held < Transactions);
        Assert.Null(code);
    }

    /// <summary>The power went while the front of the room was written.</summary>
    [Fact]
    public void A_short_log_of_zeros_is_no_damage() => Assert.Null(Opened(new byte[LogFile.Part]).Code);

    [Theory]
    [InlineData(Head), InlineData(LogFile.Part - 4096), InlineData(LogFile.Part)]
    public void Nor_is_it_after_one_more_kill(int length)
    {
        Opened(_log);
        File.Copy(Db, _folder.File("killed.db"), overwrite: true);   // with nothing left to write at a start
        byte[] left = [];
        Opened(new byte[length], then: _ => left = File.ReadAllBytes(Db + "-wal"));
        Assert.Null(Opened(left).Code);
    }

    /// <summary>Two power cuts, each in the middle of a transaction of some pages whose end was on the disk and whose beginning was not.</summary>
    /// <param name="isFirst">Nothing stands in the log before it.</param>
    [Theory]
    [InlineData(false), InlineData(true)]
    public void Two_torn_ends_of_two_starts_are_no_damage(bool isFirst)
    {
        byte[] log = _reserved;
        for (uint start = 1; start <= 2; start++)
        {
            var isLonger = start == 1;
            byte[] before = [], after = [];
            Assert.Null(Opened(log, then: store =>
            {
                if (!isFirst)
                    store.Commit([LeaseStoreContract.Change(LeaseStoreContract.Binding(1))]);
                before = File.ReadAllBytes(Db + "-wal");
                store.Commit([.. Enumerable.Range(1000, isLonger ? 2000 : 1000).Select(i => LeaseStoreContract.Change(LeaseStoreContract.Binding((uint)i, client: i)))]);
                after = File.ReadAllBytes(Db + "-wal");
                File.Copy(Db, _folder.File("killed.db"), overwrite: true);
            }).Code);

            var torn = before.AsSpan().CommonPrefixLength(after);
            log = after;
            log.AsSpan(torn < Head ? Head : torn, Frame).Fill(LogFile.Filler);
        }

        Assert.Null(Opened(log).Code);
    }

    [Fact]
    public void The_log_is_looked_for_where_a_link_leads()
    {
        File.CreateSymbolicLink(_folder.File("link.db"), Db);
        File.Copy(_folder.File("killed.db"), Db, overwrite: true);
        var damaged = _log.ToArray();
        damaged[10] ^= 1;
        File.WriteAllBytes(Db + "-wal", damaged);
        List<Problem> problems = [];
        new SqliteLeaseStore(_folder.File("link.db"), problems.Add).Dispose();
        Assert.Equal("CW2310", Assert.Single(problems).Code);
    }

    /// <summary>No program leaves it so: the front of the room is stored before the rest.</summary>
    [Theory]
    [InlineData(1), InlineData(0.5)]
    public void A_log_that_was_emptied_is_told(double share)
    {
        var emptied = _reserved.ToArray();
        emptied.AsSpan(0, (int)(share * emptied.Length)).Clear();
        Assert.Equal("CW2310", Opened(emptied).Code);
    }

    [Fact]
    public void A_start_makes_room_once_and_cuts_none_of_what_is_there()
    {
        Assert.Equal((Transactions, null), Opened(_reserved, then: store =>
        {
            store.Commit([LeaseStoreContract.Change(LeaseStoreContract.Binding(1))]);
            Assert.Equal(_reserved.Length, new FileInfo(Db + "-wal").Length);
        }));
    }

    [Fact]
    public void A_head_of_zeros_before_transactions_is_told()
    {
        var damaged = _reserved.ToArray();
        damaged.AsSpan(0, 4096).Clear();
        Assert.Equal("CW2310", Opened(damaged).Code);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(31), InlineData(32), InlineData(Frame)]
    public void A_torn_end_is_no_damage(int more) => Assert.Equal((Transactions, null), Opened([.. _log, .. new byte[more]]));

    [Theory]
    [InlineData(1), InlineData(24), InlineData(Frame - 1)]
    public void A_last_page_that_is_cut_is_no_damage(int less) => Assert.Equal((Transactions - 1, null), Opened(_log[..^less]));

    [Fact]
    public void A_damaged_byte_before_the_end_is_told_and_the_log_is_kept()
    {
        for (var transaction = 2; transaction < Transactions; transaction++)
        {
            var damaged = _log.ToArray();
            damaged[^((Transactions - transaction) * Frame + 100)] ^= 1;
            var (held, code) = Opened(damaged);
            Assert.True(held < Transactions, $"{held}");
            Assert.Equal("CW2310", code);
            Assert.Equal(damaged, File.ReadAllBytes(Db + "-wal.damaged"));
        }
    }

    /// <summary>A full disk has no room for the copy, and asking twice makes none.</summary>
    [Fact]
    public void A_damaged_log_that_cannot_be_kept_is_not_written_on()
    {
        var problems = new List<Problem>();
        using var file = new SqliteFile(Db, "FULL", isChecked: true, LeaseSchema.Migrations, problems.Add);
        for (var address = 101; address <= 105; address++)
            Insert(address);
        using (var log = new FileStream(Db + "-wal", FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            log.Position = Head + Frame + 100;
            log.WriteByte(0xA5);
        }

        file.Distrust();
        Directory.CreateDirectory(Db + "-wal.damaged");
        var before = File.ReadAllBytes(Db + "-wal");
        for (var i = 0; i < 2; i++)
            Assert.Equal("CW2307", Assert.Throws<StorageException>(() => Insert(106)).Problem.Code);
        Assert.Equal(before, File.ReadAllBytes(Db + "-wal"));

        Directory.Delete(Db + "-wal.damaged");
        Insert(106);
        Assert.Equal("CW2310", Assert.Single(problems).Code);
        Assert.Equal(before, File.ReadAllBytes(Db + "-wal.damaged"));

        void Insert(int address) => file.Transact(connection => connection.Execute($"INSERT INTO binding (address, client, state, since) VALUES ({address}, x'01', 1, 0)"));
    }

    [Fact]
    public void A_damaged_head_is_told()
    {
        var damaged = _log.ToArray();
        damaged[10] ^= 1;
        Assert.Equal("CW2310", Opened(damaged).Code);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_log_without_its_file_is_refused_and_stays(bool isThere)
    {
        File.Delete(Db);
        if (isThere)
            File.WriteAllBytes(Db, []);
        Assert.Equal("CW2303", Assert.Throws<StorageException>(() => new SqliteLeaseStore(Db)).Problem.Code);
        Assert.Equal(_reserved, File.ReadAllBytes(Db + "-wal"));
    }

    /// <summary>Opens the store with this log.</summary>
    (int Held, string? Code) Opened(byte[] log, Action<SqliteLeaseStore>? then = null)
    {
        File.Copy(_folder.File("killed.db"), Db, overwrite: true);
        File.WriteAllBytes(Db + "-wal", log);
        List<Problem> problems = [];
        using var store = new SqliteLeaseStore(Db, problems.Add);
        then?.Invoke(store);
        return (store.Load().Count(), problems.SingleOrDefault()?.Code);
    }
}
