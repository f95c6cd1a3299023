using System.Diagnostics;
using System.Globalization;
using Cordwain.Faults.Tests.Support;
using Cordwain.Tests.Serve;

namespace Cordwain.Faults.Tests;

/// <summary>The server is killed at any moment under load and started again: what it acknowledged is there.</summary>
/// <remarks>1,000 cycles: <c>FAULT_CYCLES=1000 ./test Faults -class '*KillTests'</c>, or <c>./test long</c>.</remarks>
[Trait("Category", "Real")]
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    const int Machines = 1500, Addresses = 1560;

    static readonly TimeSpan WorstAllowed = TimeSpan.FromSeconds(20);

    readonly FaultLab _lab = new("kill");

    static int Cycles =>
        int.TryParse(Environment.GetEnvironmentVariable("FAULT_CYCLES"), NumberStyles.None, CultureInfo.InvariantCulture, out var cycles) ? cycles
        : Environment.GetEnvironmentVariable("CORDWAIN_TEST_MODE") == "long" ? 1000 : 200;

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void Nothing_acknowledged_is_lost_and_no_address_has_two_holders()
    {
        var config = _lab.Configure(Addresses);
        var moments = new Random(20);
        using var load = new LeaseLoad(_lab.Host, FaultLab.Relay, Machines, seed: 20);
        List<double> again = [];
        long checkedLeases = 0;

        var server = new RunningServer(_lab.Network, config, _lab.Folder.Data);
        try
        {
            load.TakeAll(WorstAllowed);
            Assert.Equal(Machines, load.Holders.Count());
            for (var cycle = 0; cycle < Cycles; cycle++)
            {
                load.Run(TimeSpan.FromMilliseconds(moments.Next(20, 400)));
                server.Kill();
                load.Drain();
                load.Forget();
                server.Dispose();

                var started = Stopwatch.GetTimestamp();
                server = new RunningServer(_lab.Network, config, _lab.Folder.Data);
                Assert.True(load.WaitUntilServed(WorstAllowed), $"cycle {cycle}: nobody is served:\n{string.Join('\n', server.Lines)}");
                again.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                checkedLeases += load.AskAll(WorstAllowed);
                Assert.True(load.Faults.Count == 0, $"cycle {cycle}: {string.Join('\n', load.Faults)}");
            }
        }
        finally
        {
            server.Dispose();
        }

        again.Sort();
        output.WriteLine($"{Cycles} kills, {load.Acks} ACKs, {checkedLeases} leases asked for again, 0 lost, 0 with two holders; "
            + $"serving again after {again[again.Count / 2]:0} ms (median), {again[^1]:0} ms (worst)");
    }
}
