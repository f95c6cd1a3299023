using System.Diagnostics;
using Cordwain.Faults.Tests.Support;
using Cordwain.Tests.Serve;

namespace Cordwain.Faults.Tests;

/// <summary>A damaged data folder is never taken for an empty one; an end is an end, at any moment.</summary>
[Trait("Category", "Real")]
public sealed class StartAndStopTests(ITestOutputHelper output) : IDisposable
{
    const int Machines = 300;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly FaultLab _lab = new("start");

    string Store => Path.Combine(_lab.Folder.Data, "leases.db");

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Garbage_in_the_leases_is_refused_with_its_code_and_the_file_stays_as_it_is()
    {
        var (config, load) = await Used(isStopped: true);
        load.Dispose();
        var bytes = await File.ReadAllBytesAsync(Store, TestContext.Current.CancellationToken);
        new Random(1).NextBytes(bytes.AsSpan(4096, bytes.Length - 4096));
        await File.WriteAllBytesAsync(Store, bytes, TestContext.Current.CancellationToken);

        await Refused(config, "CW2303");
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Store, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Damaged_leases_are_served_again_after_the_commands_of_the_message_and_nobody_loses_what_was_saved()
    {
        var (config, load) = await Used(isStopped: true);
        using var used = load;
        await using (var file = new FileStream(Store, FileMode.Open))
        {
            file.Position = 5 * 4096;
            file.Write([.. Enumerable.Repeat((byte)0xA5, 4096)]);
        }

        var message = await Refused(config, "CW2303");
        var (code, said) = _lab.Network.Run(null, Limit, "sh", "-c", message[message.IndexOf("rm -f ", StringComparison.Ordinal)..]);
        Assert.True(code == 0, said);

        using var server = await _lab.Start(config);
        var bound = _lab.Bound();
        Assert.InRange(bound.Count, Machines / 2, Machines - 1);
        Assert.Equal(bound.Count, load.AskAll(Limit));
        Assert.Equal(Machines - bound.Count, load.Faults.Count);
        Assert.DoesNotContain(load.Faults, fault => bound.Keys.Any(address => fault.Contains($" {address} ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Addresses_whose_rows_do_not_read_are_given_to_nobody_else()
    {
        var (config, load) = await Used(isStopped: true);
        var held = load.Holders.Select(client => client.Address).ToArray();
        load.Dispose();
        var (code, said) = _lab.Network.Run(null, Limit, "sqlite3", Store, "UPDATE binding SET client = x'' WHERE address % 2 = 0; UPDATE binding SET state = 77 WHERE address % 2 = 1");
        Assert.True(code == 0, said);

        using var server = await _lab.Start(config);
        using var others = new LeaseLoad(_lab.Host, FaultLab.Relay, 60, seed: 10, firstMac: 0x5254_0001_0000);
        others.TakeAll(Limit, until: () => others.Holders.Count() >= 20);
        others.TakeAll(TimeSpan.FromSeconds(1), until: () => others.Holders.Count() > 20);

        Assert.Equal(20, others.Holders.Count());
        Assert.Empty(others.Holders.Select(client => client.Address).Intersect(held));
        Assert.Equal(Machines, server.Lines.Count(line => line.Contains("CW2306", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Leases_without_their_file_but_with_their_log_are_refused()
    {
        var (config, load) = await Used();
        load.Dispose();
        var log = await File.ReadAllBytesAsync(Store + "-wal", TestContext.Current.CancellationToken);
        File.Delete(Store);
        await Refused(config, "CW2303");
        Assert.Equal(log, await File.ReadAllBytesAsync(Store + "-wal", TestContext.Current.CancellationToken));
    }

    /// <summary>Behind it is the room that the log was given at the start.</summary>
    async Task<int> WrittenOfLog()
    {
        const int Head = 32, Frame = 4096 + 24;
        const byte Room = 0xC3;
        var log = await File.ReadAllBytesAsync(Store + "-wal", TestContext.Current.CancellationToken);
        return Head + (log.AsSpan().LastIndexOfAnyExcept(Room) - Head + Frame) / Frame * Frame;
    }

    [Fact]
    public async Task A_log_that_was_torn_at_its_end_costs_nothing_that_stands_before()
    {
        var (config, load) = await Used();
        using var used = load;
        var torn = new byte[5000];
        new Random(1).NextBytes(torn);
        await using (var log = new FileStream(Store + "-wal", FileMode.Open) { Position = await WrittenOfLog() })
            log.Write(torn);
        using var server = await _lab.Start(config);
        Assert.Equal(load.Holders.Count(), load.AskAll(Limit));
        Assert.Empty(load.Faults);
        Assert.DoesNotContain(server.Lines, line => line.Contains("CW23", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_that_is_damaged_in_the_middle_is_told_and_kept_and_the_rest_is_served()
    {
        var (config, load) = await Used();
        using var used = load;
        var log = await File.ReadAllBytesAsync(Store + "-wal", TestContext.Current.CancellationToken);
        log[await WrittenOfLog() / 2] ^= 0x55;
        await File.WriteAllBytesAsync(Store + "-wal", log, TestContext.Current.CancellationToken);
        using var server = await _lab.Start(config);
        Assert.Contains(server.Lines, line => line.Contains("CW2310", StringComparison.Ordinal));
        Assert.Equal(log, await File.ReadAllBytesAsync(Store + "-wal.damaged", TestContext.Current.CancellationToken));
        Assert.NotEmpty(_lab.Bound());
    }

    [Fact]
    public async Task Leases_that_are_not_there_in_a_used_folder_are_missed()
    {
        var (config, load) = await Used();
        load.Dispose();
        // All that a killed server had written lately is in the log: without it, the file may look like a new one.
        foreach (var file in Directory.GetFiles(_lab.Folder.Data, "leases.db*"))
            File.Delete(file);
        using var server = await _lab.Start(config);
        Assert.Contains(server.Lines, line => line.Contains("CW2311", StringComparison.Ordinal));
    }

    /// <summary>The first start makes every file; whatever it leaves when it is killed, the next one begins with.</summary>
    [Fact]
    public async Task A_first_start_that_is_killed_at_any_write_leaves_a_folder_that_starts()
    {
        var config = _lab.Configure(20);
        var kills = 0;
        foreach (var (call, step) in new[] { ("fdatasync,fsync", 3), ("pwrite64", 8) })
        {
            for (var when = 1; when < 400; when += step)
            {
                Directory.CreateDirectory(_lab.Folder.Data);
                Directory.Delete(_lab.Folder.Data, recursive: true);
                using (var first = new RunningServer(_lab.Network,
                    ["strace", "-D", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=" + call, "-e", $"inject={call}:signal=SIGKILL:when={when}"], config, _lab.Folder.Data))
                {
                    if (await Task.WhenAny(first.Ended(), first.WaitFor("Cordwain is ready")) is var done && done.IsCompletedSuccessfully && !first.HasExited)
                        break;
                    kills++;
                }

                using var second = await _lab.Start(config);
                Assert.Equal(0, await second.Stop(Limit));
            }
        }

        output.WriteLine($"{kills} first starts killed, each followed by a good one");
        Assert.InRange(kills, 5, 400);
    }

    [Fact]
    public async Task It_ends_at_once_while_it_looks_for_other_dhcp_servers()
    {
        var config = _lab.Configure(20);
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config, TestContext.Current.CancellationToken)).Replace("    force: true\n", "", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        using var server = await _lab.Start(config);
        var asked = Stopwatch.GetTimestamp();
        Assert.Equal(0, await server.Stop(Limit));
        output.WriteLine($"ended after {Stopwatch.GetElapsedTime(asked).TotalMilliseconds:0} ms");
        Assert.DoesNotContain(server.Lines, line => line.Contains("No other DHCP server answers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_ends_when_it_is_told_at_the_very_moment_at_which_it_is_ready()
    {
        var config = _lab.Configure(20);
        for (var round = 0; round < 12; round++)
        {
            using var server = await _lab.Start(config);
            Assert.Equal(0, await server.Stop(Limit));
        }
    }

    /// <summary>A data folder as a killed server leaves it, and the machines that hold its leases.</summary>
    async Task<(string Config, LeaseLoad Load)> Used(bool isStopped = false)
    {
        var config = _lab.Configure(Machines + 20);
        var load = new LeaseLoad(_lab.Host, FaultLab.Relay, Machines, seed: 9) { Window = 8 };
        using var server = await _lab.Start(config);
        load.TakeAll(Limit);
        if (isStopped)
            Assert.Equal(0, await server.Stop(Limit));
        else
            server.Kill();
        load.Drain();
        load.Forget();
        return (config, load);
    }

    /// <returns>The message.</returns>
    async Task<string> Refused(string config, string code)
    {
        using var server = new RunningServer(_lab.Network, config, _lab.Folder.Data);
        Assert.Equal(2, await server.Ended());
        return Assert.Single(server.Lines, line => line.Contains(code, StringComparison.Ordinal));
    }
}
