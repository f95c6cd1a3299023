using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Management;
using Cordwain.Protocols.Wire;
using Cordwain.Simulation.Tests.Disk;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Simulation.Tests.Stores;
using Cordwain.Storage;
using Cordwain.Storage.Journal;
using Cordwain.Storage.Leases;

namespace Cordwain.Simulation.Tests;

/// <summary>
/// What a failed sync leaves reads well and is not on the disk. It may not get into the store before it is: when that fails half-way, and the
/// log is then seen as the disk has it, half of a transaction stands there.
/// </summary>
public sealed class FailingSyncTests
{
    const int Clients = 300, MostFailures = 4;

    static readonly string Name = new('x', 250);

    [Fact]
    public void Syncs_that_fail_again_and_again_leave_whole_batches_and_all_that_was_stored()
    {
        for (var seed = 1UL; seed <= (Seeds.IsFast ? 200UL : Seeds.IsLong ? 20_000UL : 1_000UL); seed++)
        {
            using var machine = new StoreMachine(new(seed), pages: "40");
            var possible = CommitUntilAllFails(machine, new(seed + 1_000_000));
            machine.Disk.Faults = DiskFaults.None;
            if (seed % 2 == 0)
                machine.CutPower();
            else
                machine.Kill();
            Assert.True(machine.LogFinding() is null, $"seed {seed}: {machine.LogFinding()}");
            var held = machine.Held();
            Assert.True(possible.Contains(held), $"seed {seed}: {held}\nis none of {possible.Count}, the first:\n{possible.First()}");
        }
    }

    /// <summary>A full disk that writes in another place what it changes takes not even the same bytes again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_start_on_a_full_disk_reads_what_is_there_and_writes_once_there_is_room(bool isQuota)
    {
        using var machine = new StoreMachine(new(1));
        using (var store = new SqliteLeaseStore(machine.Store))
        {
            store.Commit([StoredLeases.Change(1, 1)]);
            store.Commit([StoredLeases.Change(2, 2)]);
            machine.Power.Die();
        }

        machine.Kill();
        machine.Disk.Faults = new(IsFull: true, CopiesOnWrite: true, IsQuota: isQuota);
        using (var store = new SqliteLeaseStore(machine.Store))
        {
            Assert.Equal(["1:1", "2:2"], store.Load().Select(StoredLeases.Describe));
            Assert.Contains("full", Assert.Throws<IOException>(() => store.Commit([StoredLeases.Change(3, 3)])).Message, StringComparison.Ordinal);
            machine.Disk.Faults = DiskFaults.None;
            store.Commit([StoredLeases.Change(3, 4)]);
            machine.Power.Die();
        }

        machine.CutPower();
        Assert.Equal("1:1 2:2 3:4", machine.Held());
    }

