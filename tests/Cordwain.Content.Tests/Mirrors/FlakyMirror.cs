using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cordwain.Content.Tests.Mirrors;

/// <summary>A request as the mirror got it. Header names are in lower case.</summary>
sealed record MirrorRequest(string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Start of the range asked for; 0 without one.</summary>
    public long From => Header("range") is { } range ? long.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
}

/// <summary>An HTTP server that does what a test tells it, down to the byte at which it breaks off. One request a connection.</summary>
sealed class FlakyMirror : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentDictionary<Socket, byte> _open = [];

    public FlakyMirror()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    /// <summary>What it does; replaced by tests while it runs.</summary>
    public Func<MirrorRequest, Stream, Task> Answer { get; set; } = (_, stream) => SendAsync(stream, "404 Not Found", [], ReadOnlyMemory<byte>.Empty);

    public ConcurrentQueue<MirrorRequest> Requests { get; } = [];

    public int Port { get; }

    public string Url(string path = "linux") => $"http://127.0.0.1:{Port}/{path}";

    /// <summary>No more connections, and those there are break: the mirror is down.</summary>
    public void Down()
    {
        _stop.Cancel();
        _listener.Stop();
        foreach (var socket in _open.Keys)
            socket.Close(0);
    }

    public void Dispose()
    {
        Down();
        _listener.Dispose();
        _stop.Dispose();
    }

    public static async Task SendAsync(Stream stream, string status, IEnumerable<string> headers, ReadOnlyMemory<byte> body)
    {
        var head = $"HTTP/1.1 {status}\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
    }

    /// <summary>A well-behaved file: ranges, validators, conditional requests.</summary>
    public static Func<MirrorRequest, Stream, Task> File(byte[] bytes, string etag = "\"v1\"", int? breakAfter = null) => async (request, stream) =>
    {
        if (request.Header("if-none-match") == etag)
        {
            await SendAsync(stream, "304 Not Modified", [$"ETag: {etag}"], ReadOnlyMemory<byte>.Empty);
            return;
        }

        var from = request.Header("if-range") is { } same && same != etag ? 0 : request.From;
        var rest = bytes.AsMemory((int)from);
        var sent = breakAfter is { } count ? rest[..Math.Min(count, rest.Length)] : rest;
        List<string> headers = [$"Content-Length: {rest.Length}", $"ETag: {etag}"];
        if (from > 0)
            headers.Add($"Content-Range: bytes {from}-{bytes.Length - 1}/{bytes.Length}");
        await SendAsync(stream, from > 0 ? "206 Partial Content" : "200 OK", headers, sent);
    };

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Down.
        }
    }

    async Task ServeAsync(Socket socket)
    {
        _open.TryAdd(socket, 0);
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var line = (await reader.ReadLineAsync(_stop.Token))!.Split(' ');
            var headers = new Dictionary<string, string>();
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
                headers[header[..header.IndexOf(':', StringComparison.Ordinal)].ToLowerInvariant()] = header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();

            var request = new MirrorRequest(line[1], headers);
            Requests.Enqueue(request);
            await Answer(request, stream);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or NullReferenceException)
        {
            // The client has gone, or the mirror is down.
        }
        finally
        {
            _open.TryRemove(socket, out _);
        }
    }
}
