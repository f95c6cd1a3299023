using System.Diagnostics;
using Cordwain.Protocols.Wire;

namespace Cordwain.Storm;

/// <summary>Switches the machines on, waits for their ends, and gives the addresses back.</summary>
sealed class StormRun(StormPlan plan) : IDisposable
{
    // Servers with a small receive buffer lose what comes faster, and a lost release is never repeated.
    const int ReleasesAtOnce = 50;
    static readonly TimeSpan ReleasePause = TimeSpan.FromMilliseconds(20);

    readonly StormWatch _watch = new();
    DhcpConversations? _dhcp;
    long _begun;

    public StormTally Tally { get; } = new();

    public StormPlan Plan => plan;

    /// <summary>Since the first machine was switched on.</summary>
    public TimeSpan Elapsed => _begun == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_begun);

    /// <param name="stop">Switches no more machines on and ends those under way.</param>
    /// <exception cref="Server.Hosting.ProblemException">The DHCP port cannot be opened.</exception>
    public async Task<StormReport> Run(CancellationToken stop)
    {
        _dhcp = new(plan, _watch, Tally);
        var world = new StormWorld(plan, _dhcp, _watch, Tally);
        _begun = Stopwatch.GetTimestamp();
        var results = await PowerOn(world, stop);
        var elapsed = Elapsed;
        if (!plan.KeepLeases)
            await Release(world);
        return StormReport.Of(plan, results, elapsed, world);
    }

    public void Dispose()
    {
        _dhcp?.Dispose();
        _watch.Dispose();
    }

    async Task<StormResult[]> PowerOn(StormWorld world, CancellationToken stop)
    {
        using var places = new SemaphoreSlim(plan.AtOnce > 0 ? plan.AtOnce : plan.Machines);
        var machines = new List<Task<StormResult>>(plan.Machines);
        try
        {
            for (var number = 0; number < plan.Machines; number++)
            {
                await places.WaitAsync(stop);
                if (plan.Rate > 0)
                    await WaitUntil(TimeSpan.FromSeconds(number / plan.Rate), stop);
                var machine = new StormMachine(world, number);
                machines.Add(Task.Run(async () =>
                {
                    var result = await machine.Boot(stop);
                    places.Release();
                    return result;
                }, CancellationToken.None));
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: the report is about those that were switched on.
        }

        return await Task.WhenAll(machines);
    }

    /// <summary>The timer is coarser than a millisecond: several machines start at one tick then, and their mean rate is right.</summary>
    async Task WaitUntil(TimeSpan due, CancellationToken stop)
    {
        if (due - Elapsed is { Ticks: > 0 } left && left > TimeSpan.FromMilliseconds(1))
            await Task.Delay(left, stop);
    }

    static async Task Release(StormWorld world)
    {
        var count = 0;
        foreach (var (address, lease) in world.Leases)
        {
            if (lease.Server != Ipv4Address.Any)
                world.Dhcp.Release(lease.Client, address, lease.Server);
            if (++count % ReleasesAtOnce == 0)
                await Task.Delay(ReleasePause);
        }
    }
}
