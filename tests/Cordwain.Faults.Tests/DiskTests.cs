using Cordwain.Faults.Tests.Support;
using Cordwain.Storage.Tests;
using Cordwain.Tests.Serve;

namespace Cordwain.Faults.Tests;

/// <summary>The disk under the data folder is full, read-only or fails: nothing is acknowledged that is not stored, and service goes on when it works again.</summary>
[Trait("Category", "Real")]
public sealed class DiskTests(ITestOutputHelper output) : IDisposable
{
    const int Machines = 400, Addresses = 500;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30), AgainWithin = TimeSpan.FromSeconds(10), Moment = TimeSpan.FromSeconds(1);

    readonly FaultLab _lab = new("disk");

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("tmpfs")]
    [InlineData("btrfs")]
    public async Task On_a_full_disk_holders_are_renewed_and_nobody_else_until_there_is_room(string kind)
    {
        using var disk = kind == "btrfs" ? SmallDisk.WithBtrfs(_lab.Folder.Data, Path.Combine(Path.GetDirectoryName(_lab.Folder.Data)!, "disk.img")) : new SmallDisk(_lab.Folder.Data, megabytes: 12);
        var config = _lab.Configure(Addresses);
        using var load = new LeaseLoad(_lab.Host, FaultLab.Relay, Machines, seed: 3);
        using (var server = await _lab.Start(config))
        {
            // Soon: a log that has grown to the size at which it begins anew needs no more room.
            load.Run(Moment, () => load.Holders.Count() >= 40);
            disk.Fill();
            load.Run(Limit, () => Said(server, "CW2009"));
            Assert.True(Said(server, "CW2009"), "there was no alarm");
            Assert.Contains(server.Lines, line => line.Contains("disk is full", StringComparison.Ordinal));

            var holders = load.Holders.Count();
            Assert.Equal(holders, load.AskAll(Limit));
            load.Run(Moment);

            disk.Empty();
            Assert.True(load.TakeOne(AgainWithin), "no service after room returned");
            load.Run(Moment);

            // A second time, and killed while it is full.
            disk.Fill();
            load.Run(Limit, () => server.Lines.Count(line => line.Contains("CW2009", StringComparison.Ordinal)) > 1);
            load.Run(Moment);
            server.Kill();
            load.Drain();
            load.Forget();
        }

        // Started while it is full: after a kill, and after an orderly end.
        using (var second = await _lab.Start(config))
        {
            Assert.Equal(load.Holders.Count(), load.AskAll(Limit));
            Assert.Equal(0, await second.Stop(Limit));
        }

        disk.Fill();   // an orderly end takes the log away
        using (var third = await _lab.Start(config))
        {
            Assert.Equal(load.Holders.Count(), load.AskAll(Limit));
            Assert.True(FilledUntilNobodyNewIsServed(disk, load), "new machines get addresses on a disk that is full");
            disk.Empty();
            Assert.True(load.TakeOne(AgainWithin), "no service after room returned");
            Assert.Equal(0, await third.Stop(Limit));
        }

        using var fourth = await _lab.Start(config);
        CheckEnds(load);
        Assert.Equal(load.Holders.Count(), load.AskAll(Limit));
        Assert.Empty(load.Faults);
    }

    [Theory]
    [InlineData("fsync,fdatasync:error=EIO")]
    [InlineData("pwrite64:error=EIO")]
    [InlineData("pwrite64:error=ENOSPC")]
    [InlineData("pwrite64:error=EDQUOT")]
    [InlineData("pwrite64:error=EROFS")]
    public async Task While_the_disk_fails_nothing_new_is_acknowledged_and_afterwards_service_goes_on(string fault)
    {
        var config = _lab.Configure(Addresses);
        using var load = new LeaseLoad(_lab.Host, FaultLab.Relay, Machines, seed: 4);
        using (var server = await _lab.Start(config))
        {
            load.Run(Moment);
            using (new FaultySystemCalls(server.Id, fault))
            {
                load.Run(Limit, () => Said(server, "CW2009"));
                Assert.True(Said(server, "CW2009"), "there was no alarm");
                Assert.Equal(load.Holders.Count(), load.AskAll(Limit));
                Assert.False(load.TakeOne(Moment), "a machine got an address that cannot be stored");
                load.Run(Moment);
            }

            var healed = Environment.TickCount64;
            Assert.True(load.TakeOne(AgainWithin), "no service after the disk worked again");
            output.WriteLine($"{fault}: serving again {Environment.TickCount64 - healed} ms after the disk worked");
            load.Run(Moment);

            using (new FaultySystemCalls(server.Id, fault))
            {
                load.Run(Moment);
                server.Kill();
            }

            load.Drain();
            load.Forget();
        }

        using var second = await _lab.Start(config);
        CheckEnds(load);
        Assert.Equal(load.Holders.Count(), load.AskAll(Limit));
        Assert.Empty(load.Faults);
    }

    [Fact]
    public async Task On_a_disk_that_is_read_only_at_the_start_it_says_so_and_ends()
    {
        using var disk = new SmallDisk(_lab.Folder.Data);
        var config = _lab.Configure(Addresses);
        using (var server = await _lab.Start(config))
            Assert.Equal(0, await server.Stop(AgainWithin));

        disk.MakeReadOnly();
        using var refused = new RunningServer(_lab.Network, config, _lab.Folder.Data);
        Assert.Equal(2, await refused.Ended());
        Assert.Contains(refused.Lines, line => line.Contains("CW2302", StringComparison.Ordinal) && line.Contains("ead-only", StringComparison.Ordinal));
    }

    /// <summary>Takes the room again as long as there was some for one more binding: Btrfs gives back late what was written anew elsewhere.</summary>
    static bool FilledUntilNobodyNewIsServed(SmallDisk disk, LeaseLoad load)
    {
        for (var round = 0; round < 20; round++)
        {
            disk.Fill();
            if (!load.TakeOne(Moment))
                return true;
        }

        return false;
    }

    /// <summary>No binding ends before its machine was told.</summary>
    void CheckEnds(LeaseLoad load)
    {
        var (bound, now, uptime) = (_lab.Bound(), DateTimeOffset.UtcNow, Environment.TickCount64);
        foreach (var client in load.Holders)
        {
            var told = now.AddMilliseconds(client.Until - uptime);
            Assert.True(bound.TryGetValue(RelayedMessage.Text(client.Address), out var end), $"{RelayedMessage.Text(client.Address)} is not there");
            Assert.True(end > told.AddSeconds(-2), $"{RelayedMessage.Text(client.Address)} was given until {told:T} and is stored until {end:T}");
        }
    }

    static bool Said(RunningServer server, string text) => server.Lines.Any(line => line.Contains(text, StringComparison.Ordinal));
}
