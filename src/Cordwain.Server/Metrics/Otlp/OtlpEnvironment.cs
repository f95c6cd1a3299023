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
        if (OfSignal("PROTOCOL") is { } protocol and not ("http/protobuf" or "grpc"))
            Unusable($"{NameOf("PROTOCOL")} asks for {(protocol == "http/json" ? protocol : "what Cordwain does not speak")}: metrics are sent as http/protobuf.", $"Set {NameOf("PROTOCOL")}=http/protobuf; every collector takes that.");
        var plain = new OtlpTarget(url);
        var interval = settings.OtlpInterval ?? Milliseconds("OTEL_METRIC_EXPORT_INTERVAL") ?? plain.Interval;
        return plain with
        {
            Interval = interval,
            FirstAfter = interval < plain.FirstAfter ? interval : plain.FirstAfter,
            Timeout = Milliseconds(Exporter + Metrics + "TIMEOUT") ?? Milliseconds(Exporter + "TIMEOUT") ?? plain.Timeout,
            Headers = Headers(NameOf("HEADERS")),
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
        var name = NameOf("ENDPOINT");
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
        foreach (var (_, key, value) in Pairs("OTEL_RESOURCE_ATTRIBUTES"))
            attributes[key] = value;
        if (Set("OTEL_SERVICE_NAME") is { } name)
            attributes["service.name"] = name;
        return [.. attributes];
    }

    ImmutableArray<KeyValuePair<string, string>> Headers(string name)
    {
        var headers = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        using var request = new HttpRequestMessage();
        foreach (var (number, key, value) in Pairs(name))
        {
            // The client would drop such a name without a word, and refuse such a value at every sending.
            if (value.All(char.IsAscii) && request.Headers.TryAddWithoutValidation(key, value))
                headers.Add(new(key, value));
            else
                Unusable($"{name}: entry {number} cannot be a header of a request and is left out.", "Names are of letters, digits and hyphens, and not those of the content, such as Content-Type; values are ASCII.");
        }

        return headers.ToImmutable();
    }

    /// <summary><c>key=value,key=value</c>, percent-encoded (W3C Baggage).</summary>
    IEnumerable<(int Number, string Key, string Value)> Pairs(string name)
    {
        foreach (var (index, item) in (Set(name) ?? "").Split(',', StringSplitOptions.TrimEntries).Index())
        {
            if (item.Length == 0)
                continue;
            var at = item.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = (item[..Math.Max(at, 0)].Trim(), Uri.UnescapeDataString(item[(at + 1)..].Trim()));
            if (key.Length > 0 && key.All(char.IsAscii) && !key.Concat(value).Any(char.IsControl))
                yield return (index + 1, key, value);
            else
                Unusable($"{name}: entry {index + 1} is not of the form name=value and is left out.", "Separate entries by commas, and write commas in values as %2C.");
        }
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

    string? OfSignal(string name) => Set(NameOf(name));

    /// <summary>The variable for metrics alone, when it is set, goes before the one for all signals.</summary>
    string NameOf(string name) => Set(Exporter + Metrics + name) is null ? Exporter + name : Exporter + Metrics + name;

    /// <summary>An empty variable is one that is not set, says the specification.</summary>
    string? Set(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;

    void Unusable(string what, string fix)
    {
        if (_said.Add(what))
            warn(new("CW2052", Severity.Warning, what, fix));
    }
}
