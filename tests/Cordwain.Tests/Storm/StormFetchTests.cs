using System.Net;
using System.Net.Sockets;
using System.Text;
using Cordwain.Management.Scripts;
using Cordwain.Protocols.Wire;
using Cordwain.Storm;

namespace Cordwain.Tests.Storm;

/// <summary>Fetches by HTTP from servers that do all that servers do.</summary>
public sealed class StormFetchTests
{
    const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n#!ipx\r\n8;x=y\r\ne\nreboot\r\n0\r\n\r\n";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n#!ipxe\nreboot")]
    [InlineData("HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\n#!ipxe\nreboot")]
    [InlineData(Chunked)]
    public async Task A_script_is_kept(string answer)
    {
        using var fetch = new HttpFetch(null, HttpBody.Keep);
        await Serve(answer, address => fetch.Run(address, Stop));
        Assert.Equal("#!ipxe\nreboot", Encoding.ASCII.GetString(fetch.Kept.Span));
        Assert.Equal(13, fetch.Length);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "http-status", "404 Not Found")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "http-wrong", "5 of 100 bytes came")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "http-wrong", "a chunk has no length")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "http-wrong", "in the middle of its chunks")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-", "http-wrong", "before the answer")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n", "http-wrong", "not an HTTP answer")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: https://example.net/\r\n\r\n", "not-supported", "https")]
    public async Task What_goes_wrong_has_a_name(string answer, string kind, string detail)
    {
        using var fetch = new HttpFetch(null, HttpBody.Keep);
        var failure = await Assert.ThrowsAsync<StormException>(() => Serve(answer, address => fetch.Run(address, Stop)));
        Assert.Equal(kind, failure.Kind.Name);
        Assert.Contains(detail, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_nobody_looks_at_is_counted()
    {
        using var discard = new HttpFetch(null, HttpBody.Discard);
        await Serve($"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n{new string('x', 300_000)}", address => discard.Run(address, Stop));
        Assert.Equal(300_000, discard.Length);
    }

    [Fact]
    public async Task Nobody_listening_is_a_refusal()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var fetch = new HttpFetch(null, HttpBody.Discard);
        var failure = await Assert.ThrowsAsync<StormException>(() => fetch.Run(new($"http://127.0.0.1:{port}/"), Stop));
        Assert.Equal(StormFailures.HttpRefused, failure.Kind);
    }

    [Fact]
    public void Other_bytes_under_one_name_are_noticed()
    {
        var contents = new SharedContents();
        contents.Compare("a", 5, 1);
        contents.Compare("a", 5, 1);
        contents.Compare("b", 6, 1);
        Assert.Equal(StormFailures.DifferentBytes, Assert.Throws<StormException>(() => contents.Compare("a", 5, 2)).Kind);
    }

    [Fact]
    public void A_sum_does_not_depend_on_how_the_bytes_come()
    {
        var bytes = Enumerable.Range(0, 1000).Select(i => (byte)(i * 7)).ToArray();
        var (one, other) = (new ContentSum(), new ContentSum());
        one.Add(bytes);
        other.Add(bytes.AsSpan(0, 8));
        other.Add(bytes.AsSpan(8, 1));
        other.Add(bytes.AsSpan(9));
        Assert.Equal((1000L, true), (one.Length, one.Value != 0));
        bytes[999]++;
        var changed = new ContentSum();
        changed.Add(bytes);
        Assert.NotEqual(one.Value, changed.Value);
    }

    [Fact]
    public async Task Scripts_are_followed_through_those_that_they_load()
    {
        var files = new Dictionary<string, string>
        {
            ["http://x/own.ipxe"] = "#!ipxe\nkernel ../linux\ninitrd initrd.gz || goto f\nboot\n:f\nshell",
            ["http://x/none.ipxe"] = "#!ipxe\nexit",
        };
        var fetched = new List<string>();
        var script = new StormScript(
            (_, url, _) =>
            {
                fetched.Add(url.ToString());
                return Task.CompletedTask;
            },
            (url, _) => files.TryGetValue(url.ToString(), out var text) ? Task.FromResult(new StormText(url, text)) : throw new StormException(StormFailures.HttpStatus, "404"),
            new IpxeSettings(), null);
        Assert.Equal("kernel", await script.Follow(new(new("http://x/boot.ipxe"), "#!ipxe\nchain missing.ipxe || chain none.ipxe\nchain own.ipxe\nshell"), Stop));
        Assert.Equal(["http://x/linux", "http://x/initrd.gz"], fetched);
    }

    [Fact]
    public async Task A_person_who_is_asked_after_a_failure_is_a_failure()
    {
        var script = new StormScript((_, _, _) => throw new StormException(StormFailures.HttpStatus, "404"), (_, _) => throw new InvalidOperationException(), new IpxeSettings(), null);
        var failure = await Assert.ThrowsAsync<StormException>(() => script.Follow(new(new("http://x/"), "#!ipxe\nkernel linux || goto failed\nboot\n:failed\nshell"), Stop));
        Assert.Equal(StormFailures.HttpStatus, failure.Kind);
    }

    /// <summary>A server of one answer.</summary>
    static async Task Serve(string answer, Func<Uri, Task> client)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = client(new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/a"));
        using (var connection = await listener.AcceptTcpClientAsync(Stop))
        {
            var stream = connection.GetStream();
            var head = new byte[2048];
            var count = await stream.ReadAsync(head, Stop);
            Assert.StartsWith("GET /a HTTP/1.1\r\nHost: 127.0.0.1:", Encoding.ASCII.GetString(head, 0, count), StringComparison.Ordinal);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Stop);
            connection.Client.Shutdown(SocketShutdown.Send);
            await asked.ContinueWith(_ => { }, Stop, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        await asked;
    }
}
