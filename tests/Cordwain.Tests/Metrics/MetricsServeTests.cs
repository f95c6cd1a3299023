using Cordwain.Emulation;
using Cordwain.Tests.Serve;
using Cordwain.Tests.Support;

namespace Cordwain.Tests.Metrics;

/// <summary><c>/metrics</c> of the real server, read by curl.</summary>
[Trait("Category", "Real")]
public sealed class MetricsServeTests : IDisposable
{
    const string Bridge = "lan0", Url = "http://10.77.0.1:8067/metrics";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    readonly TestFolder _folder = new();
    readonly PrivateNetwork _network = new("metric");

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_boot_shows_in_the_figures_for_those_who_may_read_them()
    {
        _network.AddLink(Bridge, "10.77.0.1/24");
        var host = _network.AddHost("other", Bridge, "10.77.0.2/24");
        const string Lab = "networks:\n  lab: { subnet: 10.77.0.0/24, dhcp: server, pool: 10.77.0.100-10.77.0.199, probe: false, force: true }\n";
        var config = _folder.Write("cordwain.yaml", Lab);
        using var server = await RunningServer.Start(_network, config, _folder.Data);
        var storm = _network.Run(host, Limit, CommandLine.Program, "storm", "--server", "10.77.0.1", "--relay", "10.77.0.2", "--machines", "5", "--keep-leases");
        Assert.True(storm.ExitCode == 0, storm.Output);

        Assert.Contains("metrics: { allow: [10.77.0.2/32] }", _network.Run(host, Limit, "curl", "-s", Url).Output, StringComparison.Ordinal);
        var reading = PrometheusReading.Of(_network.Run(null, Limit, "curl", "-sf", "http://127.0.0.1:8067/metrics").Output);
        // Two exchanges a machine; on a busy host some ask twice.
        Assert.InRange(reading.Values["""cordwain_dhcp_messages_total{network="lab",type="discover"}"""], 10, 40);
        Assert.InRange(reading.Values["""cordwain_dhcp_answers_total{network="lab",kind="ack"}"""], 10, 40);
        Assert.Equal(5, reading.Values["""cordwain_pool_addresses{network="lab",state="used"}"""]);
        Assert.Equal(95, reading.Values["""cordwain_pool_addresses{network="lab",state="free"}"""]);
        Assert.Equal(100, reading.Values["""cordwain_pool_size{network="lab"}"""]);
        Assert.Equal(5, reading.Values["""cordwain_reads_total{network="lab",protocol="tftp",outcome="completed"}"""]);
        Assert.Equal(5, reading.Values["""cordwain_reads_total{network="lab",protocol="http",outcome="completed"}"""]);
        Assert.InRange(reading.Values["cordwain_lease_commit_seconds_count"], 1, 20);
        Assert.InRange(reading.Values["process_open_fds"], 10, 1000);
        Assert.Equal(0, reading.Values["cordwain_journal_lost_total"]);

        _folder.Write("cordwain.yaml", Lab + "metrics: { allow: 10.77.0.2 }\n");
        Assert.Equal(0, _network.Run(null, Limit, CommandLine.Program, "reload", "--data", _folder.Data).ExitCode);
        Assert.Equal(1, PrometheusReading.Of(_network.Run(host, Limit, "curl", "-sf", Url).Output).Values["""cordwain_config_reloads_total{result="accepted"}"""]);
        _folder.Write("cordwain.yaml", Lab + "metrics: { enabled: false }\n");
        Assert.Equal(0, _network.Run(null, Limit, CommandLine.Program, "reload", "--data", _folder.Data).ExitCode);
        Assert.Equal("404", _network.Run(null, Limit, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", Url).Output);
    }
}
