using System.Globalization;
using System.Text;

namespace Cordwain.Server.Metrics;

/// <summary>Prometheus's text format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).</summary>
public static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Of(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder(16 << 10);
        foreach (var family in families)
            Write(text, family);
        return text.ToString();
    }

    static void Write(StringBuilder text, MetricFamily family)
    {
        text.Append("# HELP ").Append(family.Name).Append(' ').Append(family.Help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        }).Append('\n');
        foreach (var sample in family.Read())
        {
            if (sample.Histogram is { } histogram)
                Write(text, family, sample, histogram);
            else
                Line(text, family.Name, family, sample, null, sample.Value);
        }
    }

    /// <summary>Buckets are cumulative on the wire, and their last one is the number of all.</summary>
    static void Write(StringBuilder text, MetricFamily family, MetricSample sample, HistogramReading histogram)
    {
        long below = 0;
        for (var i = 0; i < histogram.Counts.Count; i++)
        {
            below += histogram.Counts[i];
            Line(text, family.Name + "_bucket", family, sample, i < histogram.Bounds.Count ? Number(histogram.Bounds[i]) : "+Inf", below);
        }

        Line(text, family.Name + "_sum", family, sample, null, histogram.Sum);
        Line(text, family.Name + "_count", family, sample, null, below);
    }

    static void Line(StringBuilder text, string name, MetricFamily family, MetricSample sample, string? bound, double value)
    {
        text.Append(name);
        var separator = '{';
        for (var i = 0; i < family.Labels.Length; i++)
            Label(family.Labels[i], sample.Labels[i]);
        if (bound is not null)
            Label("le", bound);
        if (separator == ',')
            text.Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');

        void Label(string label, string content)
        {
            text.Append(separator).Append(label).Append("=\"").Append(Escaped(content)).Append('"');
            separator = ',';
        }
    }

    static string Escaped(string value) => value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
