using Cordwain.Boot.Leases;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Simulation.Tests.Stores;
using Cordwain.Storage;
using Cordwain.Storage.Leases;

namespace Cordwain.Simulation.Tests;

/// <summary>A start stores again the log that a killed process left, and makes room in it. The power goes at every single change of the disk meanwhile.</summary>
public sealed class StartTests(ITestOutputHelper output)
{
    const int Batches = 40, Bindings = 12;

    [Fact]
    public void A_power_cut_at_any_change_of_a_start_loses_nothing()
    {
        var rounds = Seeds.IsFast ? 10 : Seeds.IsLong ? 3000 : 200;
        var (all, cuts) = (0, 0);
        for (var change = 0; cuts > 0 || change == 0; change++)
        {
            cuts = Enumerable.Range(0, rounds).Count(round => IsCut(new((ulong)(change * 10_000 + round)), change));
            all += cuts;
        }

        output.WriteLine($"{all} power cuts");
        Assert.True(all >= 100);
    }

    /// <returns>False: the start was over before so many changes of the disk.</returns>
    static bool IsCut(SeededRandom random, int change)
    {
        using var machine = new StoreMachine(random);
        var batches = random.Between(1, Batches);
        using (var store = new SqliteLeaseStore(machine.Store))
        {
            for (var batch = 1; batch <= batches; batch++)
                store.Commit(Batch(batch));
            machine.Power.Die();
        }

        machine.Kill();
        machine.Power.DieAfter(change);
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
        Assert.Null(machine.LogFinding());
        Assert.Equal(string.Join(' ', Enumerable.Range(1, Bindings).Select(client => $"{client}:{batches}")), machine.Held());
        return isCut;
    }

    static LeaseChange[] Batch(int number) => [.. Enumerable.Range(1, Bindings).Select(client => StoredLeases.Change(client, number))];
}
