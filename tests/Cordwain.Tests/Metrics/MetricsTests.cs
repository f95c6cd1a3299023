using System.Diagnostics.Metrics;
using System.Net;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Boot.Machines;
using Cordwain.Management.Configuration;
using Cordwain.Management.Stores;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Cordwain.Tests.Metrics;

/// <summary>What is counted, and how it is shown.</summary>
public sealed class MetricsTests
{
    static readonly BootCatalog Lab = Catalog("lab");

    static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Answers_are_counted_by_network_and_kind_and_passed_on()
    {
        var journal = new Kept();
        var metrics = new BootMetrics(new(Lab));
        var counting = metrics.Before(journal);
        counting.Record(Dhcp("rack \"a\"", 1, ReplyKind.Offer));
        counting.Record(Dhcp("rack \"a\"", 3, ReplyKind.Ack));
        counting.Record(Dhcp("rack \"a\"", 3, ReplyKind.None));
        counting.Record(new Pending(Dhcp(null, 99, ReplyKind.None)));
        var reading = await Read(metrics.Families());
        Assert.Equal(4, journal.Events.Count);
        Assert.Equal(1, reading.Values["""cordwain_dhcp_answers_total{network="rack \"a\"",kind="ack"}"""]);
        Assert.Equal(0, reading.Values["""cordwain_dhcp_answers_total{network="rack \"a\"",kind="nak"}"""]);
        Assert.Equal(2, reading.Values["""cordwain_dhcp_messages_total{network="rack \"a\"",type="request"}"""]);
        Assert.Equal(1, reading.Values["""cordwain_dhcp_messages_total{network="(none)",type="other"}"""]);
    }