    /// <summary>Room in the log is room for leases, though the store itself cannot grow.</summary>
    [Fact]
    public void A_log_that_cannot_be_moved_takes_leases_as_long_as_it_has_room_and_somebody_hears_of_it()
    {
        using var machine = new StoreMachine(new(1));
        var problems = new List<Problem>();
        var batch = 0;
        using var store = new SqliteLeaseStore(machine.Store, problems.Add);
        for (var turn = 1; turn <= 2; turn++)
        {
            machine.Disk.Faults = new(IsFull: true);
            var before = batch;
            while (Fits())
                batch++;
            Assert.True(batch > before + 5, $"{batch - before}");
            Assert.Equal(Enumerable.Repeat("CW2313", turn), problems.Select(problem => problem.Code));

            machine.Disk.Faults = DiskFaults.None;
            for (var i = 0; i < 100; i++, batch++)
                Assert.True(Fits());
        }

        bool Fits()
        {
            try
            {
                store.Commit([StoredLeases.Change(batch, batch, new('x', 60))]);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    /// <summary>What becomes free goes to moving the log, after which it needs no more, and not to its growth.</summary>
    [Fact]
    public void A_little_room_is_enough_for_a_log_that_could_not_be_moved()
    {
        using var machine = new StoreMachine(new(1));
        using var store = new SqliteLeaseStore(machine.Store);
        machine.Disk.Faults = new(IsFull: true);
        var client = 0;
        while (Fits(client))
            client++;

        machine.Disk.Room = 100_000;   // the log may grow to 60 pages more, and so to 240 KB
        for (var batch = 0; batch < 500; batch++)
            Assert.True(Fits(batch % client), $"batch {batch}");

        bool Fits(int client)
        {
            try
            {
                store.Commit([StoredLeases.Change(client, 1, new('x', 60))]);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    /// <summary>What a bad sector of the store refuses, its log still holds.</summary>
    [Fact]
    public void A_store_that_cannot_be_synced_takes_leases_in_its_log()
    {
        const int Batches = 200;
        for (var seed = 1UL; seed <= 20; seed++)
        {
            using var machine = new StoreMachine(new(seed));
            var problems = new List<Problem>();
            for (var start = 0; start < 3; start++)
            {
                using (var store = new SqliteLeaseStore(machine.Store, problems.Add))
                {
                    Assert.Equal(start * Batches, store.Load().Count());
                    machine.Disk.Faults = new(UnsyncedFile: "leases.db");
                    for (var batch = 1; batch <= Batches; batch++)
                        store.Commit([StoredLeases.Change(start * Batches + batch, batch)]);
                    machine.Power.Die();
                }

                Assert.All(problems, problem => Assert.Equal("CW2313", problem.Code));
                Assert.Equal(start + 1, problems.Count);
                machine.CutPower();
                var refused = Assert.Throws<StorageException>(() => new SqliteLeaseStore(machine.Store, problems.Add));
                Assert.Equal("CW2307", refused.Problem.Code);
                machine.Disk.Faults = DiskFaults.None;   // copied to another one
            }

            Assert.Equal(3 * Batches, machine.Held().Split(' ').Length);
        }
    }

    /// <summary>The journal is not synced with every commit: a failed sync of its log is met when the log is moved.</summary>
    [Fact]
    public void Syncs_that_fail_never_damage_the_journal()
    {
        for (var seed = 1UL; seed <= (Seeds.IsFast ? 200UL : Seeds.IsLong ? 20_000UL : 1_000UL); seed++)
        {
            using var machine = new StoreMachine(new(seed), pages: "12");
            var random = new SeededRandom(seed + 2_000_000);
            using (var journal = new SqliteBootStore(machine.Journal))
            {
                machine.Disk.Faults = new(FailingSyncs: 0.4);
                for (var id = 1; id < 40; id++)
                    Note(journal, id, random.Between(1, 8000));
                machine.Power.Die();
            }

            machine.Disk.Faults = DiskFaults.None;
            if (seed % 2 == 0)
                machine.CutPower();
            else
                machine.Kill();
            Assert.True(machine.JournalReads(out var problem), $"seed {seed}: {problem}");
        }
    }

    static void Note(SqliteBootStore journal, int id, int length)
    {
        try
        {
            var machine = new MachineIdentity(new MacAddress((ulong)id));
            journal.Append(
                [(id, new BootEvent.Note(new('x', length)) { At = StoredLeases.Start, Machine = machine })],
                [new BootTimeline(id, machine, StoredLeases.Start)]);
            journal.Flush();
        }
        catch (IOException e) when (e is not StorageException { Problem.Code: "CW2303" })
        {
            // It waits for the next time.
        }
    }

    /// <returns>All that the store may hold: what was stored, and with it any of the batches whose commit failed since.</returns>
    static HashSet<string> CommitUntilAllFails(StoreMachine machine, SeededRandom random)
    {
        List<int[]> possible = [new int[Clients]];
        using var store = new SqliteLeaseStore(machine.Store);
        var goodBatches = random.Between(0, 30);
        for (var (batch, failures) = (1, 0); failures < MostFailures && batch < 60; batch++)
        {
            machine.Disk.Faults = batch <= goodBatches ? DiskFaults.None : new(FailingSyncs: 0.5);
            int[] clients = [.. Enumerable.Range(1, Clients - 1).Where(_ => random.Chance(0.03))];
            int[][] with = [.. possible.Select(before => With(before, clients, batch))];
            try
            {
                store.Commit([.. clients.Select(client => StoredLeases.Change(client, batch, Name))]);
                failures = 0;

                // Whether the failed ones before it are in there is seen now, and stays so.
                var held = string.Join(' ', store.Load().Select(StoredLeases.Describe));
                possible = [with.First(batches => Describe(batches) == held)];
            }
            catch (IOException e) when (e is not StorageException { Problem.Code: "CW2303" })
            {
                possible.AddRange(with);
                failures++;
            }
        }

        machine.Power.Die();
        return [.. possible.Select(Describe)];
    }

    static string Describe(int[] batches) =>
        string.Join(' ', batches.Select((batch, client) => (batch, client)).Where(lease => lease.batch > 0).Select(lease => $"{lease.client}:{lease.batch}"));

    /// <summary>The batch that wrote each client's lease last.</summary>
    static int[] With(int[] before, int[] clients, int batch)
    {
        var batches = before.ToArray();
        foreach (var client in clients)
            batches[client] = batch;
        return batches;
    }
}
