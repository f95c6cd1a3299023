using System.Collections.Immutable;
using System.Globalization;
using Cordwain.Management;
using Cordwain.Management.Configuration;

namespace Cordwain.Server.Metrics.Otlp;

/// <summary>OpenTelemetry's variables (its specification, "OpenTelemetry Protocol Exporter" and "Environment Variable Specification"), below the configuration.</summary>
/// <param name="variable">The value of a variable; null when it is not set.</param>
/// <param name="version">Of the server.</param>
/// <param name="warn">Is told what cannot be used.</param>
public sealed class OtlpEnvironment(Func<string, string?> variable, string version, Action<Problem> warn)
{
    const string Exporter = "OTEL_EXPORTER_OTLP_", Metrics = "METRICS_";

    readonly HashSet<string> _said = [];

    /// <summary>Null: metrics are sent nowhere.</summary>
    public OtlpTarget? TargetOf(ServerSettings settings)
    {
        if ((settings.Otlp is { } configured ? WithSignal(configured) : Endpoint()) is not { } url)
            return null;
        var plain = new OtlpTarget(url);
        var interval = settings.OtlpInterval ?? Milliseconds("OTEL_METRIC_EXPORT_INTERVAL") ?? plain.Interval;
        return plain with
        {
            Interval = interval,
            FirstAfter = interval < plain.FirstAfter ? interval : plain.FirstAfter,
            Timeout = Milliseconds(Exporter + Metrics + "TIMEOUT") ?? Milliseconds(Exporter + "TIMEOUT") ?? plain.Timeout,
            Headers = Pairs(Set(Exporter + Metrics + "HEADERS") is null ? Exporter + "HEADERS" : Exporter + Metrics + "HEADERS"),
            Compress = OfSignal("COMPRESSION") == "gzip",
            Resource = Resource(),
        };
    }

    /// <summary>The endpoint is that of all signals; each has a path below it.</summary>
    static Uri WithSignal(Uri endpoint)
    {
        const string Path = "/v1/metrics";
        return endpoint.AbsolutePath.EndsWith(Path, StringComparison.Ordinal) ? endpoint : new UriBuilder(endpoint) { Path = endpoint.AbsolutePath.TrimEnd('/') + Path }.Uri;
    }

    Uri? Endpoint()
    {
        var name = Set(Exporter + Metrics + "ENDPOINT") is null ? Exporter + "ENDPOINT" : Exporter + Metrics + "ENDPOINT";
        if (Set(name) is not { } text || "true".Equals(Set("OTEL_SDK_DISABLED"), StringComparison.OrdinalIgnoreCase)
            || (Set("OTEL_METRICS_EXPORTER") is { } exporters && !exporters.Split(',', StringSplitOptions.TrimEntries).Contains("otlp")))
            return null;

        if (OfSignal("PROTOCOL") == "grpc")
        {
            Unusable($"{Exporter}PROTOCOL asks for gRPC, and Cordwain sends by HTTP: no metrics are sent.", $"Set {Exporter}{Metrics}PROTOCOL=http/protobuf and {Exporter}{Metrics}ENDPOINT=http://collector:4318/v1/metrics, or metrics: {{ otlp: http://collector:4318 }} in the configuration.");
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
            return name.Contains(Metrics, StringComparison.Ordinal) ? url : WithSignal(url);
        Unusable($"{name} is not the URL of a collector: no metrics are sent.", "Write one such as http://collector:4318, without a user name.");
        return null;
    }

    /// <summary>The server's name makes the label <c>instance</c> in Prometheus.</summary>
    ImmutableArray<KeyValuePair<string, string>> Resource()
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["service.name"] = "cordwain",
            ["service.version"] = version,
            ["service.instance.id"] = Environment.MachineName,
            ["host.name"] = Environment.MachineName,
        };
        foreach (var (key, value) in Pairs("OTEL_RESOURCE_ATTRIBUTES"))
            attributes[key] = value;
        if (Set("OTEL_SERVICE_NAME") is { } name)
            attributes["service.name"] = name;
        return [.. attributes];
    }

    /// <summary><c>key=value,key=value</c>, percent-encoded (W3C Baggage).</summary>
    ImmutableArray<KeyValuePair<string, string>> Pairs(string name)
    {
        var pairs = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var item in (Set(name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = item.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = (item[..Math.Max(at, 0)].Trim(), Uri.UnescapeDataString(item[(at + 1)..].Trim()));
            if (key.Length > 0 && key.All(char.IsAscii) && !key.Concat(value).Any(char.IsControl))
                pairs.Add(new(key, value));
            else
                Unusable($"{name}: entry {pairs.Count + 1} is not of the form name=value and is left out.", "Separate entries by commas, and write commas in values as %2C.");
        }

        return pairs.ToImmutable();
    }

    TimeSpan? Milliseconds(string name)
    {
        if (Set(name) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 100 and <= 3_600_000)
            return TimeSpan.FromMilliseconds(number);
        Unusable($"{name} is not a number of milliseconds from 100 to 3600000: it is not used.", "Write 60000 for a minute.");
        return null;
    }

    string? OfSignal(string name) => Set(Exporter + Metrics + name) ?? Set(Exporter + name);

    /// <summary>An empty variable is one that is not set, says the specification.</summary>
    string? Set(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;

    void Unusable(string what, string fix)
    {
        if (_said.Add(what))
            warn(new("CW2052", Severity.Warning, what, fix));
    }
}
