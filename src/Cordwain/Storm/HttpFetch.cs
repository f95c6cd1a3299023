using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Storm;

/// <summary>What is done with a body.</summary>
enum HttpBody
{
    /// <summary>Counted, and thrown away by the kernel.</summary>
    Discard,

    /// <summary>Counted and summed.</summary>
    Sum,

    /// <summary>Kept: a script.</summary>
    Keep,

    /// <summary>Not asked for: HEAD.</summary>
    None,
}

/// <summary>Fetches one URL as iPXE does: one connection, one GET.</summary>
sealed class HttpFetch(Ipv4Address? from, HttpBody want) : Watched, IDisposable
{
    const int MostRedirects = 5, HeadRoom = 16 << 10, MostKept = 1 << 20;

    static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    // Where nobody looks at the bytes the kernel does not copy them (MSG_TRUNC, tcp(7)); elsewhere they all land here, one over the other.
    static readonly byte[] Nowhere = new byte[1 << 20];

    readonly MemoryStream _kept = new();
    ContentSum _sum;
    Socket? _socket;
    bool _silent;

    /// <summary>Bytes of the body.</summary>
    public long Length { get; private set; }

    public ContentSum Sum => _sum;

    public ReadOnlyMemory<byte> Kept => _kept.GetBuffer().AsMemory(0, (int)_kept.Length);

    /// <summary>Where it came from in the end, after redirects.</summary>
    public Uri? Source { get; private set; }

    /// <exception cref="StormException">It did not come.</exception>
    public async Task Run(Uri address, CancellationToken stop)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            Source = address;
            if (address.Scheme != "http")
                throw new StormException(StormFailures.NotSupported, $"{address.Scheme}: is not spoken here ({address})");
            try
            {
                if (await Ask(address, stop) is not { } location)
                    return;
                address = new(address, location);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
            {
                stop.ThrowIfCancellationRequested();
                throw Explained(address, e);
            }
        }

        throw new StormException(StormFailures.HttpWrong, $"{address}: more than {MostRedirects} redirects");
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _kept.Dispose();
    }

    protected override void OnSilence()
    {
        _silent = true;
        _socket?.Dispose();
    }

    protected override void OnBroken(Exception e) => _socket?.Dispose();

    /// <returns>Where the server sends us instead; null when the file is here.</returns>
    async Task<string?> Ask(Uri address, CancellationToken stop)
    {
        _socket?.Dispose();
        _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var ending = stop.UnsafeRegister(static fetch => ((HttpFetch)fetch!)._socket?.Dispose(), this);
        if (from is { } own)
            _socket.Bind(new System.Net.IPEndPoint(HostAddress.Of(own), 0));
        WaitFor(Silence);
        await _socket.ConnectAsync(address.Host, address.Port, CancellationToken.None);
        await _socket.SendAsync(Request(address), SocketFlags.None, CancellationToken.None);

        var buffer = ArrayPool<byte>.Shared.Rent(HeadRoom);
        try
        {
            var (head, body, filled) = await ReadHead(address, buffer);
            if (head.IsRedirect)
                return head.Location;
            if (head.Status is < 200 or > 299)
                throw new StormException(StormFailures.HttpStatus, string.Create(CultureInfo.InvariantCulture, $"{head.Status} {head.Reason}: {address}"));
            if (want == HttpBody.None)
                Length = head.Length ?? 0;
            else if (head.IsChunked)
                await ReadChunks(address, buffer, body, filled);
            else
                await ReadBody(address, head.Length, buffer, body, filled);
            return null;
        }
        finally
        {
            WaitNoMore();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    byte[] Request(Uri address) => Encoding.Latin1.GetBytes(
        $"{(want == HttpBody.None ? "HEAD" : "GET")} {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nUser-Agent: iPXE/1.0.0 (cordwain storm)\r\nConnection: close\r\n\r\n");

    async Task<(HttpHead Head, int Body, int Filled)> ReadHead(Uri address, byte[] buffer)
    {
        var filled = 0;
        while (true)
        {
            var count = await Receive(buffer.AsMemory(filled), SocketFlags.None);
            filled += count;
            var end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
                return (HttpHead.Read(buffer.AsSpan(0, end)) ?? throw Wrong(address, "not an HTTP answer"), end + 4, filled);
            if (count == 0 || filled == buffer.Length)
                throw Wrong(address, count == 0 ? "the connection ended before the answer" : "the head of the answer does not end");
        }
    }

    async Task ReadBody(Uri address, long? length, byte[] buffer, int start, int filled)
    {
        Take(buffer.AsSpan(start, (int)Math.Min(filled - start, (length ?? long.MaxValue))));
        var discards = want == HttpBody.Discard && OperatingSystem.IsLinux();
        var room = want == HttpBody.Discard ? Nowhere : buffer;
        while (length is null || Length < length)
        {
            var most = (int)Math.Min(room.Length, (length ?? long.MaxValue) - Length);
            var count = await Receive(room.AsMemory(0, most), discards ? SocketFlags.Truncated : SocketFlags.None);
            if (count == 0)
            {
                if (length is { } whole)
                    throw Wrong(address, string.Create(CultureInfo.InvariantCulture, $"{Length} of {whole} bytes came"));
                return;
            }

            if (want == HttpBody.Discard)
                Length += count;
            else
                Take(room.AsSpan(0, count));
        }
    }

    /// <summary>RFC 9112 §7.1; programs that write scripts often send them so.</summary>
    async Task ReadChunks(Uri address, byte[] buffer, int start, int filled)
    {
        long left = 0;
        while (true)
        {
            var line = left > 0 ? -1 : buffer.AsSpan(start, filled - start).IndexOf("\r\n"u8);
            if (left == 0 && line == 0)
            {
                start += 2;   // the end of the chunk before
                continue;
            }

            if (left == 0 && line > 0)
            {
                var text = Encoding.Latin1.GetString(buffer, start, line).Split(';')[0].Trim();
                if (!long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out left) || left < 0)
                    throw Wrong(address, "a chunk has no length");
                start += line + 2;
                if (left == 0)
                    return;
            }

            var ready = (int)Math.Min(left, filled - start);
            Take(buffer.AsSpan(start, ready));
            left -= ready;
            start += ready;
            if (ready > 0)
                continue;
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (start, filled) = (0, filled - start);
            var count = await Receive(buffer.AsMemory(filled), SocketFlags.None);
            if (count == 0)
                throw Wrong(address, "it ended in the middle of its chunks");
            filled += count;
        }
    }

    async ValueTask<int> Receive(Memory<byte> room, SocketFlags flags)
    {
        var count = await _socket!.ReceiveAsync(room, flags, CancellationToken.None);
        WaitFor(Silence);
        return count;
    }

    void Take(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        if (want == HttpBody.Sum)
            _sum.Add(bytes);
        if (want == HttpBody.Keep && _kept.Length + bytes.Length <= MostKept)
            _kept.Write(bytes);
    }

    StormException Explained(Uri address, Exception e) =>
        _silent ? new(StormFailures.HttpSilent, string.Create(CultureInfo.InvariantCulture, $"silent after {Length} bytes: {address}"))
        : e is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostNotFound or SocketError.TimedOut }
            ? new(StormFailures.HttpRefused, $"{e.Message}: {address.Authority}")
        : e is SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.TooManyOpenSockets } ? new(StormFailures.Fault, e.Message)
        : new(StormFailures.HttpWrong, $"{e.Message}: {address}");

    static StormException Wrong(Uri address, string what) => new(StormFailures.HttpWrong, $"{what}: {address}");
}
