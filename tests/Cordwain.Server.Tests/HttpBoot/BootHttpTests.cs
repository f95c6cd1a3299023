using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Server.Hosting;
using Cordwain.Server.HttpBoot;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cordwain.Server.Tests.HttpBoot;

public sealed class BootHttpTests : IAsyncLifetime
{
    readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    BootHttpLab _lab = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await BootHttpLab.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _lab.DisposeAsync();
    }

    [Theory]
    [InlineData("linux", 0)]
    [InlineData("linux", 1)]
    [InlineData("sub/snponly.EFI", 3_000_000)]
    public async Task A_file_arrives_whole_with_its_length(string name, int length)
    {
        var bytes = _lab.Write(name, length);
        using var response = await _client.GetAsync(_lab.Url(name), Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(length, response.Content.Headers.ContentLength);
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync(Cancellation));

        var read = await _lab.NextReadAsync();
        Assert.Equal((name, "folder", ReadOutcome.Completed, (long)length), (read.Name.TrimStart('/'), read.Source, read.Outcome, read.Bytes));
        Assert.Equal("127.0.0.1", read.Address.ToString());
    }

    [Theory]
    [InlineData("a.efi", "application/efi")]
    [InlineData("A.EFI", "application/efi")]
    [InlineData("disk.iso", "application/vnd.efi-iso")]
    [InlineData("disk.img", "application/vnd.efi-img")]
    [InlineData("x.ipxe", "text/plain; charset=utf-8")]
    [InlineData("pxelinux.cfg/01-52-54-00-12-34-56", "text/plain; charset=utf-8")]
    [InlineData("vmlinuz", "application/octet-stream")]
    public async Task The_type_is_what_firmware_goes_by(string name, string type)
    {
        _lab.Write(name, 10);
        using var response = await _client.GetAsync(_lab.Url(name), Cancellation);
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task Head_tells_the_length_and_sends_nothing()
    {
        _lab.Write("snponly.efi", 170_000);
        using var response = await _client.SendAsync(new(HttpMethod.Head, _lab.Url("snponly.efi")), Cancellation);
        Assert.Equal((HttpStatusCode.OK, 170_000L), (response.StatusCode, response.Content.Headers.ContentLength));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal((ReadOutcome.Probed, 0L), ((await _lab.NextReadAsync()) is var read ? (read.Outcome, read.Bytes) : default));
    }

    [Theory]
    [InlineData("//linux")]
    [InlineData("/%2flinux")]
    [InlineData("/LINUX")]
    [InlineData("/./linux")]
    [InlineData("/sub/../linux")]
    [InlineData("/%6cinux")]
    [InlineData("/%5clinux")]
    public async Task The_names_of_tftp_mean_the_same_here(string target)
    {
        _lab.Write("linux", 10);
        Assert.StartsWith("HTTP/1.1 200 OK", await _lab.RawAsync($"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/missing", 404)]
    [InlineData("/", 400)]
    [InlineData("/sub", 404)]
    [InlineData("/sub/", 404)]
    [InlineData("/../secret", 400)]
    [InlineData("/..%2fsecret", 400)]
    [InlineData("/%2e%2e%2fsecret", 400)]
    [InlineData("/..\\secret", 400)]
    [InlineData("/%252e%252e%252fsecret", 404)]
    [InlineData("/%c0%ae%c0%ae/secret", 400)]
    [InlineData("/linux%00", 400)]
    [InlineData("/a%zz", 400)]
    [InlineData("/out", 403)]
    public async Task What_is_not_to_be_had_is_refused_in_few_bytes(string target, int status)
    {
        _lab.Write("sub/file", 10);
        _lab.Write("linux", 10);
        await File.WriteAllTextAsync(Path.Join(_lab.Root, "secret"), "not yours", Cancellation);
        File.CreateSymbolicLink(Path.Join(_lab.Folder, "out"), "../secret");
        var answer = await _lab.RawAsync($"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} "), answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.InRange(answer.Length, 20, 200);
    }

    [Fact]
    public async Task Not_found_is_no_failure_in_the_journal_and_a_refusal_has_its_reason()
    {
        await _client.GetAsync(_lab.Url("bootx64.efi"), Cancellation);
        Assert.Equal((ReadOutcome.NotFound, null), ((await _lab.NextReadAsync()) is var missing ? (missing.Outcome, missing.Reason) : default));
        await _lab.RawAsync("GET /%0a..%2f.. HTTP/1.0\r\n\r\n");
        var refused = await _lab.NextReadAsync();
        Assert.Equal(ReadOutcome.Failed, refused.Outcome);
        Assert.StartsWith("CW7008", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(@"/\u000a../..", refused.Name);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    public async Task Other_methods_are_refused_and_their_bodies_not_read(string method)
    {
        var answer = await _lab.RawAsync($"{method} /linux HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 405 ", answer, StringComparison.Ordinal);
        Assert.Contains("Allow: GET, HEAD\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytes=0-99", 206, 0, 100)]
    [InlineData("bytes=900000-", 206, 900_000, 100_000)]
    [InlineData("bytes=-5", 206, 999_995, 5)]
    [InlineData("bytes=0-0,5-9", 200, 0, 1_000_000)]
    [InlineData("bytes=1000000-", 416, 0, 0)]
    public async Task Ranges_are_served(string range, int status, int offset, int length)
    {
        var bytes = _lab.Write("disk.iso", 1_000_000);
        using var request = new HttpRequestMessage(HttpMethod.Get, _lab.Url("disk.iso"));
        request.Headers.TryAddWithoutValidation("Range", range);
        using var response = await _client.SendAsync(request, Cancellation);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(bytes[offset..(offset + length)], await response.Content.ReadAsByteArrayAsync(Cancellation));
        if (status == 206)
            Assert.Equal(new ContentRangeHeaderValue(offset, offset + length - 1, 1_000_000), response.Content.Headers.ContentRange);
        if (status == 416)
            Assert.Equal(new ContentRangeHeaderValue(1_000_000), response.Content.Headers.ContentRange);
    }

    [Fact]
    public async Task A_range_of_another_version_is_answered_in_whole()
    {
        _lab.Write("f", 1000);
        using var first = await _client.GetAsync(_lab.Url("f"), Cancellation);
        Assert.Equal(HttpStatusCode.PartialContent, await StatusAsync(first.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.PartialContent, await StatusAsync(first.Content.Headers.LastModified!.Value.ToString("R", CultureInfo.InvariantCulture)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("\"other\""));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("W/" + first.Headers.ETag));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("Thu, 01 Jan 2015 00:00:00 GMT"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("rubbish"));

        async Task<HttpStatusCode> StatusAsync(string ifRange)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _lab.Url("f"));
            request.Headers.TryAddWithoutValidation("Range", "bytes=5-9");
            request.Headers.TryAddWithoutValidation("If-Range", ifRange);
            using var response = await _client.SendAsync(request, Cancellation);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task An_unchanged_file_is_not_sent_again()
    {
        _lab.Write("f", 1000);
        using var first = await _client.GetAsync(_lab.Url("f"), Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync("If-None-Match", first.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync("If-None-Match", "\"x\", *"));
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync("If-Modified-Since", first.Content.Headers.LastModified!.Value.ToString("R", CultureInfo.InvariantCulture)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("If-None-Match", "\"x\""));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("If-Modified-Since", "Thu, 01 Jan 2015 00:00:00 GMT"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("If-Modified-Since", "yesterday"));

        async Task<HttpStatusCode> StatusAsync(string header, string value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _lab.Url("f"));
            request.Headers.TryAddWithoutValidation(header, value);
            using var response = await _client.SendAsync(request, Cancellation);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task A_menu_is_rendered_and_not_to_be_kept()
    {
        using var response = await _client.GetAsync(_lab.Url("boot.ipxe?mac=52:54:00:12:34:56"), Cancellation);
        Assert.Equal("#!ipxe\n# menu for 52:54:00:12:34:56\n", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.True(response.Headers.CacheControl?.NoStore);
        var read = await _lab.NextReadAsync();
        Assert.Equal(("menu", "#!ipxe\n# menu for 52:54:00:12:34:56\n", "52:54:00:12:34:56"), (read.Source, read.Text, read.Machine.ToString()));
        Assert.NotEmpty(read.Trace);
    }

    [Fact]
    public async Task A_connection_serves_one_request_after_the_other()
    {
        _lab.Write("a", 3);
        var answer = await _lab.RawAsync("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /missing HTTP/1.1\r\nHost: x\r\n\r\nHEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.Equal(["200", "404", "200"], answer.Split("HTTP/1.1 ")[1..].Select(part => part[..3]));
    }

    [Fact]
    public async Task The_ranges_of_a_connection_are_one_entry_of_the_journal()
    {
        _lab.Write("disk.iso", 100_000);
        _lab.Write("other", 10);
        var requests = new StringBuilder();
        for (var i = 0; i < 48; i++)
            requests.Append(CultureInfo.InvariantCulture, $"GET /disk.iso HTTP/1.1\r\nHost: x\r\nRange: bytes={i * 2048}-{(i * 2048) + 2047}\r\n\r\n");
        requests.Append("GET /other HTTP/1.1\r\nHost: x\r\n\r\nGET /disk.iso HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9\r\nConnection: close\r\n\r\n");
        await _lab.RawAsync(requests.ToString());

        var reads = new[] { await _lab.NextReadAsync(), await _lab.NextReadAsync(), await _lab.NextReadAsync() };
        Assert.Equal([("/disk.iso", 48 * 2048L), ("/other", 10L), ("/disk.iso", 10L)], reads.Select(read => (read.Name, read.Bytes)));
        Assert.All(reads, read => Assert.Equal(ReadOutcome.Completed, read.Outcome));
        Assert.Empty(_lab.Reads);
    }

    [Fact]
    public async Task A_machine_that_leaves_early_is_no_failure()
    {
        _lab.Write("big", 50_000_000);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, _lab.Port, Cancellation);
            await client.GetStream().WriteAsync("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancellation);
            await client.GetStream().ReadExactlyAsync(new byte[2_000_000], Cancellation);
            client.Client.LingerState = new(true, 0);
        }

        var read = await _lab.NextReadAsync();
        Assert.Equal(ReadOutcome.EndedByClient, read.Outcome);
        Assert.InRange(read.Bytes, 1, 49_999_999);
    }

    [Fact, Trait("Category", "Real")]
    public async Task A_machine_that_takes_nothing_for_too_long_is_let_go()
    {
        await using var lab = await BootHttpLab.StartAsync(new() { PauseAllowed = TimeSpan.FromSeconds(2) });
        lab.Write("big", 50_000_000);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, lab.Port, Cancellation);
        await client.GetStream().WriteAsync("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancellation);
        Assert.Equal(ReadOutcome.TimedOut, (await lab.NextReadAsync()).Outcome);
    }

    [Theory]
    [InlineData("Content-Length: 44")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Content-Length: 44\r\nTransfer-Encoding: chunked")]
    [InlineData("Content-Length: 0\r\nContent-Length: 44")]
    public async Task A_request_hidden_in_a_body_is_not_answered(string headers)
    {
        _lab.Write("a", 3);
        _lab.Write("hidden", 3);
        var answer = await _lab.RawAsync($"GET /a HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\nGET /hidden HTTP/1.1\r\nHost: x\r\nX-Pad: 1\r\n\r\n");
        Assert.Single(answer.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_routes_of_an_application_come_first()
    {
        _lab.Write("linux", 3);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        await using var app = builder.Build();
        app.UseRouting();
        app.MapGet("/api/v1", (HttpContext http) => http.Response.WriteAsync("api"));
        app.MapBootFiles(new BootFileEndpoint(_lab.Files, _lab, TimeProvider.System, NullLoggerFactory.Instance));
        await app.StartAsync(Cancellation);

        var root = app.Urls.First();
        Assert.Equal("api", await _client.GetStringAsync(root + "/api/v1", Cancellation));
        Assert.Equal(3, (await _client.GetByteArrayAsync(root + "//sub/../linux.x/../linux", Cancellation)).Length);
    }

    [Fact]
    public async Task A_file_cut_while_it_is_sent_breaks_the_connection()
    {
        _lab.Write("big", 50_000_000);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _lab.Port, Cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancellation);
        await stream.ReadExactlyAsync(new byte[100_000], Cancellation);
        using (var file = new FileStream(Path.Join(_lab.Folder, "big"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(1000);

        var total = 100_000L;
        var buffer = new byte[1 << 16];
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (await stream.ReadAsync(buffer, Cancellation) is > 0 and var read)
                total += read;
        });
        Assert.InRange(total, 100_000, 49_999_999);
        var ended = await _lab.NextReadAsync();
        Assert.Equal(ReadOutcome.Failed, ended.Outcome);
        Assert.StartsWith("CW7010", ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_oversized_head_is_refused_and_others_are_served()
    {
        _lab.Write("a", 3);
        Assert.StartsWith("HTTP/1.1 414", await _lab.RawAsync($"GET /{new string('a', 5000)} HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431", await _lab.RawAsync($"GET /a HTTP/1.1\r\nHost: x\r\nX: {new string('a', 20000)}\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(_lab.Url("a"), Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_named_with_the_way_to_its_owner()
    {
        using var second = new BootHttpService(new() { Port = _lab.Port, Addresses = [IPAddress.Loopback] }, new NoFiles(), _lab, TimeProvider.System, NullLoggerFactory.Instance);
        var problem = (await Assert.ThrowsAsync<ProblemException>(() => second.StartAsync(Cancellation))).Problem;
        Assert.Equal("CW2001", problem.Code);
        Assert.Contains($"{_lab.Port}", problem.Message, StringComparison.Ordinal);
        Assert.Contains("http.port", problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_of_ours_costs_one_request()
    {
        await using var lab = await BootHttpLab.StartAsync(files: new NoFiles());
        Assert.Equal(["500", "500"], (await lab.RawAsync("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
            .Split("HTTP/1.1 ")[1..].Select(part => part[..3]));
    }

    [Fact]
    public async Task Too_many_connections_are_closed_and_room_comes_back()
    {
        await using var lab = await BootHttpLab.StartAsync(new() { MaxConnections = 2 });
        lab.Write("a", 3);
        using (var one = new TcpClient())
        using (var two = new TcpClient())
        {
            foreach (var client in new[] { one, two })
            {
                await client.ConnectAsync(IPAddress.Loopback, lab.Port, Cancellation);
                await client.GetStream().WriteAsync("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancellation);
                Assert.True(await client.GetStream().ReadAsync(new byte[1000], Cancellation) > 0);
            }

            Assert.Empty(await TryAsync());
        }

        string answer;
        while ((answer = await TryAsync()).Length == 0)
            await Task.Delay(10, Cancellation);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);

        async Task<string> TryAsync()
        {
            try
            {
                return await lab.RawAsync("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            }
            catch (IOException)
            {
                return "";
            }
        }
    }

    sealed class NoFiles : IBootFiles
    {
        public ValueTask<OpenedFile> OpenAsync(FileRequest request, CancellationToken cancellationToken) => throw new InvalidOperationException("our bug");
    }
}
