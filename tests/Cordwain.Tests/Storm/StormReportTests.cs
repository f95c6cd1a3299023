using System.Text.Json;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Storm;
using Cordwain.Tests.Support;

namespace Cordwain.Tests.Storm;

/// <summary>What a storm's figures are made of, for people and for programs.</summary>
public sealed class StormReportTests
{
    static readonly StormPlan Plan = new() { Device = new(2, "eth0"), FirstMac = MacAddress.Parse("02:ab:cd:00:00:00"), Machines = 5 };

    [Fact]
    public void Percentiles_are_times_that_were_measured()
    {
        var times = StormTimes.Of(Enumerable.Range(1, 200).Reverse().Select(ms => TimeSpan.FromMilliseconds(ms)));
        Assert.Equal(new(200, 100, 180, 198, 200), times);
        Assert.Equal(new(1, 7, 7, 7, 7), StormTimes.Of([TimeSpan.FromMilliseconds(7)]));
        Assert.Null(StormTimes.Of([]));
    }

    [Fact]
    public void The_json_is_a_contract() =>
        Golden.Match("storm.json", JsonSerializer.Serialize(Report(), StormJson.Default.StormReport) + "\n");

    [Fact]
    public void The_text_is_for_people() => Golden.Match("storm.txt", string.Join('\n', StormReportText.Lines(Report())) + "\n");

    [Fact]
    public void Nothing_done_is_a_report_too()
    {
        var report = StormReport.Of(Plan, [], TimeSpan.Zero);
        Assert.Equal((0, 0, 0.0), (report.Machines, report.Done, report.BootsPerSecond));
        Assert.NotEmpty(StormReportText.Lines(report));
    }

    [Fact]
    public void What_will_be_done_is_said_beforehand()
    {
        Assert.Equal("""
            Storm: 5 machines, 02:ab:cd:00:00:00 to 02:ab:cd:00:00:04 (uefi), 2.5 a second, at most 3 on the way.
            Against 10.0.0.1 through eth0, as a relay with the address 10.0.0.2: the server takes them for machines of that network.
            Up to 5 addresses of its pool are taken, and given back at the end.
            """, StormPlanText.Of(Plan with { Rate = 2.5, AtOnce = 3, Server = Ipv4Address.Parse("10.0.0.1"), Relay = Ipv4Address.Parse("10.0.0.2") }));
        Assert.Contains("every DHCP server of that link hears them and may answer", StormPlanText.Of(Plan), StringComparison.Ordinal);
    }

    static StormReport Report()
    {
        StormResult[] results =
        [
            Result(2000, null, "kernel", 500),
            Result(1000, null, "kernel", 250),
            Result(3000, null, "local disk", 750),
            Result(4000, StormFailures.TftpSilent, "silent after block 7", null) with { At = StormStep.Loader },
            Result(5000, StormFailures.TftpSilent, "silent after block 9", null) with { At = StormStep.Loader },
        ];
        return StormReport.Of(Plan, results, TimeSpan.FromSeconds(5)) with
        {
            Bytes = 123_456_789,
            DhcpResends = 1,
            TftpResends = 12,
            TftpDuplicates = 3,
            Servers = new Dictionary<string, int> { ["10.0.0.1"] = 5 },
        };
    }

    static StormResult Result(int milliseconds, StormFailureKind? failure, string detail, int? menu) => new(TimeSpan.FromMilliseconds(milliseconds), failure, detail)
    {
        ToMenu = menu is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
        Steps = [(StormStep.Dhcp, TimeSpan.FromMilliseconds(milliseconds / 10.0)), .. menu is null ? Array.Empty<(StormStep, TimeSpan)>() : [(StormStep.DhcpAgain, TimeSpan.FromMilliseconds(milliseconds / 20.0))]],
    };
}
