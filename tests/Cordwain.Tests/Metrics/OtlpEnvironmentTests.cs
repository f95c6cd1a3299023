using Cordwain.Management;
using Cordwain.Management.Configuration;
using Cordwain.Server.Metrics.Otlp;

namespace Cordwain.Tests.Metrics;

/// <summary>OpenTelemetry's own variables, as its specification has them.</summary>
public sealed class OtlpEnvironmentTests
{
    readonly List<Problem> _problems = [];

    [Theory]
    [InlineData("", null)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=", null)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318", "http://c:4318/v1/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=https://gate.example/otlp/", "https://gate.example/otlp/v1/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://m:9090/as/it/is?x=1", "http://m:9090/as/it/is?x=1")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_METRICS_EXPORTER=none", null)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_METRICS_EXPORTER=console,otlp", "http://c:4318/v1/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_SDK_DISABLED=True", null)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_EXPORTER_OTLP_PROTOCOL=grpc OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf", "http://c:4318/v1/metrics")]
    public void The_endpoint_of_the_environment_is_taken_as_the_specification_says(string variables, string? url)
    {
        Assert.Equal(url, Target(variables)?.Url.ToString());
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData("http://c:4318", "http://c:4318/v1/metrics")]
    [InlineData("http://c/api/v1/otlp", "http://c/api/v1/otlp/v1/metrics")]
    [InlineData("http://c:4318/v1/metrics", "http://c:4318/v1/metrics")]
    public void The_configuration_wins_over_the_environment(string configured, string url)
    {
        var target = Target("OTEL_EXPORTER_OTLP_ENDPOINT=http://other:4318 OTEL_SDK_DISABLED=true OTEL_EXPORTER_OTLP_PROTOCOL=grpc OTEL_METRIC_EXPORT_INTERVAL=1000", new() { Otlp = new(configured), OtlpInterval = TimeSpan.FromSeconds(2) });
        Assert.Equal((url, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)), (target!.Url.ToString(), target.Interval, target.FirstAfter));
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=c:4318", "OTEL_EXPORTER_OTLP_ENDPOINT is not the URL", false)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://u:secret@c/", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is not the URL", false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "asks for gRPC", false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_METRIC_EXPORT_INTERVAL=60s", "OTEL_METRIC_EXPORT_INTERVAL is not a number of milliseconds", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_TIMEOUT=0", "OTEL_EXPORTER_OTLP_TIMEOUT is not a number of milliseconds", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_HEADERS=a=b,secret", "OTEL_EXPORTER_OTLP_HEADERS: entry 2", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_HEADERS=a=secret%0d%0aHost:x", "OTEL_EXPORTER_OTLP_HEADERS: entry 1", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_HEADERS=a@b=secret", "OTEL_EXPORTER_OTLP_HEADERS: entry 1 cannot be a header", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_HEADERS=a=b,,Content-Type=secret", "OTEL_EXPORTER_OTLP_HEADERS: entry 3 cannot be a header", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_HEADERS=x-token=secr%C3%A9t", "OTEL_EXPORTER_OTLP_HEADERS: entry 1 cannot be a header", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_PROTOCOL asks for http/json: metrics are sent as http/protobuf", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=secret", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL asks for what Cordwain does not speak: metrics are sent as http/protobuf", true)]
    public void What_cannot_be_used_is_said_once_and_no_secret_with_it(string variables, string words, bool isSent)
    {
        var environment = Environment(variables);
        for (var reload = 0; reload < 3; reload++)
            Assert.Equal(isSent, environment.TargetOf(new()) is not null);
        var problem = Assert.Single(_problems);
        Assert.Equal(("CW2052", Severity.Warning), (problem.Code, problem.Severity));
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_entries_are_named_by_their_places_among_all()
    {
        Assert.Equal([new("a", "b"), new("c", "d")], Target("OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_HEADERS=x,a=b,a/b=c,y,c=d")!.Headers);
        Assert.Equal(["1 is not of", "3 cannot be", "4 is not of"], _problems.Select(problem => problem.Message.Split("entry ")[1][..11]));
    }

    [Fact]
    public void Headers_resource_interval_timeout_and_compression_come_from_it_too()
    {
        var target = Target("OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_HEADERS=api-key=a%20b%2C,x=y=z OTEL_METRIC_EXPORT_INTERVAL=15000 OTEL_EXPORTER_OTLP_TIMEOUT=3000 OTEL_EXPORTER_OTLP_METRICS_TIMEOUT=2000 "
            + "OTEL_EXPORTER_OTLP_COMPRESSION=gzip OTEL_RESOURCE_ATTRIBUTES=service.instance.id=rack-a,deployment.environment=lab,service.name=lost OTEL_SERVICE_NAME=boot")!;
        Assert.Equal([new("api-key", "a b,"), new("x", "y=z")], target.Headers);
        Assert.Equal((15, 2, 5, true), ((int)target.Interval.TotalSeconds, (int)target.Timeout.TotalSeconds, (int)target.FirstAfter.TotalSeconds, target.Compress));
        Assert.Equal(new Dictionary<string, string> { ["service.name"] = "boot", ["service.version"] = "1.2", ["service.instance.id"] = "rack-a", ["host.name"] = System.Environment.MachineName, ["deployment.environment"] = "lab" },
            target.Resource.ToDictionary());
        Assert.Empty(_problems);
    }

    OtlpTarget? Target(string variables, ServerSettings? settings = null) => Environment(variables).TargetOf(settings ?? new());

    OtlpEnvironment Environment(string variables)
    {
        var set = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(text => text[..text.IndexOf('=', StringComparison.Ordinal)], text => text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        return new(set.GetValueOrDefault, "1.2", _problems.Add);
    }
}
