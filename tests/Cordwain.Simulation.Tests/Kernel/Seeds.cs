using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Cordwain.Simulation.Tests.Kernel;

/// <summary>A kind of world, by the name that stands before the number of a seed: <c>dhcp:123</c>.</summary>
sealed record WorldKind(string Name, Func<ulong, IWorld> Make);

/// <summary>Runs seeds, and tells of a failing one how to see it again.</summary>
static class Seeds
{
    // CI machines have two cores; more would only make the others' tests late.
    const int Parallelism = 2;

    const int TraceLines = 200;

    public static bool IsFast => Mode == "fast";

    public static bool IsLong => Mode == "long";

    /// <summary>The one seed to run, as <c>kind:number</c>; null: all.</summary>
    public static string? Wanted => Environment.GetEnvironmentVariable("CORDWAIN_SEED");

    static string? Mode => Environment.GetEnvironmentVariable("CORDWAIN_TEST_MODE");

    /// <summary>The same seeds in every run, so that a red test is red again; before a release also such as nobody has seen.</summary>
    public static ulong First => IsLong ? (ulong)Random.Shared.NextInt64(1_000_000, long.MaxValue / 2) : 1;

    /// <summary>Runs a range of seeds and fails on the first that does.</summary>
    public static void Run(WorldKind kind, ulong first, int count, Action<string> report)
    {
        long steps = 0, disk = 0;
        var failures = new ConcurrentBag<ulong>();
        var watch = Stopwatch.StartNew();
        Parallel.For(0, count, new() { MaxDegreeOfParallelism = Parallelism }, (i, loop) =>
        {
            using var world = kind.Make(first + (ulong)i);
            if (Failure(world) is not null)
            {
                failures.Add(first + (ulong)i);
                loop.Stop();
            }

            Interlocked.Add(ref steps, world.Time.Steps);
            Interlocked.Add(ref disk, world.DiskOperations);
        });
        var seconds = watch.Elapsed.TotalSeconds;
        report(string.Create(CultureInfo.InvariantCulture,
            $"{kind.Name}: {count} seeds from {first}: {steps} steps and {disk} disk operations in {seconds:0.0} s, {steps / seconds:0} steps a second"));
        if (!failures.IsEmpty)
            Replay(kind, failures.Min(), report);
    }

    /// <summary>Runs one seed, telling what happens.</summary>
    public static void Replay(WorldKind kind, ulong seed, Action<string> report)
    {
        using var world = kind.Make(seed);
        var lines = new Queue<string>();
        world.Time.Tell = line =>
        {
            lines.Enqueue($"{world.Time.Now} {line}");
            if (lines.Count > TraceLines)
                lines.Dequeue();
        };
        if (Failure(world) is not { } failure)
        {
            report($"{kind.Name}:{seed}: nothing wrong in {world.Time.Steps} steps");
            return;
        }

        foreach (var line in lines)
            report(line);
        Assert.Fail($"{failure}\nSee it again: CORDWAIN_SEED={kind.Name}:{seed} ./test Simulation");
    }

    /// <returns>The number of the first seed that violates the property; null when none does.</returns>
    public static ulong? FirstThatViolates(Property property, Func<ulong, IWorld> make, int most)
    {
        for (var seed = 1UL; seed <= (ulong)most; seed++)
        {
            using var world = make(seed);
            if (Failure(world) is Violation violation && violation.Property == property)
                return seed;
        }

        return null;
    }

    // Whatever a world throws, it is a finding: the engines must not throw, and the models must not either.
    static Exception? Failure(IWorld world)
    {
        // Without a context what waits for an event goes on in that event, and not somewhere on the thread pool.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            world.Run();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
