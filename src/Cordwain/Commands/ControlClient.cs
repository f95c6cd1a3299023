using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cordwain.Commands;

/// <summary>No server answers on the control socket. The message says which, and what to do.</summary>
sealed class NoServerException(string message) : Exception(message);

/// <summary>Talks to the running server over the Unix socket in its data folder.</summary>
sealed class ControlClient : IDisposable
{
    /// <summary>The socket's name in the data folder.</summary>
    public const string SocketName = "control.sock";

    readonly HttpClient _http;
    readonly string _socket;

    public ControlClient(DirectoryInfo data)
    {
        _socket = Path.Combine(data.FullName, SocketName);
        _http = new(new SocketsHttpHandler { ConnectCallback = Connect }) { BaseAddress = new("http://cordwain/api/v1/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <returns>Null when there is no such thing.</returns>
    public async Task<T?> Get<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        using var response = await Send(() => _http.GetAsync(path, cancellationToken), mayBeMissing: true);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        return await Read(response, type, cancellationToken);
    }

    public async Task<T> Post<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        using var response = await Send(() => _http.PostAsync(path, null, cancellationToken));
        return await Read(response, type, cancellationToken);
    }

    /// <summary>The lines of a response that goes on until one side ends it.</summary>
    public async IAsyncEnumerable<string> Lines(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await Send(() => _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await Line(reader, cancellationToken) is { } line)
            yield return line;
    }

    public void Dispose() => _http.Dispose();

    async Task<HttpResponseMessage> Send(Func<Task<HttpResponseMessage>> send, bool mayBeMissing = false)
    {
        try
        {
            var response = await send();
            if (response.IsSuccessStatusCode || mayBeMissing && response.StatusCode == HttpStatusCode.NotFound)
                return response;
            using (response)
                throw new NoServerException($"The server on {_socket} cannot answer ({(int)response.StatusCode}). Its log says why.");
        }
        catch (HttpRequestException e)
        {
            throw new NoServerException($"No server answers on {_socket} ({e.InnerException?.Message ?? e.Message}). Is 'cordwain serve' running, with the same --data?");
        }
    }

    async Task<T> Read<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        try
        {
            if (await response.Content.ReadFromJsonAsync(type, cancellationToken) is { } answer)
                return answer;
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new NoServerException($"The server on {_socket} sent what this command does not understand: it may be of another version.");
    }

    async Task<string?> Line(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (IOException)
        {
            throw new NoServerException($"The server on {_socket} has ended.");
        }
    }

    async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
