using System.Text;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Content;

namespace Cordwain.Server.Tests.HttpBoot;

/// <summary>Files that the system does not send as usual, and files that nobody asks for any more.</summary>
public sealed class PlainFilesTests
{
    const string Last = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_whose_file_system_cannot_be_sent_from_is_read_and_sent()
    {
        const string Path = "/proc/self/auxv";   // plain to read, and nothing that sendfile takes
        var bytes = await File.ReadAllBytesAsync(Path, Cancellation);
        await using var lab = await BootHttpLab.StartAsync(files: new OneFile(Path, FileAccess.Read, bytes.Length, isKept: false), plainly: true);
        var answer = await lab.RawAsync("GET /f" + Last);
        Assert.EndsWith("\r\n\r\n" + Encoding.Latin1.GetString(bytes), answer, StringComparison.Ordinal);
        var read = await lab.NextReadAsync();
        Assert.Equal((ReadOutcome.Completed, (long)bytes.Length), (read.Outcome, read.Bytes));
    }

    [Theory]
    [InlineData(1000, false)]
    [InlineData(1000, true)]
    [InlineData(100_000, true)]
    public async Task A_file_that_cannot_be_read_is_a_failure_of_ours_and_not_the_machine_s(int length, bool isKept)
    {
        var folder = Directory.CreateTempSubdirectory("cordwain-");
        var path = Path.Join(folder.FullName, "f");
        await File.WriteAllBytesAsync(path, new byte[length], Cancellation);
        await using (var lab = await BootHttpLab.StartAsync(files: new OneFile(path, FileAccess.Write, length, isKept), plainly: true, time: new BootHttpLab.LaterTime()))
        {
            await Assert.ThrowsAsync<IOException>(() => lab.RawAsync("GET /f" + Last));
            var read = await lab.NextReadAsync();
            Assert.Equal((ReadOutcome.Failed, 0L), (read.Outcome, read.Bytes));
            Assert.StartsWith("the file cannot be sent: ", read.Reason, StringComparison.Ordinal);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_file_that_nobody_asks_for_any_more_is_closed_though_nothing_else_happens()
    {
        await using var lab = await BootHttpLab.StartAsync(new() { KeepAnswersFor = TimeSpan.FromMilliseconds(1) }, plainly: true, time: new BootHttpLab.LaterTime());
        lab.Write("big", 100_000);
        var path = Path.Join(lab.Folder, "big");
        await lab.RawAsync("GET /big HTTP/1.1\r\nHost: x\r\n\r\nGET /big" + Last);
        while (lab.Counters.CacheHits == 0 || lab.Counters.ActiveConnections > 0)
            await Task.Delay(5, Cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (IsOpen(path))
            await Task.Delay(20, limit.Token);
    }

    static bool IsOpen(string path) => Directory.EnumerateFiles("/proc/self/fd").Any(link =>
    {
        try
        {
            return new FileInfo(link).LinkTarget == path;
        }
        catch (IOException)
        {
            return false;   // another test has just closed it
        }
    });

    sealed class OneFile(string path, FileAccess access, int length, bool isKept) : IBootFiles
    {
        public ValueTask<OpenedFile> OpenAsync(FileRequest request, CancellationToken cancellationToken)
        {
            var file = File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite);
            var content = new FileContent(new FileExtent(file, 0, length), DateTimeOffset.UnixEpoch, ownsFile: true) { Source = "folder" };
            return new(new OpenedFile(content, MachineIdentity.Unknown, "text/plain", [])
            {
                Basis = isKept ? new(path, Path.GetDirectoryName(path)!, () => true) : null,
            });
        }
    }
}
