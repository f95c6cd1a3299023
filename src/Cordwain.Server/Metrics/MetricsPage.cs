using System.Collections.Immutable;
using System.Net;
using System.Text;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cordwain.Server.Metrics;

/// <summary><c>/metrics</c> on the HTTP port: for this host, and for those that the configuration names.</summary>
public sealed class MetricsPage(MetricsRegistry registry)
{
    volatile Access _access = new(true, []);

    static ReadOnlySpan<byte> Path => "/metrics"u8;

    /// <summary>Who may read; takes effect with the next request.</summary>
    public void Allow(bool enabled, ImmutableArray<Ipv4Network> networks) => _access = new(enabled, networks);

    /// <returns>False when the request is for something else, or the page is off: then it is a boot file's name like any other.</returns>
    public bool Takes(ReadOnlySpan<byte> target) =>
        target.StartsWith(Path) && (target.Length == Path.Length || target[Path.Length] == '?') && _access.IsEnabled;

    /// <inheritdoc cref="Takes(ReadOnlySpan{byte})"/>
    public bool Takes(HttpContext http) => http.Features.Get<IHttpRequestFeature>()?.RawTarget is { } target && Takes(Encoding.Latin1.GetBytes(target));

    public async Task Answer(HttpContext http)
    {
        var client = http.Connection.RemoteIpAddress;
        var isAllowed = client is not null && (IPAddress.IsLoopback(client) || _access.Networks.Any(network => network.Contains(IpAddresses.Of(client))));
        var text = isAllowed ? await registry.ToText() : $"{client} may not read the metrics. Name it in the configuration: metrics: {{ allow: [{client}/32] }}\n";
        var bytes = Encoding.UTF8.GetBytes(text);
        var response = http.Response;
        response.StatusCode = isAllowed ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;
        response.ContentType = isAllowed ? PrometheusText.ContentType : "text/plain; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    sealed record Access(bool IsEnabled, ImmutableArray<Ipv4Network> Networks);
}
