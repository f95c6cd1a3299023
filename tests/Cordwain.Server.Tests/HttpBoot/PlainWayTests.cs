using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Server.HttpBoot;

namespace Cordwain.Server.Tests.HttpBoot;

/// <summary>What only the way beneath the web server does: keeps answers, waits without a thread, passes connections on.</summary>
public sealed class PlainWayTests : IAsyncLifetime
{
    const string Again = " HTTP/1.1\r\nHost: x\r\n\r\n", Last = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    BootHttpLab _lab = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await BootHttpLab.StartAsync(plainly: true, time: new BootHttpLab.LaterTime());

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData(4096)]
    [InlineData(100_000)]
    public async Task A_file_that_changes_is_noticed_at_once(int length)
    {
        Settle(_lab.Write("dir/f", length), "dir/f");
        var path = Path.Join(_lab.Folder, "dir/f");
        Assert.Equal(await File.ReadAllTextAsync(path, Encoding.Latin1, Cancellation), await BodyAsync("/dir/f"));
        Assert.Equal(await File.ReadAllTextAsync(path, Encoding.Latin1, Cancellation), await BodyAsync("/dir/f"));
        Assert.Equal(1, await HitsAsync());

        await File.WriteAllTextAsync(path, new string('x', length), Encoding.Latin1, Cancellation);   // in place, of the same length
        Assert.Equal(new string('x', length), await BodyAsync("/dir/f"));
        await File.WriteAllTextAsync(path + ".new", "replaced", Cancellation);
        File.Move(path + ".new", path, overwrite: true);
        Assert.Equal("replaced", await BodyAsync("/dir/f"));
        File.Delete(path);
        Assert.StartsWith("HTTP/1.1 404", await _lab.RawAsync("GET /dir/f" + Last), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_becomes_a_link_out_is_noticed_at_once()
    {
        Settle(_lab.Write("dir/f", 100), "dir/f");
        await _lab.RawAsync("GET /dir/f" + Again + "GET /dir/f" + Last);
        Assert.Equal(1, await HitsAsync());
        var away = Path.Join(_lab.Root, "away");
        Directory.Move(Path.Join(_lab.Folder, "dir"), away);   // the file itself stays as it was
        File.CreateSymbolicLink(Path.Join(_lab.Folder, "dir"), away);
        Assert.StartsWith("HTTP/1.1 403", await _lab.RawAsync("GET /dir/f" + Last), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_behind_each_other_are_answered_in_order_whatever_their_size()
    {
        var (small, big) = (Latin1(_lab.Write("small", 1000)), Latin1(_lab.Write("big", 9_000_000)));
        var answer = await _lab.RawAsync("GET /small" + Again + "GET /big" + Again + "GET /small" + Again + "GET /big" + Last);
        Assert.Equal(2 * (small.Length + big.Length), answer.Split("\r\n\r\n").Skip(1).Sum(part => part.Split("HTTP/1.1 200 OK")[0].Length));
        var bodies = answer.Split("HTTP/1.1 200 OK\r\n", StringSplitOptions.RemoveEmptyEntries).Select(part => part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        Assert.Equal([small, big, small, big], bodies);
    }

    [Fact]
    public async Task A_request_may_come_byte_by_byte()
    {
        _lab.Write("a", 3);
        using var client = await ConnectAsync();
        foreach (var octet in Encoding.ASCII.GetBytes("GET /a" + Again + "GET /a" + Last))
            await client.GetStream().WriteAsync(new[] { octet }, Cancellation);
        Assert.Equal(2, (await RestAsync(client.GetStream())).Split("HTTP/1.1 200 OK").Length - 1);
        Assert.Equal(0, _lab.Counters.HandedOver);
    }

    [Fact]
    public async Task A_machine_that_has_ended_its_side_still_gets_its_answer()
    {
        var bytes = _lab.Write("big", 5_000_000);
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /big" + Again), Cancellation);
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.EndsWith(Latin1(bytes[^1000..]), await RestAsync(stream), StringComparison.Ordinal);
        Assert.Equal(ReadOutcome.Completed, (await _lab.NextReadAsync()).Outcome);
    }

    [Fact]
    public async Task After_a_request_that_is_not_plain_the_web_server_has_the_connection()
    {
        _lab.Write("a", 3);
        var odd = " HTTP/1.1\r\nHost: x\r\nX-Odd: 1\r\n\r\n";
        var answer = await _lab.RawAsync("GET /a" + Again + "GET /a" + odd + "GET /a" + Again + "GET /missing" + Last);
        Assert.Equal(["200", "200", "200", "404"], answer.Split("HTTP/1.1 ")[1..].Select(part => part[..3]));
        while (_lab.Counters.ActiveConnections > 0 || _lab.Counters.Requests < 4)
            await Task.Delay(5, Cancellation);
        Assert.Equal((1L, 3L, 1L), (_lab.Counters.HandedOver, _lab.Counters.Answers(2), _lab.Counters.Answers(4)));
    }

    [Fact]
    public async Task A_head_that_does_not_end_is_given_up()
    {
        await using var lab = await BootHttpLab.StartAsync(new() { HeadTimeout = TimeSpan.FromMilliseconds(50) }, plainly: true);
        Assert.StartsWith("HTTP/1.1 408 ", await lab.RawAsync("GET /a HTTP/1.1\r\nHost"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_without_a_request_is_closed_in_time()
    {
        await using var lab = await BootHttpLab.StartAsync(new() { IdleTimeout = TimeSpan.FromMilliseconds(50) }, plainly: true);
        Assert.Empty(await lab.RawAsync(""));
    }

    [Fact]
    public async Task One_address_cannot_take_the_room_of_all()
    {
        await using var lab = await BootHttpLab.StartAsync(new() { MaxConnectionsPerAddress = 1 }, plainly: true);
        lab.Write("a", 3);
        using var first = await ConnectAsync(lab);
        await first.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /a" + Again), Cancellation);
        Assert.True(await first.GetStream().ReadAsync(new byte[1000], Cancellation) > 0);
        using var second = await ConnectAsync(lab);
        Assert.Empty(await RestAsync(second.GetStream()));
        Assert.Equal(1, lab.Counters.RefusedConnections);
    }

    [Fact]
    public async Task While_an_answer_is_looked_for_others_are_served_and_the_machine_may_leave()
    {
        var slow = new SlowFiles();
        await using var lab = await BootHttpLab.StartAsync(files: slow, plainly: true);
        using var waiting = await ConnectAsync(lab);
        await waiting.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /slow" + Again + "GET /quick" + Last), Cancellation);
        using (var leaving = await ConnectAsync(lab))
        {
            await leaving.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /slow" + Again), Cancellation);
            await slow.Asked.WaitAsync(Cancellation);
            await slow.Asked.WaitAsync(Cancellation);
            leaving.Client.LingerState = new(true, 0);
        }

        await slow.Left.Task.WaitAsync(Cancellation);
        for (var i = 0; i < 20; i++)
            Assert.EndsWith("quick", await lab.RawAsync("GET /quick" + Last), StringComparison.Ordinal);
        slow.Found.SetResult();
        var answers = (await RestAsync(waiting.GetStream())).Split("HTTP/1.1 200 OK");
        Assert.EndsWith("slow", answers[1], StringComparison.Ordinal);
        Assert.EndsWith("quick", answers[2], StringComparison.Ordinal);
    }

    /// <summary>Counters are added up when the worker has done a turn.</summary>
    async Task<long> HitsAsync()
    {
        while (_lab.Counters.CacheHits == 0)
            await Task.Delay(5, Cancellation);
        return _lab.Counters.CacheHits;
    }

    /// <summary>Puts a file's time back, so that the next change shows however soon it comes.</summary>
    void Settle(byte[] bytes, string name)
    {
        Assert.NotEmpty(bytes);
        File.SetLastWriteTimeUtc(Path.Join(_lab.Folder, name), DateTime.UtcNow.AddHours(-1));
    }

    static string Latin1(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    async Task<string> BodyAsync(string target)
    {
        var answer = await _lab.RawAsync(string.Create(CultureInfo.InvariantCulture, $"GET {target}{Last}"));
        return answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
    }

    async Task<TcpClient> ConnectAsync(BootHttpLab? lab = null)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, (lab ?? _lab).Port, Cancellation);
        return client;
    }

    static async Task<string> RestAsync(NetworkStream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Cancellation);
        return Latin1(all.ToArray());
    }

    sealed class SlowFiles : IBootFiles
    {
        public SemaphoreSlim Asked { get; } = new(0);

        public TaskCompletionSource Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<OpenedFile> OpenAsync(FileRequest request, CancellationToken cancellationToken)
        {
            if (request.Name == "/slow")
            {
                Asked.Release();
                try
                {
                    await Found.Task.WaitAsync(cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    Left.TrySetResult();
                    throw;
                }
            }

            return new(RenderedContent.Text("menu", request.Name[1..]), Cordwain.Boot.Machines.MachineIdentity.Unknown, "text/plain", ImmutableArray<Boot.Decisions.TraceStep>.Empty);
        }
    }
}
