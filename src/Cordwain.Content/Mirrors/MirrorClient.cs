using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Cordwain.Content.Mirrors;

/// <summary>Asks mirrors for files: HTTP with bounded redirects and timeouts, and nothing but what it is told to fetch.</summary>
sealed class MirrorClient : IDisposable
{
    static readonly HttpRequestOptionsKey<bool> Guarded = new("cordwain-guarded");

    readonly HttpClient _http;
    readonly MirrorSettings _settings;
    readonly TimeProvider _time;

    public MirrorClient(MirrorSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,   // each hop is judged below
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,   // the bytes are kept as the mirror has them
            ConnectTimeout = settings.ConnectTimeout,
            ConnectCallback = ConnectAsync,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseHeadersLength = 64,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Text for messages: a URL without user, password and query.</summary>
    public static string Shown(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>Asks for a file and returns when the answer's head is there, redirects followed.</summary>
    /// <param name="isPinned">A checksum is known: a redirect to plain HTTP does no harm.</param>
    /// <exception cref="MirrorException">No usable answer; HTTP errors come back as answers.</exception>
    public async Task<HttpResponseMessage> GetAsync(Uri url, MirrorAsk ask, bool isPinned, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var hop = url;
        for (var redirects = 0; ; redirects++)
        {
            using var request = Request(hop, url, ask);
            var response = await SendAsync(request, timeout, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
                return response;

            var location = response.Headers.Location;
            response.Dispose();
            if (location is null)
                throw new MirrorException("CW7007", $"{Shown(hop)} redirects to nowhere.");
            if (redirects == _settings.MaxRedirects)
                throw new MirrorException("CW7007", $"{Shown(url)} redirects more than {_settings.MaxRedirects} times.");
            hop = Next(hop, new(hop, location), isPinned);
        }
    }

    static Uri Next(Uri from, Uri to, bool isPinned)
    {
        if (to.Scheme is not ("http" or "https"))
            throw new MirrorException("CW7007", $"{Shown(from)} redirects to a {to.Scheme} URL.");
        if (from.Scheme == "https" && to.Scheme == "http" && !isPinned)
            throw new MirrorException("CW7007", $"{Shown(from)} redirects to plain HTTP, and no checksum is given that would notice a forged file.");
        return to;
    }

    static HttpRequestMessage Request(Uri hop, Uri asked, MirrorAsk ask)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, hop) { Version = HttpVersion.Version11 };
        var isSameHost = hop.Host.Equals(asked.Host, StringComparison.OrdinalIgnoreCase);
        request.Options.Set(Guarded, !isSameHost);
        request.Headers.UserAgent.Add(new("Cordwain", null));
        if (isSameHost && asked.UserInfo.Length > 0)
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(asked.UserInfo))));

        if (ask.From > 0)
            request.Headers.Range = new(ask.From, null);
        var condition = ask.From > 0 ? "If-Range" : null;
        if (ask.Known.ETag is { } tag && !(ask.From > 0 && tag.StartsWith("W/", StringComparison.Ordinal)))
            request.Headers.TryAddWithoutValidation(condition ?? "If-None-Match", tag);
        else if (ask.Known.LastModified is { } date)
            request.Headers.TryAddWithoutValidation(condition ?? "If-Modified-Since", date.ToString("R", CultureInfo.InvariantCulture));
        return request;
    }

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            throw new MirrorException("CW7001", $"{Shown(request.RequestUri!)} did not answer within {seconds} s.") { IsTransient = true };
        }
        catch (HttpRequestException e)
        {
            if (e.InnerException is MirrorException refused)
                throw refused;
            throw new MirrorException("CW7001", $"{Shown(request.RequestUri!)} cannot be reached: {(e.InnerException ?? e).Message}", e) { IsTransient = true };
        }
    }

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);

        // A mirror may send us to another host, but not to this machine's own services or to a cloud's metadata address.
        // Through a proxy the host is the proxy's, which the operator chose.
        var request = context.InitialRequestMessage;
        if (request.Options.TryGetValue(Guarded, out var guarded) && guarded && request.RequestUri!.IdnHost.Trim('[', ']') == host.Trim('[', ']')
            && Array.Exists(addresses, IsInner))
            throw new MirrorException("CW7007", $"the redirect to {Shown(request.RequestUri)} leads to this machine itself or to its own link.");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static bool IsInner(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
            || address.IsIPv6LinkLocal || address.IsIPv6Multicast
            || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..] or [0, ..] or [>= 224, ..]);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What a mirror said about a file's version; how it is asked whether it still holds.</summary>
/// <param name="ETag">With its quotes and mark of weakness.</param>
readonly record struct MirrorVersion(string? ETag, DateTimeOffset? LastModified)
{
    /// <summary>Without its quotes; null when the mirror gives none that tells every byte.</summary>
    public string? StrongTag => ETag is { } tag && !tag.StartsWith("W/", StringComparison.Ordinal) ? tag.Trim('"') : null;

    public bool IsKnown => ETag is not null || LastModified is not null;

    public static MirrorVersion Of(HttpResponseMessage response) =>
        new(response.Headers.ETag?.ToString(), response.Content.Headers.LastModified);

    /// <summary>False where both name a version and the names differ.</summary>
    public bool MayBe(MirrorVersion other) =>
        (ETag is null || other.ETag is null || ETag == other.ETag)
        && (LastModified is null || other.LastModified is null || LastModified == other.LastModified);
}

/// <param name="From">First byte wanted; above 0 a part is asked for, if the version is still <paramref name="Known"/>.</param>
/// <param name="Known">The version we have; with <paramref name="From"/> 0 the file is wanted only if it is another.</param>
readonly record struct MirrorAsk(long From, MirrorVersion Known);
