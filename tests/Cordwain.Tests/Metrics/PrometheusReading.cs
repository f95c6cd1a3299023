using System.Globalization;
using System.Text.RegularExpressions;

namespace Cordwain.Tests.Metrics;

/// <summary>Reads Prometheus's text format as strictly as its documentation: one HELP and TYPE a family, its lines together, names and labels well formed, buckets that rise to the count.</summary>
sealed partial class PrometheusReading
{
    readonly Dictionary<string, string> _types = [];
    readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    string _family = "";

    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>By the text before the value: <c>name{label="x"}</c>.</summary>
    public IReadOnlyDictionary<string, double> Values => _values;

    public static PrometheusReading Of(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var reading = new PrometheusReading();
        foreach (var line in text.Split('\n')[..^1])
            reading.Line(line);
        foreach (var (family, type) in reading._types)
        {
            if (type == "histogram")
                reading.CheckBuckets(family);
        }

        return reading;
    }

    void Line(string line)
    {
        if (Help().Match(line) is { Success: true } help)
        {
            _family = help.Groups[1].Value;
            Assert.DoesNotContain(_family, _types.Keys);
            return;
        }

        if (TypeLine().Match(line) is { Success: true } type)
        {
            Assert.Equal(_family, type.Groups[1].Value);
            _types.Add(_family, type.Groups[2].Value);
            return;
        }

        var sample = Sample().Match(line);
        Assert.True(sample.Success, line);
        var name = sample.Groups[1].Value;
        var isHistogram = _types[_family] == "histogram";
        string[] allowed = isHistogram ? [_family + "_bucket", _family + "_sum", _family + "_count"] : [_family];
        Assert.Contains(name, allowed);
        Assert.True(_types[_family] == "counter" == _family.EndsWith("_total", StringComparison.Ordinal), line);
        var value = double.Parse(sample.Groups[3].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        Assert.True(_types[_family] == "gauge" || value >= 0, line);
        Assert.True(_values.TryAdd(name + sample.Groups[2].Value, value), line);
    }

    void CheckBuckets(string family)
    {
        foreach (var (count, value) in _values.Where(value => value.Key.StartsWith(family + "_count", StringComparison.Ordinal)))
        {
            var labels = count[(family.Length + "_count".Length)..].Trim('{', '}');
            var buckets = _values.Where(bucket => bucket.Key.StartsWith(family + "_bucket{" + labels + (labels.Length > 0 ? "," : "") + "le=", StringComparison.Ordinal)).Select(bucket => bucket.Value).ToArray();
            Assert.NotEmpty(buckets);
            Assert.Equal(buckets.Order(), buckets);
            Assert.Equal(value, buckets[^1]);
        }
    }

    [GeneratedRegex("^# HELP ([a-z_][a-z0-9_]*) [^\\n]+$", RegexOptions.None, 1000)]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-z_][a-z0-9_]*) (counter|gauge|histogram)$", RegexOptions.None, 1000)]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^([a-z_][a-z0-9_]*)(\{[a-z_]+="(?:[^"\\]|\\[\\n"])*"(?:,[a-z_]+="(?:[^"\\]|\\[\\n"])*")*\})? (-?[0-9.]+(?:E[+-]?[0-9]+)?)$""", RegexOptions.None, 1000)]
    private static partial Regex Sample();
}
