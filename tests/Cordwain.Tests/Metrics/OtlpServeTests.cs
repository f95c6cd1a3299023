using System.Diagnostics;
using Cordwain.Emulation;
using Cordwain.Tests.Serve;
using Cordwain.Tests.Support;

namespace Cordwain.Tests.Metrics;

/// <summary>What the real server sends to a collector about boots that happened.</summary>
[Trait("Category", "Real")]
public sealed class OtlpServeTests : IDisposable
{
    const string Bridge = "lan0", Lab = "networks:\n  lab: { subnet: 10.77.0.0/24, dhcp: server, pool: 10.77.0.100-10.77.0.199, probe: false, force: true }\n";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    readonly TestFolder _folder = new();
    readonly PrivateNetwork _network = new("otlp");
    Process? _relay;

    public void Dispose()
    {
        _relay?.Kill(entireProcessTree: true);
        _relay?.Dispose();
        _network.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_collector_named_by_a_reload_learns_what_machines_got_and_one_that_is_named_no_more_hears_nothing()
    {
        _network.AddLink(Bridge, "10.77.0.1/24");
        var host = _network.AddHost("other", Bridge, "10.77.0.2/24");
        await using var collector = await ReachableCollector();
        var config = _folder.Write("cordwain.yaml", Lab);
        using var server = await RunningServer.Start(_network, config, _folder.Data);
        var storm = _network.Run(host, Limit, CommandLine.Program, "storm", "--server", "10.77.0.1", "--relay", "10.77.0.2", "--machines", "5", "--keep-leases");
        Assert.True(storm.ExitCode == 0, storm.Output);
        Assert.Equal(0, collector.Requests);

        _folder.Write("cordwain.yaml", Lab + "metrics: { otlp: http://127.0.0.1:4318, otlp-interval: 1s }\n");
        Assert.Equal(0, Reload());
        var reading = await collector.Next();
        Assert.Equal(("/v1/metrics", "cordwain"), (reading.Path, reading.Resource["service.name"]));
        Assert.InRange(reading.Values["""cordwain_dhcp_answers_total{network="lab",kind="ack"}"""], 10, 40);
        Assert.Equal(5, reading.Values["""cordwain_reads_total{network="lab",protocol="tftp",outcome="completed"}"""]);
        Assert.Equal(5, reading.Values["""cordwain_reads_total{network="lab",protocol="http",outcome="completed"}"""]);
        Assert.Equal(5, reading.Values["""cordwain_read_seconds_count{network="lab",protocol="tftp"}"""]);
        Assert.Equal(5, reading.Values["""cordwain_pool_addresses{network="lab",state="used"}"""]);
        Assert.True(reading["process_start_time_seconds"].Points[0].Value * 1e9 - reading["cordwain_dhcp_packets_received_total"].Points[0].Started is < 1e6 and > -1e6);

        // The page of the same server has the same figures under the same names, those apart that change by themselves.
        var page = PrometheusReading.Of(_network.Run(null, Limit, "curl", "-sf", "http://127.0.0.1:8067/metrics").Output).Values;
        var later = (await collector.NextWith(next => next.Values["cordwain_http_connections_total"] > reading.Values["cordwain_http_connections_total"])).Values;
        Assert.Equal(page.Keys.Order(StringComparer.Ordinal), later.Keys.Order(StringComparer.Ordinal));
        string[] settled = ["cordwain_dhcp_", "cordwain_read", "cordwain_pool", "cordwain_lease", "cordwain_tftp", "cordwain_info"];
        var same = page.Keys.Where(key => Array.Exists(settled, name => key.StartsWith(name, StringComparison.Ordinal))).ToArray();
        Assert.InRange(same.Length, 50, 500);
        Assert.Equal(same.ToDictionary(key => key, key => page[key]), same.ToDictionary(key => key, key => later[key]));

        _folder.Write("cordwain.yaml", Lab);
        Assert.Equal(0, Reload());
        Assert.Equal(0, await server.Stop(Limit));
        Assert.DoesNotContain(server.Lines, line => line.Contains("CW205", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_collector_named_by_the_environment_is_missed_once_and_gets_the_last_figures_at_the_end()
    {
        _network.AddLink(Bridge, "10.77.0.1/24");
        var config = _folder.Write("cordwain.yaml", Lab + "metrics: { otlp-interval: 1s }\n");
        using var server = new RunningServer(_network, ["env", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318", "OTEL_SERVICE_NAME=boot"], config, _folder.Data);
        await server.WaitFor("warning CW2051: The collector at http://127.0.0.1:4318/v1/metrics does not take the metrics: it cannot be reached");
        await using var collector = await ReachableCollector();
        var reading = await collector.Next();
        Assert.Equal("boot", reading.Resource["service.name"]);
        Assert.Equal(1, reading.Values["""cordwain_problems_total{code="CW2051"}"""]);
        await server.WaitFor("takes the metrics again");

        Assert.Equal("404", _network.Run(null, Limit, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://10.77.0.1:8067/nothing-there").Output);
        Assert.Equal(0, await server.Stop(Limit));
        await collector.NextWith(last => last.Values.GetValueOrDefault("""cordwain_reads_total{network="lab",protocol="http",outcome="not-found"}""") == 1);
    }

    /// <summary>A collector in this process, behind port 4318 of the server's own namespace.</summary>
    async Task<Collector> ReachableCollector()
    {
        var socket = Path.Combine(_folder.Path, "collector");
        var collector = await Collector.OnSocket(socket);
        _relay = _network.Start(null, "socat", "TCP-LISTEN:4318,bind=127.0.0.1,reuseaddr,fork", "UNIX-CONNECT:" + socket);
        return collector;
    }

    int Reload() => _network.Run(null, Limit, CommandLine.Program, "reload", "--data", _folder.Data).ExitCode;
}
