using System.Runtime.InteropServices;
using Cordwain.Faults.Tests.Support;
using Cordwain.Tests.Serve;

namespace Cordwain.Faults.Tests;

/// <summary>The clock of the machine is set while leases run (libfaketime, which leaves the machine's own clock alone).</summary>
[Trait("Category", "Real")]
public sealed class ClockTests : IDisposable
{
    const int Addresses = 40, Machines = 60;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60), Moment = TimeSpan.FromSeconds(1);

    readonly FaultLab _lab = new("clock");
    readonly string _clock;

    public ClockTests() => _clock = _lab.Folder.Write("faketime", "+0");

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("+1d", "forward by 24 hours", false)]
    [InlineData("-1d", "back by 24 hours", false)]
    [InlineData("+10y", "forward by 3650 days", true)]
    [InlineData("-10y", "back by 3650 days", true)]
    public async Task No_lease_ends_early_and_none_lives_for_ever(string jump, string said, bool isKilled)
    {
        var config = _lab.Configure(Addresses, lease: "16s");
        using var load = new LeaseLoad(_lab.Host, FaultLab.Relay, Machines, seed: 5);
        var server = await Start(config);
        try
        {
            load.TakeAll(Moment);
            Assert.Equal(Addresses, load.Holders.Count());

            await File.WriteAllTextAsync(_clock, jump, TestContext.Current.CancellationToken);
            load.TakeAll(Moment);
            Assert.Equal(Addresses, load.Holders.Count());
            Assert.Equal(Addresses, load.AskAll(Limit));
            if (isKilled)
            {
                server.Kill();
                server.Dispose();
                server = await Start(config);
            }
            else
            {
                Assert.Contains(said, await server.WaitFor("CW2401"), StringComparison.Ordinal);
            }

            Assert.Equal(Addresses, load.AskAll(Limit));
            load.TakeAll(Moment);
            Assert.Equal(Addresses, load.Holders.Count());
            Assert.Empty(load.Faults);

            // The others get the addresses of those that fall silent, when their leases are over and not before.
            var last = load.Holders.Min(client => client.Until);
            load.TakeAll(TimeSpan.FromSeconds(40));
            Assert.Empty(load.Faults);
            Assert.Equal(Machines - Addresses, load.Holders.Count(client => client.Until > last + 1000));
        }
        finally
        {
            server.Dispose();
        }
    }

    async Task<RunningServer> Start(string config)
    {
        var library = $"/usr/lib/{(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}-linux-gnu/faketime/libfaketimeMT.so.1";
        var server = new RunningServer(_lab.Network, ["env", "LD_PRELOAD=" + library, "FAKETIME_TIMESTAMP_FILE=" + _clock, "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1"],
            config, _lab.Folder.Data);
        await server.WaitFor("Cordwain is ready");
        return server;
    }
}
