using System.Runtime.InteropServices;
using Cordwain.Faults.Tests.Support;
using Cordwain.Tests.Serve;

namespace Cordwain.Faults.Tests;

/// <summary>The clock of the machine is set while leases run (libfaketime, which leaves the machine's own clock alone).</summary>
[Trait("Category", "Real")]
public sealed class ClockTests : IDisposable
{
    const int Addresses = 40, Machines = 60;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(90), Moment = TimeSpan.FromSeconds(1);

    readonly FaultLab _lab = new("clock");
    readonly string _clock;

    public ClockTests() => _clock = _lab.Folder.Write("faketime", "+0");

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task No_lease_ends_early_and_none_lives_for_ever()
    {
        var config = _lab.Configure(Addresses, lease: "1m\n    min-lease: 1m");
        using var load = new LeaseLoad(_lab.Host, FaultLab.Relay, Machines, seed: 5);
        var server = await Start(config);
        try
        {
            load.TakeAll(Limit, until: () => load.Holders.Count() == Addresses);
            Assert.Equal(Addresses, load.Holders.Count());
            foreach (var (jump, isKilled) in new[] { ("+1d", false), ("-1d", true), ("+10y", true), ("-10y", false), ("-10y", true) })
            {
                await File.WriteAllTextAsync(_clock, jump, TestContext.Current.CancellationToken);
                if (isKilled)
                {
                    server.Kill();
                    server.Dispose();
                    server = await Start(config);
                }

                // Nobody else gets an address that is held, and every holder keeps its own.
                load.TakeAll(Moment);
                Assert.Equal(Addresses, load.AskAll(Limit));
                Assert.Equal(Addresses, load.Holders.Count());
                Assert.Empty(load.Faults);
                Assert.All(_lab.Bound().Values, end => Assert.InRange(end - Faked(jump), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(62)));
            }

            // The others get the addresses of those that fall silent, when their leases are over and not before.
            var ends = load.Holders.ToDictionary(client => client.Mac, client => client.Until);
            load.TakeAll(Limit, until: () => load.Holders.Count(client => !ends.ContainsKey(client.Mac)) == Machines - Addresses);
            Assert.Equal(Machines - Addresses, load.Holders.Count(client => !ends.ContainsKey(client.Mac)));
            Assert.Empty(load.Faults);
        }
        finally
        {
            server.Dispose();
        }
    }

    [Fact]
    public async Task That_the_clock_was_set_is_told_and_leases_are_shown_by_the_clock_on_the_wall()
    {
        using var server = await Start(_lab.Configure(Addresses));
        using var load = new LeaseLoad(_lab.Host, FaultLab.Relay, 1, seed: 5);
        load.TakeAll(Limit);
        await File.WriteAllTextAsync(_clock, "-1d", TestContext.Current.CancellationToken);
        Assert.Contains("back by 24 hours", await server.WaitFor("CW2401"), StringComparison.Ordinal);
        Assert.InRange(_lab.Bound().Values.Single() - Faked("-1d"), TimeSpan.FromMinutes(58), TimeSpan.FromMinutes(60));
    }

    /// <summary>The time that the server reads off the clock on the wall.</summary>
    static DateTimeOffset Faked(string jump)
    {
        var days = int.Parse(jump.AsSpan(0, jump.Length - 1), System.Globalization.CultureInfo.InvariantCulture) * (jump[^1] == 'y' ? 365 : 1);
        return DateTimeOffset.UtcNow.AddDays(days);
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
