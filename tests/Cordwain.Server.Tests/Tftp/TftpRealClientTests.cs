using System.Diagnostics;
using System.Globalization;
using Cordwain.Boot.Journal;

namespace Cordwain.Server.Tests.Tftp;

/// <summary>Programs that others wrote: do they agree with us?</summary>
[Trait("Category", "Real")]
public sealed class TftpRealClientTests : IDisposable
{
    readonly TftpTestServer _server = new();
    readonly string _into = Directory.CreateTempSubdirectory("cordwain-got-").FullName;

    string Port => _server.EndPoint.Port.ToString(CultureInfo.InvariantCulture);

    string Got => Path.Combine(_into, "got");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_into, recursive: true);
    }

    [Theory]
    [InlineData(8, 20_000)]
    [InlineData(9, 20_000)]
    [InlineData(511, 500_000)]
    [InlineData(512, 512_000)]
    [InlineData(1024, 1_024_000)]
    [InlineData(1468, 3_000_000)]
    [InlineData(8192, 3_000_000)]
    [InlineData(65464, 6_546_400)]
    public void Curl(int blockSize, int length)
    {
        var file = _server.Add("file", length);
        Run("curl", "-sS", "--tftp-blksize", Text(blockSize), "-o", Got, $"tftp://127.0.0.1:{Port}/file");
        Expect(file);
    }

    [Fact]
    public void Curl_without_options_past_the_last_block_number()
    {
        var file = _server.Add("file", 40_000_000);
        Run("curl", "-sS", "--tftp-no-options", "-o", Got, $"tftp://127.0.0.1:{Port}/file");
        Expect(file);
    }

    [Theory]
    [InlineData("a file with spaces", "a%20file%20with%20spaces")]
    [InlineData("file", "/file")]
    [InlineData("sub/file", "sub%5Cfile")]
    public void Curl_with_odd_names(string name, string asked)
    {
        Directory.CreateDirectory(Path.Combine(_server.Folder, "sub"));
        var file = _server.Add(name, 3000);
        Run("curl", "-sS", "-o", Got, $"tftp://127.0.0.1:{Port}/{asked}");
        Expect(file);
    }

    [Fact]
    public void Curl_hears_that_a_file_is_missing()
    {
        var (code, output) = Try("curl", "-sS", "-o", Got, $"tftp://127.0.0.1:{Port}/missing");
        Assert.True(code == 68, output);   // CURLE_TFTP_NOTFOUND
        Assert.Equal(ReadOutcome.NotFound, _server.Journal.Next().Outcome);
    }

    [Fact]
    public void Curl_cannot_upload()
    {
        File.WriteAllText(Got, "x");
        var (code, output) = Try("curl", "-sS", "-T", Got, $"tftp://127.0.0.1:{Port}/new");
        Assert.True(code == 69, output);   // CURLE_TFTP_PERM
        Assert.False(File.Exists(Path.Combine(_server.Folder, "new")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData(1_000_001)]
    [InlineData(40_000_000)]   // 78,126 blocks
    public void Tftp_hpa(int length)
    {
        var file = _server.Add("file", length);
        Run("tftp", "-m", "binary", "127.0.0.1", Port, "-c", "get", "file", Got);
        Expect(file);
    }

    [Fact]
    public void Tftp_hpa_in_netascii()
    {
        var text = string.Concat(Enumerable.Range(0, 5000).Select(line => $"line {line} {new string('x', line % 80)}\n"));
        File.WriteAllText(Path.Combine(_server.Folder, "text"), text);
        Run("tftp", "-m", "ascii", "127.0.0.1", Port, "-c", "get", "text", Got);
        Assert.Equal(text, File.ReadAllText(Got));
    }

    [Theory]
    [InlineData(8, 1, 20_000)]
    [InlineData(512, 1, 300_000)]
    [InlineData(1468, 1, 2_000_000)]
    [InlineData(1468, 4, 2_000_000)]
    [InlineData(1468, 16, 2_000_000)]
    [InlineData(1024, 64, 2_048_000)]
    [InlineData(512, 8, 40_000_000)]
    [InlineData(65464, 1, 3_000_000)]
    [InlineData(65464, 2, 3_000_000)]
    public void Atftp(int blockSize, int window, int length)
    {
        var file = _server.Add("file", length);
        Run("atftp", "--option", $"blksize {blockSize}", "--option", $"windowsize {window}", "--option", "tsize 0", "-g", "-r", "file", "-l", Got, "127.0.0.1", Port);
        Expect(file);
    }

    [Theory]
    [InlineData(512, 100_000)]
    [InlineData(1024, 1_024_000)]
    [InlineData(65464, 1_000_000)]
    public void Busybox(int blockSize, int length)
    {
        var file = _server.Add("file", length);
        Run("busybox", "tftp", "-g", "-b", Text(blockSize), "-r", "file", "-l", Got, "127.0.0.1", Port);
        Expect(file);
    }

    [Fact]
    public void All_at_once()
    {
        var file = _server.Add("file", 1_000_000);
        Parallel.For(0, 30, new() { CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            var got = Path.Combine(_into, Text(i));
            if (i % 2 == 0)
                Run("curl", "-sS", "--tftp-blksize", "1468", "-o", got, $"tftp://127.0.0.1:{Port}/file");
            else
                Run("atftp", "--option", "blksize 1468", "--option", "windowsize 8", "-g", "-r", "file", "-l", got, "127.0.0.1", Port);
            Assert.Equal(file, File.ReadAllBytes(got));
        });
    }

    void Expect(byte[] file)
    {
        Assert.Equal(file, File.ReadAllBytes(Got));
        var read = _server.Journal.Next();
        Assert.Equal((ReadOutcome.Completed, file.Length), (read.Outcome, read.Bytes));
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    static void Run(string program, params string[] arguments)
    {
        var (code, output) = Try(program, arguments);
        Assert.True(code == 0, $"{program} ended with {code}: {output}");
    }

    static (int Code, string Output) Try(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(60_000))
        {
            process.Kill();
            return (-1, $"{program} did not end: {output}");
        }

        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }
}
