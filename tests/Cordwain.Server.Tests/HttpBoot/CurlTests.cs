using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Journal;
using System.Collections.Frozen;

namespace Cordwain.Server.Tests.HttpBoot;

/// <summary>Boot HTTP as curl sees it.</summary>
[Trait("Category", "Real")]
public sealed class CurlTests : IAsyncLifetime
{
    BootHttpLab _lab = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await BootHttpLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("--http1.1")]
    [InlineData("--http1.0")]
    [InlineData("-H", "Connection: close", "--ignore-content-length")]
    public async Task A_file_arrives_whole(params string[] options)
    {
        var bytes = _lab.Write("linux", 5_000_000);
        var (code, _, got) = await CurlAsync([.. options, _lab.Url("linux")]);
        Assert.Equal(0, code);
        Assert.Equal(bytes, got);
    }

    [Fact]
    public async Task A_head_request_shows_what_uefi_wants_to_know()
    {
        _lab.Write("snponly.efi", 170_000);
        var (_, _, head) = await CurlAsync("-I", _lab.Url("snponly.efi"));
        var lines = Encoding.ASCII.GetString(head).Split("\r\n");
        Assert.Equal("HTTP/1.1 200 OK", lines[0]);
        Assert.Contains("Content-Length: 170000", lines);
        Assert.Contains("Content-Type: application/efi", lines);
        Assert.Contains("Accept-Ranges: bytes", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("Server:", StringComparison.Ordinal) || line.StartsWith("Transfer-Encoding:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_download_is_taken_up_again()
    {
        var bytes = _lab.Write("initrd.img", 3_000_000);
        var target = Path.Join(_lab.Root, "got");
        await File.WriteAllBytesAsync(target, bytes[..1_234_567], Cancellation);
        Assert.Equal(0, (await CurlAsync("-C", "-", "-o", target, _lab.Url("initrd.img"))).Code);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(target, Cancellation));
    }

    [Theory]
    [InlineData("0-99", 0, 100)]
    [InlineData("-100", 999_900, 100)]
    [InlineData("500000-", 500_000, 500_000)]
    public async Task Ranges_arrive(string range, int offset, int length)
    {
        var bytes = _lab.Write("disk.img", 1_000_000);
        Assert.Equal(bytes[offset..(offset + length)], (await CurlAsync("-r", range, _lab.Url("disk.img"))).Out);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("%2e%2e/secret")]
    [InlineData("..%2fsecret")]
    [InlineData("..%5csecret")]
    [InlineData("a/%2e%2e/%2e%2e/secret")]
    [InlineData("%252e%252e/secret")]
    [InlineData("..%c0%afsecret")]
    [InlineData("%c0%ae%c0%ae/secret")]
    [InlineData("%e0%80%ae%e0%80%ae/secret")]
    [InlineData("secret%00")]
    public async Task No_spelling_leads_out_of_the_folder(string path)
    {
        await File.WriteAllTextAsync(Path.Join(_lab.Root, "secret"), "not yours", Cancellation);
        var (_, status, body) = await CurlAsync("--path-as-is", "-w", "%{stderr}%{http_code}", _lab.Url(path));
        Assert.InRange(int.Parse(status, CultureInfo.InvariantCulture), 400, 404);
        Assert.Empty(body);
    }

    [Fact]
    public async Task A_hundred_at_once_get_equal_bytes()
    {
        var bytes = _lab.Write("linux", 300_000);
        var (code, _, got) = await CurlAsync("-Z", "--parallel-max", "100", _lab.Url("linux?[1-100]"));
        Assert.Equal(0, code);
        Assert.Equal(100 * bytes.Length, got.Length);
        Assert.Equal(100, await CountAsync());

        async Task<int> CountAsync()
        {
            var count = 0;
            for (; count < 100; count++)
                Assert.Equal((ReadOutcome.Completed, (long)bytes.Length), ((await _lab.NextReadAsync()) is var read ? (read.Outcome, read.Bytes) : default));
            return count;
        }
    }

    [Fact]
    public async Task A_slow_reader_gets_all_in_the_end()
    {
        var bytes = _lab.Write("linux", 1_500_000);
        var (code, _, got) = await CurlAsync("--limit-rate", "1M", _lab.Url("linux"));
        Assert.Equal(0, code);
        Assert.Equal(bytes, got);
    }

    [Fact]
    public async Task A_kernel_of_a_mirror_is_served_while_it_arrives()
    {
        var kernel = new byte[2_000_000];
        new Random(7).NextBytes(kernel);
        using var mirror = new TcpListener(IPAddress.Loopback, 0);
        mirror.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)mirror.LocalEndpoint).Port}/debian/linux";
        var image = new ImageDefinition { Name = "debian", Title = "Debian", Variants = [new(BootCondition.Always, new BootMethod.Kernel(new(url), [], ""))] };
        var catalog = BootCatalog.Empty with { Images = new Dictionary<string, ImageDefinition> { ["debian"] = image }.ToFrozenDictionary() };
        await using var lab = await BootHttpLab.StartAsync(catalog: catalog);

        var first = CurlAsync(lab.Url("image/debian/linux"));
        using var connection = await mirror.AcceptTcpClientAsync(Cancellation);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {kernel.Length}\r\n\r\n"), Cancellation);
        await stream.WriteAsync(kernel.AsMemory(0, 1_000_000), Cancellation);

        // While the rest has not come, the beginning is there for others.
        Assert.Equal(kernel[..1000], (await CurlAsync("-r", "0-999", lab.Url("image/debian/linux"))).Out);
        var (_, _, head) = await CurlAsync("-I", lab.Url("image/debian/linux"));
        Assert.Contains("Content-Length: 2000000\r\n", Encoding.ASCII.GetString(head), StringComparison.Ordinal);

        var second = CurlAsync(lab.Url("IMAGE/debian/Linux"));
        await stream.WriteAsync(kernel.AsMemory(1_000_000), Cancellation);
        Assert.Equal(kernel, (await first).Out);
        Assert.Equal(kernel, (await second).Out);
        Assert.False(mirror.Pending());
    }

    [Fact]
    public async Task A_mirror_that_is_down_is_a_bad_gateway_with_its_reason_in_the_journal()
    {
        var image = new ImageDefinition { Name = "debian", Title = "Debian", Variants = [new(BootCondition.Always, new BootMethod.Kernel(new("http://127.0.0.1:1/linux"), [], ""))] };
        await using var lab = await BootHttpLab.StartAsync(catalog: BootCatalog.Empty with { Images = new Dictionary<string, ImageDefinition> { ["debian"] = image }.ToFrozenDictionary() });
        var (_, status, _) = await CurlAsync("-w", "%{stderr}%{http_code}", lab.Url("image/debian/linux"));
        Assert.Equal("502", status);
        Assert.StartsWith("CW7001: http://127.0.0.1:1/linux", (await lab.NextReadAsync()).Reason, StringComparison.Ordinal);
    }

    static async Task<(int Code, string Err, byte[] Out)> CurlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("curl", ["-sS", "-g", "--noproxy", "*", "--max-time", "60", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (arguments.Any(argument => argument.Contains("[1-", StringComparison.Ordinal)))
            start.ArgumentList.Remove("-g");
        using var curl = Process.Start(start)!;
        var output = new MemoryStream();
        var error = curl.StandardError.ReadToEndAsync(Cancellation);
        await curl.StandardOutput.BaseStream.CopyToAsync(output, Cancellation);
        await curl.WaitForExitAsync(Cancellation);
        return (curl.ExitCode, await error, output.ToArray());
    }
}
