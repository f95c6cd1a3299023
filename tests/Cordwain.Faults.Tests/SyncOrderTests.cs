using System.Text.RegularExpressions;
using Cordwain.Faults.Tests.Support;

namespace Cordwain.Faults.Tests;

/// <summary>RFC 2131 §3.1 under load: a binding is on the disk before its DHCPACK leaves.</summary>
[Trait("Category", "Real")]
public sealed partial class SyncOrderTests(ITestOutputHelper output) : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    readonly FaultLab _lab = new("sync");

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Before_each_ack_leaves_the_file_that_holds_its_binding_is_synced()
    {
        var machines = Environment.GetEnvironmentVariable("CORDWAIN_TEST_MODE") == "long" ? 2000 : 300;
        var config = _lab.Configure(machines + 10);
        using var load = new LeaseLoad(_lab.Host, FaultLab.Relay, machines, seed: 11);
        using var server = await _lab.Start(config);
        using var record = new CallRecord(server.Id, Path.Combine(_lab.Folder.Data, "..", "calls"));
        load.TakeAll(Limit);
        record.Dispose();

        Assert.Equal(machines, load.Holders.Count());
        Check(record, machines);
    }

    /// <summary>Goes through the calls with what is written and what is synced, and looks at every ACK.</summary>
    void Check(CallRecord record, int machines)
    {
        HashSet<string> written = [], synced = [], acknowledged = [];
        var syncs = 0;
        foreach (var (name, rest) in record.Read())
        {
            if (name.StartsWith("send", StringComparison.Ordinal))
            {
                foreach (Match ack in Ack().Matches(rest))
                {
                    var mac = ack.Groups[1].Value;
                    Assert.True(synced.Contains(mac), $"the ACK for{mac} left before its binding was synced");
                    acknowledged.Add(mac);
                }
            }
            else if (rest.Contains(LeaseLog, StringComparison.Ordinal))
            {
                if (name == "pwrite64")
                {
                    written.UnionWith(Mac().Matches(rest).Select(match => match.Value));
                }
                else if (rest.Contains(" = 0", StringComparison.Ordinal))
                {
                    synced.UnionWith(written);
                    syncs++;
                }
            }
        }

        output.WriteLine($"{acknowledged.Count} machines acknowledged, {syncs} syncs of the lease log");
        Assert.Equal(machines, acknowledged.Count);
        Assert.InRange(syncs, 1, machines);
    }

    // Paths are in hex like all strings: the end of "leases.db-wal".
    const string LeaseLog = ":6c:65:61:73:65:73:2e:64:62:2d:77:61:6c";

    /// <summary>The machines of the load begin with 52:54:00:00.</summary>
    [GeneratedRegex(":52:54:00:00:[0-9a-f]{2}:[0-9a-f]{2}")]
    private static partial Regex Mac();

    /// <summary>A BOOTREPLY over Ethernet, its chaddr, and DHCPACK as the first option.</summary>
    [GeneratedRegex(":02:01:06(?::[0-9a-f]{2}){25}(:52:54:00:00:[0-9a-f]{2}:[0-9a-f]{2})(?::[0-9a-f]{2}){202}:63:82:53:63:35:01:05")]
    private static partial Regex Ack();
}
