using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cordwain.Boot.Catalog;
using Cordwain.Hosting;
using Cordwain.Server.Dhcp;
using Cordwain.Server.HttpBoot;
using Cordwain.Server.Metrics;
using Cordwain.Server.Tftp;
using Cordwain.Tests.Support;

namespace Cordwain.Tests.Metrics;

/// <summary>The manual and the dashboard name what there is, and all of it.</summary>
public sealed partial class MetricsDocumentTests
{
    const string Begin = "<!-- metrics: begin (generated) -->\n", End = "<!-- metrics: end -->";

    /// <summary>Metrics that no panel shows, with the reason.</summary>
    static readonly Dictionary<string, string> NotOnTheDashboard = new()
    {
        ["cordwain_info"] = "the list of servers at the top is made of it",
        ["process_start_time_seconds"] = "a time, not a course of things; for alerts on restarts",
    };

    /// <summary>All families; their figures are not asked for.</summary>
    static MetricFamily[] Families =>
    [
        .. new BootMetrics(new(BootCatalog.Empty)).Families(), .. new MeasuredLeaseStore(null!).Families(), .. DhcpMetrics.Families(new DhcpCounters(), () => 0), .. PoolUse.FamiliesOf(() => []),
        .. ServerMetrics.Families(new() { Journal = null!, Mirrors = null!, Reload = null!, Catalogs = null!, Problems = new() }), .. TftpMetrics.Families(new TftpCounters(), () => 0), .. HttpMetrics.Families(new HttpCounters()),
    ];

    [Fact]
    public void The_manual_lists_every_metric()
    {
        var path = Path.Combine(CommandLine.Repository, "docs/guide/metrics.md");
        var text = File.ReadAllText(path);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            text = text[..begin] + Table() + text[end..];
            File.WriteAllText(path, text);
            end = text.IndexOf(End, StringComparison.Ordinal);
        }

        Assert.Equal(Table(), text[begin..end]);
    }

    [Fact]
    public void The_dashboard_asks_only_for_metrics_and_labels_that_there_are()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(CommandLine.Repository, "docs/grafana-dashboard.json")));
        var families = Families.ToDictionary(family => family.Name);
        var asked = Expressions(dashboard.RootElement).ToArray();
        Assert.True(asked.Length > 10);
        foreach (var expression in asked)
        {
            var names = Name().Matches(expression).Select(match => match.Value).ToArray();
            Assert.NotEmpty(names);
            var known = names.Select(name => families.GetValueOrDefault(name) ?? families.GetValueOrDefault(HistogramPart().Replace(name, ""))).ToArray();
            Assert.True(Array.TrueForAll(known, family => family is not null), expression);
            var labels = By().Matches(expression).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries)).Concat(Selector().Matches(expression).Select(match => match.Groups[1].Value));
            Assert.Empty(labels.Except([.. known.SelectMany(family => family!.Labels), "le", "instance"]));
        }
    }

    [Fact]
    public void The_dashboard_shows_every_metric_but_those_that_are_left_out_on_purpose()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(CommandLine.Repository, "docs/grafana-dashboard.json")));
        var shown = Expressions(dashboard.RootElement).SelectMany(expression => Name().Matches(expression)).Select(match => HistogramPart().Replace(match.Value, "")).ToHashSet();
        var left = Families.Select(family => family.Name).Where(name => !shown.Contains(name)).Order().ToArray();
        Assert.Equal(NotOnTheDashboard.Keys.Order(), left);
    }

    [Fact]
    public void The_panels_of_the_dashboard_have_numbers_and_places_of_their_own()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(CommandLine.Repository, "docs/grafana-dashboard.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToArray();
        Assert.Distinct(panels.Select(panel => panel.GetProperty("id").GetInt32()));
        Assert.Distinct(panels.Select(panel => panel.GetProperty("title").GetString()));
        Assert.Distinct(panels.Select(panel => panel.GetProperty("gridPos")).Select(place => (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32())));
        Assert.All(panels, panel => Assert.Distinct(panel.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("refId").GetString())));
    }

    [Fact]
    public void Names_are_those_that_prometheus_asks_for()
    {
        Assert.All(Families, family => Assert.Matches("^(cordwain|process|dotnet)_[a-z_]+$", family.Name));
        Assert.All(Families, family => Assert.Equal(family.Kind == MetricKind.Counter, family.Name.EndsWith("_total", StringComparison.Ordinal)));
        Assert.All(Families, family => Assert.EndsWith(".", family.Help, StringComparison.Ordinal));
        // A label must have a bound: these have one, and a new one needs a thought.
        Assert.Empty(Families.SelectMany(family => family.Labels).Except(["network", "type", "kind", "protocol", "outcome", "code", "reason", "state", "result", "version", "revision", "generation", "status"]));
    }

    [Fact]
    public void The_dashboard_can_be_narrowed_to_networks_wherever_a_metric_has_them()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(CommandLine.Repository, "docs/grafana-dashboard.json")));
        var variable = dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray().Single(variable => variable.GetProperty("name").GetString() == "network");
        var byNetwork = Families.Where(family => family.Labels.Contains("network")).Select(family => family.Name).ToHashSet();
        Assert.Superset(Name().Matches(variable.GetProperty("query").GetString()!).Select(match => match.Value).ToHashSet(), byNetwork);
        foreach (var expression in Expressions(dashboard.RootElement))
        {
            var isNarrowed = Name().Matches(expression).Any(match => byNetwork.Contains(HistogramPart().Replace(match.Value, "")));
            Assert.True(isNarrowed == expression.Contains("network=~\"$network\"", StringComparison.Ordinal), expression);
        }
    }

    static string Table()
    {
        var text = new StringBuilder("| metric | kind | labels | |\n| --- | --- | --- | --- |\n");
        foreach (var family in Families.OrderBy(family => family.Name, StringComparer.Ordinal))
            text.Append($"| `{family.Name}` | {family.Kind.ToString().ToLowerInvariant()} | {string.Join(", ", family.Labels.Select(label => $"`{label}`"))} | {family.Help} |\n");
        return text.ToString();
    }

    static IEnumerable<string> Expressions(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.Name == "expr" ? [member.Value.GetString()!] : Expressions(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Expressions),
        _ => [],
    };

    [GeneratedRegex(@"\b(?:cordwain|process|dotnet)_[a-z_]+\b", RegexOptions.None, 1000)]
    private static partial Regex Name();

    [GeneratedRegex("_(?:bucket|sum|count)$", RegexOptions.None, 1000)]
    private static partial Regex HistogramPart();

    [GeneratedRegex(@"by \(([^)]*)\)", RegexOptions.None, 1000)]
    private static partial Regex By();

    [GeneratedRegex("[{,]\\s*([a-z_]+)(?:=|!=|=~|!~)\\s*\"", RegexOptions.None, 1000)]
    private static partial Regex Selector();
}
