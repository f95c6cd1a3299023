using Cordwain.Simulation.Tests.Disk;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Simulation.Tests.Upgrades;
using Cordwain.Storage;

namespace Cordwain.Simulation.Tests;

/// <summary>Databases of every older version, upgraded on a machine that stops at every single change of its disk.</summary>
public sealed class UpgradeTests(ITestOutputHelper output)
{
    // Where everything ends that is not wrong.
    const int MostChanges = 1000;

    public static TheoryData<string> Stores => [.. UpgradedStore.All.Keys];

    [Theory, MemberData(nameof(Stores))]
    public void Every_older_version_comes_to_the_newest_with_all_its_rows(string name)
    {
        var store = UpgradedStore.All[name];
        for (var from = 1; from <= store.Released.Length; from++)
        {
            using var run = new UpgradeRun(store, 1);
            run.Build([.. store.Released.Take(from)], isKilled: false);
            Assert.True(run.Upgrade(store.Released));
            Assert.Equal(store.Found(from), store.Read(run.Path).Count);
        }
    }

    [Theory, MemberData(nameof(Stores))]
    public void A_stop_at_any_change_of_the_disk_leaves_a_whole_version_and_the_next_start_completes_it(string name)
    {
        var store = UpgradedStore.All[name];
        var (stops, betweens) = (0, new HashSet<int>());
        foreach (var steps in (Migration[][])[store.Released, store.WithMadeUpSteps])
        {
            var whole = Whole(store, steps);
            for (var from = 1; from < steps.Length; from++)
            {
                foreach (var isKilled in (bool[])[false, true])
                    stops += StopEverywhere(store, steps, from, isKilled, whole, betweens);
            }
        }

        output.WriteLine($"{name}: {stops} stops, each followed by a complete upgrade; versions found between: {string.Join(' ', betweens.Order())}");
        Assert.Equal(Enumerable.Range(1, store.Released.Length + 2), betweens.Order());
    }

    [Theory, MemberData(nameof(Stores))]
    public void A_disk_that_fails_or_is_full_leaves_a_whole_version_and_the_next_start_completes_it(string name)
    {
        var store = UpgradedStore.All[name];
        var steps = store.WithMadeUpSteps;
        var whole = Whole(store, steps);
        var failures = 0;
        for (var seed = 1UL; seed <= (Seeds.IsFast ? 30UL : Seeds.IsLong ? 3000UL : 200UL); seed++)
        {
            using var run = new UpgradeRun(store, seed);
            run.Build([.. steps.Take(1)], isKilled: seed % 2 == 0);
            run.Disk.Faults = seed % 5 == 0 ? new(IsFull: true) : new(FailingWrites: 0.05, FailingSyncs: 0.05);
            try
            {
                run.Upgrade(steps);
            }
            catch (IOException)
            {
                failures++;
            }

            run.Disk.Faults = DiskFaults.None;
            run.Recover(fromPowerCut: seed % 3 == 0);
            Completes(store, steps, 1, run, whole, $"seed {seed}");
        }

        output.WriteLine($"{name}: {failures} upgrades failed");
        Assert.True(failures > 10);
    }

    static int StopEverywhere(UpgradedStore store, Migration[] steps, int from, bool isKilled, Dictionary<int, string> whole, HashSet<int> betweens)
    {
        var stops = 0;
        for (var change = 0; ; change++)
        {
            for (var round = 0; round < (Seeds.IsFast ? 2 : Seeds.IsLong ? 100 : 6); round++)
            {
                var random = new SeededRandom((ulong)(change * 1000 + round));
                using var run = new UpgradeRun(store, random.Next());
                run.Build([.. steps.Take(from)], isKilled);
                if (run.Upgrade(steps, dieAfter: change))
                    return stops;

                stops++;
                run.Recover(fromPowerCut: round % 2 == 1);
                var what = $"version {from} of {store.Name}, stopped after {change} changes, round {round}";
                if (random.Chance(0.4))
                    betweens.Add(VersionIn(run, steps, from, whole, what));
                if (random.Chance(0.4) && !run.Upgrade(steps, dieAfter: random.Below(40)))
                    run.Recover(random.Chance(0.5));
                Completes(store, steps, from, run, whole, what);
            }

            Assert.InRange(change, 0, MostChanges);
        }
    }

    /// <summary>The version that a stop left: one of them, whole.</summary>
    static int VersionIn(UpgradeRun run, Migration[] steps, int from, Dictionary<int, string> whole, string what)
    {
        var content = run.Content();
        var version = Enumerable.Range(from, steps.Length - from + 1).FirstOrDefault(version => content == whole[Key(from, version)]);
        Assert.True(version > 0, $"{what}:\n{content}");
        return version;
    }

    static void Completes(UpgradedStore store, Migration[] steps, int from, UpgradeRun run, Dictionary<int, string> whole, string what)
    {
        Assert.All(run.Problems, problem => Assert.Equal("CW2313", problem.Code));   // while the disk failed
        run.Problems.Clear();
        Assert.True(run.Upgrade(steps));
        Assert.True(run.Content() == whole[Key(from, steps.Length)], $"{what}:\n{run.Content()}");
        Assert.True(store.Read(run.Path).Count == store.Found(from), what);
        Assert.Empty(run.Problems);
    }

    /// <summary>What stands in the file when each older version is upgraded to each newer one without a stop.</summary>
    static Dictionary<int, string> Whole(UpgradedStore store, Migration[] steps)
    {
        var whole = new Dictionary<int, string>();
        for (var from = 1; from <= steps.Length; from++)
        {
            for (var to = from; to <= steps.Length; to++)
            {
                using var run = new UpgradeRun(store, 1);
                run.Build([.. steps.Take(from)], isKilled: false);
                Assert.True(run.Upgrade([.. steps.Take(to)]));
                whole.Add(Key(from, to), run.Content());
                Assert.StartsWith("ok\n", whole[Key(from, to)], StringComparison.Ordinal);
            }
        }

        return whole;
    }

    static int Key(int from, int to) => from * 100 + to;
}