    [Fact]
    public async Task Reads_are_counted_by_network_protocol_outcome_and_code_never_by_name()
    {
        var metrics = new BootMetrics(new(Lab));
        var counting = metrics.Before(new Kept());
        counting.Record(Read(BootChannel.Tftp, ReadOutcome.Completed, 1000, 0.02));
        counting.Record(Read(BootChannel.Tftp, ReadOutcome.Completed, 500, 700));
        counting.Record(Read(BootChannel.Http, ReadOutcome.Failed, 0, 0) with { Reason = "CW7009 not below the folder" });
        counting.Record(Read(BootChannel.Http, ReadOutcome.TimedOut, 7, 0) with { Reason = "it fell silent" });
        counting.Record(Read(BootChannel.Tftp, ReadOutcome.Completed, 30, 0) with { Address = Ipv4Address.Parse("10.78.0.5") });
        var reading = await Read(metrics.Families());
        Assert.Equal(2, reading.Values["""cordwain_reads_total{network="lab",protocol="tftp",outcome="completed"}"""]);
        Assert.Equal(1500, reading.Values["""cordwain_read_bytes_total{network="lab",protocol="tftp"}"""]);
        Assert.Equal(1, reading.Values["""cordwain_read_seconds_bucket{network="lab",protocol="tftp",le="0.05"}"""]);
        Assert.Equal(1, reading.Values["""cordwain_read_seconds_bucket{network="lab",protocol="tftp",le="600"}"""]);
        Assert.Equal(2, reading.Values["""cordwain_read_seconds_bucket{network="lab",protocol="tftp",le="+Inf"}"""]);
        Assert.Equal(700.02, reading.Values["""cordwain_read_seconds_sum{network="lab",protocol="tftp"}"""], 0.001);
        Assert.Equal(1, Assert.Single(reading.Values, value => value.Key.StartsWith("cordwain_read_refusals_total", StringComparison.Ordinal)).Value);
        Assert.Equal(1, reading.Values["""cordwain_reads_total{network="lab",protocol="http",outcome="timed-out"}"""]);
        Assert.Equal(30, reading.Values["""cordwain_read_bytes_total{network="(none)",protocol="tftp"}"""]);
        Assert.DoesNotContain(reading.Values.Keys, key => key.Contains("secret-name", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reads_of_the_networks_that_there_are_begin_at_zero_so_that_the_first_one_is_a_rise()
    {
        var catalogs = new BootCatalogs(Lab);
        var metrics = new BootMetrics(catalogs);
        var counting = metrics.Before(new Kept());
        var first = await Read(metrics.Families());
        string[] networks = ["lab", "(none)"], protocols = ["tftp", "http"], outcomes = ["completed", "not-found", "ended-by-client", "timed-out", "failed", "probed"];
        var expected = from network in networks from protocol in protocols from outcome in outcomes select $$"""cordwain_reads_total{network="{{network}}",protocol="{{protocol}}",outcome="{{outcome}}"}""";
        Assert.Equal(expected.Order(StringComparer.Ordinal), first.Values.Keys.Where(key => key.StartsWith("cordwain_reads_total", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(first.Values.Values, value => Assert.Equal(0, value));
        Assert.Equal(0, first.Values["""cordwain_read_seconds_count{network="lab",protocol="http"}"""]);

        counting.Record(Read(BootChannel.Tftp, ReadOutcome.Completed, 1, 1));
        catalogs.Publish(Catalog("hall"));
        var second = await Read(metrics.Families());
        Assert.Equal(1, second.Values["""cordwain_read_bytes_total{network="lab",protocol="tftp"}"""]);
        Assert.Equal(0, second.Values["""cordwain_read_bytes_total{network="hall",protocol="http"}"""]);
        Assert.DoesNotContain("""cordwain_read_bytes_total{network="lab",protocol="http"}""", second.Values.Keys);
    }

    [Fact]
    public async Task Zeros_of_networks_have_the_same_bound()
    {
        var metrics = new BootMetrics(new(Lab with { Networks = [.. Enumerable.Range(0, 5000).Select(i => new NetworkDefinition { Name = "n" + i, Subnet = new(new((uint)i << 8), 24) })] }));
        var reading = await Read(metrics.Families().Where(family => family.Name == "cordwain_read_bytes_total"));
        Assert.Equal(2 * 4096, reading.Values.Count);
    }

    [Fact]
    public async Task Figures_can_be_read_while_new_ones_come()
    {
        using var problems = new ProblemCounter();
        var logger = problems.CreateLogger("any");
        var metrics = new BootMetrics(new(Lab));
        var counting = metrics.Before(new Kept());
        var coming = Task.Run(() =>
        {
            for (var i = 0; i < 9000; i++)
            {
                counting.Record(Dhcp("n" + i % 4000, 1, ReplyKind.Offer));
                counting.Record(Read(BootChannel.Tftp, ReadOutcome.Failed, 0, 0) with { Reason = $"CW{1000 + i}" });
                logger.Log(LogLevel.Warning, 0, $"CW{1000 + i}", null, (text, _) => text);
            }
        }, TestContext.Current.CancellationToken);
        MetricFamily[] families = [.. metrics.Families(), .. problems.Families()];
        do
        {
            foreach (var family in families)
                _ = family.Read().ToArray();
        }
        while (!coming.IsCompleted);
        await coming;
        Assert.Equal(9000, families.Single(family => family.Name == "cordwain_problems_total").Read().Count());
    }

    [Fact]
    public async Task Networks_that_come_and_go_all_day_share_one_label_in_the_end()
    {
        var metrics = new BootMetrics(new(Lab));
        var counting = metrics.Before(new Kept());
        for (var i = 0; i < 5000; i++)
            counting.Record(Dhcp("n" + i, 1, ReplyKind.Offer));
        var reading = await Read(metrics.Families());
        Assert.Equal(5000 - 4096, reading.Values["""cordwain_dhcp_answers_total{network="(others)",kind="offer"}"""]);
    }

    [Fact]
    public async Task A_read_counts_for_the_network_that_the_address_is_of_now_and_networks_that_left_are_forgotten_when_they_are_many()
    {
        var catalogs = new BootCatalogs(Lab);
        var metrics = new BootMetrics(catalogs);
        var counting = metrics.Before(new Kept());
        counting.Record(Read(BootChannel.Http, ReadOutcome.Completed, 1, 1));
        for (var i = 0; i < 5000; i++)
        {
            catalogs.Publish(Catalog("renamed-" + i));
            counting.Record(Read(BootChannel.Http, ReadOutcome.Completed, 1, 1));
            if (i == 0)
                Assert.Equal(1, (await Read(metrics.Families())).Values["""cordwain_reads_total{network="lab",protocol="http",outcome="completed"}"""]);
        }

        var reading = await Read(metrics.Families());
        Assert.Equal(1, reading.Values["""cordwain_reads_total{network="renamed-4999",protocol="http",outcome="completed"}"""]);
        Assert.InRange(reading.Values.Keys.Count(key => key.StartsWith("cordwain_read_bytes_total", StringComparison.Ordinal)), 1, 2048);
        Assert.DoesNotContain(reading.Values.Keys, key => key.Contains("(others)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_commit_that_fails_is_not_measured_and_its_failure_goes_on()
    {
        using var store = new MeasuredLeaseStore(new Fails());
        Assert.Throws<IOException>(() => store.Commit([]));
        Assert.Equal(0, (await Read(store.Families())).Values["cordwain_lease_commit_seconds_count"]);
    }

    [Fact]
    public async Task Problems_are_counted_by_their_first_code_whoever_reports_them()
    {
        using var problems = new ProblemCounter();
        using var factory = LoggerFactory.Create(logs => logs.AddProvider(problems));
        var logger = factory.CreateLogger("any");
        foreach (var level in (LogLevel[])[LogLevel.Information, LogLevel.Warning, LogLevel.Error])
            logger.Log(level, 0, "warning CW2004: small buffer, see CW9999", null, (text, _) => text);
        logger.Log(LogLevel.Error, 0, "CW", null, (text, _) => text);
        var reading = await Read(problems.Families());
        Assert.Equal(new Dictionary<string, double> { ["""cordwain_problems_total{code="CW2004"}"""] = 2 }, reading.Values);
    }

    [Fact]
    public async Task Open_telemetry_sees_the_same_figures_through_the_meter()
    {
        using var registry = new MetricsRegistry();
        var histogram = new FixedHistogram([1]);
        histogram.Add(TimeSpan.FromSeconds(3));
        registry.Add([new("x_total", MetricKind.Counter, "X.", ["a"], () => [new(5, ["b"])]), new("y_seconds", MetricKind.Histogram, "Y.", [], () => [new(0, []) { Histogram = histogram.Read() }])]);
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == MetricsRegistry.MeterName && instrument.Name[1] == '_')
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen[instrument.Name + string.Concat(tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(new() { ["x_totala=b"] = 5, ["y_seconds.count"] = 1, ["y_seconds.sum"] = 3 }, seen);
        Assert.NotEmpty(await registry.ToText());
    }

    [Theory]
    [InlineData("127.0.0.1", "", 200)]
    [InlineData("10.0.0.9", "", 403)]
    [InlineData("10.0.0.9", "10.0.0.0/24", 200)]
    [InlineData("10.0.1.9", "10.0.0.0/24", 403)]
    public async Task Who_is_not_named_may_not_read(string client, string allowed, int status)
    {
        using var registry = new MetricsRegistry();
        registry.Add([MetricFamily.Gauge("x", "X.", () => 1)]);
        var page = new MetricsPage(registry);
        page.Allow(true, Ipv4Network.TryParse(allowed, out var network) ? [network] : []);
        var http = Request("/metrics?x", client);
        Assert.True(page.Takes(http));
        await page.Answer(http);
        Assert.Equal(status, http.Response.StatusCode);
        http.Response.Body.Position = 0;
        var text = await new StreamReader(http.Response.Body).ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status == 200, text == "# HELP x X.\n# TYPE x gauge\nx 1\n");
        Assert.Equal(status == 403, text.Contains($"metrics: {{ allow: [{client}/32] }}", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_names_and_a_page_that_is_off_are_boot_files()
    {
        using var registry = new MetricsRegistry();
        var page = new MetricsPage(registry);
        Assert.False(page.Takes(Request("/metrics.txt", "127.0.0.1")));
        Assert.False(page.Takes(Request("/a/metrics", "127.0.0.1")));
        page.Allow(false, []);
        Assert.False(page.Takes(Request("/metrics", "127.0.0.1")));
    }

    internal static async Task<PrometheusReading> Read(IEnumerable<MetricFamily> families)
    {
        using var registry = new MetricsRegistry();
        registry.Add(families);
        return PrometheusReading.Of(await registry.ToText());
    }

    static DefaultHttpContext Request(string target, string client)
    {
        var http = new DefaultHttpContext();
        http.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        http.Request.Method = "GET";
        http.Connection.RemoteIpAddress = IPAddress.Parse(client);
        http.Response.Body = new MemoryStream();
        return http;
    }

    static BootEvent.Dhcp Dhcp(string? network, byte type, ReplyKind kind)
    {
        var request = new byte[260];
        (request[240], request[241], request[242], request[244]) = (0, 55, 1, 53);
        (request[245], request[246], request[247]) = (1, type, 255);
        return new(BootChannel.Dhcp, request, default, "", [])
        {
            At = Now,
            Machine = MachineIdentity.Unknown,
            Circumstances = new("eth0", default, default, default, 67, "r") { Network = network, Kind = kind },
        };
    }

    static BootEvent.Read Read(BootChannel channel, ReadOutcome outcome, long bytes, double seconds) =>
        new(channel, "secret-name", null, outcome, bytes, TimeSpan.FromSeconds(seconds)) { At = Now, Machine = MachineIdentity.Unknown, Address = Ipv4Address.Parse("10.77.0.5") };

    static BootCatalog Catalog(string network) =>
        BootCatalog.Empty with { Networks = [new() { Name = network, Subnet = new(Ipv4Address.Parse("10.77.0.0"), 24) }] };

    sealed class Kept : IBootJournal
    {
        public List<BootEvent> Events { get; } = [];

        public void Record(BootEvent boot) => Events.Add(boot);
    }

    sealed class Pending(BootEvent boot) : IPendingEvent
    {
        public BootEvent ToEvent() => boot;
    }

    sealed class Fails : ILeaseStore
    {
        public IEnumerable<LeaseBinding> Load() => [];

        public void Commit(IReadOnlyList<LeaseChange> changes) => throw new IOException("no room");

        public void Dispose()
        {
        }
    }
}
