using Cordwain.Boot.Leases;
using Cordwain.Simulation.Tests.Disk;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Simulation.Tests.Stores;
using Cordwain.Storage;
using Cordwain.Storage.Leases;

namespace Cordwain.Simulation.Tests;

/// <summary>A start settles the log that a killed process left, and makes room in it. The power goes at every single change of the disk meanwhile.</summary>
public sealed class StartTests(ITestOutputHelper output)
{
    const int Batches = 40, Bindings = 12;

    [Fact]
    public void A_power_cut_at_any_change_of_a_start_loses_nothing()
    {
        var (lost, cuts) = CutEverywhere(_ => false, rounds: Seeds.IsFast ? 10 : Seeds.IsLong ? 3000 : 200);
        output.WriteLine($"{cuts} power cuts");
        Assert.Equal(0, lost);
        Assert.True(cuts >= 200);
    }

    /// <summary>What this test is there for: writing into a log before it is stored that it was cut.</summary>
    [Fact]
    public void A_start_that_does_not_store_where_it_cut_the_log_is_found() =>
        Assert.True(CutEverywhere(file => file.IsOnlyCut, rounds: 40).Lost > 0);

    static (int Lost, int Cuts) CutEverywhere(Predicate<SimulatedFile> isSyncLeftOut, int rounds)
    {
        var (lost, cuts) = (0, 0);
        for (var change = 0; ; change++)
        {
            for (var round = 0; round < rounds; round++)
            {
                if (!CutOnce(new((ulong)(change * 10_000 + round)), change, isSyncLeftOut, out var isLost))
                    return (lost, cuts);
                cuts++;
                lost += isLost ? 1 : 0;
            }
        }
    }

    /// <returns>False: the start was over before so many changes of the disk.</returns>
    static bool CutOnce(SeededRandom random, int change, Predicate<SimulatedFile> isSyncLeftOut, out bool isLost)
    {
        var isStarting = false;
        using var machine = new StoreMachine(random, file => isStarting && isSyncLeftOut(file));
        var batches = random.Between(1, Batches);
        using (var store = new SqliteLeaseStore(machine.Store))
        {
            for (var batch = 1; batch <= batches; batch++)
                store.Commit(Batch(batch));
            machine.Power.Die();
        }

        machine.Kill();
        machine.Power.DieAfter(change);
        isStarting = true;
        try
        {
            new SqliteLeaseStore(machine.Store).Dispose();
        }
        catch (StorageException) when (machine.Power.IsOff)
        {
            // Nobody is there to read the message.
        }

        var isCut = machine.Power.IsOff;
        machine.CutPower();
        isLost = machine.Held() != string.Join(' ', Enumerable.Range(1, Bindings).Select(client => $"{client}:{batches}"));
        return isCut;
    }

    static LeaseChange[] Batch(int number) => [.. Enumerable.Range(1, Bindings).Select(client => StoredLeases.Change(client, number))];
}
