using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Content;
using Cordwain.Server.HttpBoot;
using Cordwain.Server.HttpBoot.Plain;
using Cordwain.Server.Linux;
using Microsoft.Win32.SafeHandles;

namespace Cordwain.Server.Tests.HttpBoot;

/// <summary>One worker alone: what a connection may take of it, what a fault costs it, and its end.</summary>
public sealed class PlainWorkerTests : IBootFiles, IBootJournal, IAsyncLifetime
{
    const string Again = " HTTP/1.1\r\nHost: x\r\n\r\n", Last = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
    readonly ConcurrentQueue<string> _asked = new();
    readonly ConcurrentQueue<Exception> _faults = new();
    readonly SemaphoreSlim _isAsked = new(0), _mayAnswer = new(0);
    readonly string _path = Path.GetTempFileName();
    readonly ConcurrentQueue<string> _ended = new();
    Action<string> _onEnded = static _ => { };
    PlainWorker _worker = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        var (settings, counters) = (new HttpBootSettings(), new HttpCounters());
        var around = new PlainSurroundings(settings, this, this, TimeProvider.System, counters, new(settings, counters), (_, _, fault) => _faults.Enqueue(fault));
        _worker = new(around, (int)_listener.Handle, () => _worker, handed => handed.Socket.Close());
        _worker.Start();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        _mayAnswer.Release(10);
        _worker.Stop();
        await _worker.Ended;
        _worker.Dispose();
        _listener.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public async Task A_machine_that_asks_without_end_does_not_keep_another_waiting()
    {
        const int Many = 1500;
        using var greedy = await ConnectAsync();
        using var other = await ConnectAsync();
        await greedy.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /held" + Again), Cancellation);
        await _isAsked.WaitAsync(Cancellation);   // the worker stands still until all of this has come
        await greedy.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("GET /g" + Again, Many)) + "GET /g" + Last), Cancellation);
        await other.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /other" + Last), Cancellation);
        _mayAnswer.Release();

        Assert.EndsWith("/other", await RestAsync(other), StringComparison.Ordinal);
        Assert.Equal(Many + 2, (await RestAsync(greedy)).Split("HTTP/1.1 200 OK").Length - 1);
        Assert.InRange(_asked.ToList().IndexOf("/other"), 0, Many / 3);
    }

    [Fact]
    public async Task What_is_short_is_answered_before_the_images_that_wait_for_their_turns()
    {
        const int Images = 40;
        await File.WriteAllBytesAsync(_path, new byte[100_000], Cancellation);   // more than leaves with a head
        using var holding = await ConnectAsync();
        using var prompt = await ConnectAsync();
        using var late = await ConnectAsync();
        var readers = new List<TcpClient>();
        for (var i = 0; i < Images; i++)
            readers.Add(await ConnectAsync());
        foreach (var client in readers.Append(prompt).Append(late))
            await GreetAsync(client);   // the worker has all of them
        _onEnded = name =>
        {
            // In the middle of the worker's turns.
            if (name == "/image0")
                late.Client.Send(Encoding.ASCII.GetBytes("GET /late" + Last));
        };

        await holding.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /held" + Again), Cancellation);
        await _isAsked.WaitAsync(Cancellation);   // the worker stands still until all of this has come
        for (var i = 0; i < Images; i++)
            await readers[i].GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /image{i}" + Last), Cancellation);
        await prompt.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /short" + Last), Cancellation);
        var all = readers.Append(prompt).Append(late).Select(RestAsync).ToArray();
        _mayAnswer.Release();

        var answers = await Task.WhenAll(all);
        Assert.All(answers[..Images], answer => Assert.InRange(answer.Length, 100_000, 101_000));
        var ended = _ended.ToList();
        Assert.Equal(Images + 2, ended.Count);
        Assert.InRange(ended.IndexOf("/short"), 0, Images / 4);
        Assert.InRange(ended.IndexOf("/late"), ended.IndexOf("/image0") + 1, ended.IndexOf("/image0") + Images / 4);
        readers.ForEach(reader => reader.Dispose());
    }

    [Fact]
    public async Task A_fault_where_an_answer_was_waited_for_costs_one_connection()
    {
        using (var unlucky = await ConnectAsync())
        {
            await unlucky.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /faulty" + Again), Cancellation);
            await Assert.ThrowsAsync<IOException>(() => RestAsync(unlucky));
        }

        using var next = await ConnectAsync();
        await next.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /next" + Last), Cancellation);
        Assert.EndsWith("/next", await RestAsync(next), StringComparison.Ordinal);
        Assert.Equal(Faulty.Message, Assert.Single(_faults).Message);
    }

    [Fact]
    public async Task What_is_posted_to_a_worker_that_has_ended_is_let_go()
    {
        _worker.Drain();
        await _worker.Ended.WaitAsync(Cancellation);
        var (done, letGo) = (false, false);
        _worker.Post(new(new StreamSocket(-1), default), () => done = true, () => letGo = true);
        Assert.Equal((false, true), (done, letGo));
    }

    async ValueTask<OpenedFile> IBootFiles.OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        _asked.Enqueue(request.Name);
        if (request.Name == "/faulty")
        {
            await Task.Yield();
            return new(new Faulty { Source = "menu" }, MachineIdentity.Unknown, "text/plain", []);
        }

        if (request.Name == "/held")
        {
            _isAsked.Release();
            _mayAnswer.Wait(CancellationToken.None);   // as a cold disk does: with the worker's thread
        }

        if (request.Name is "/short" or "/late" || request.Name.StartsWith("/image", StringComparison.Ordinal))
            return new(new Watched(_path, request.Name[1] == 'i' ? null : 100, () => Ended(request.Name)) { Source = "folder" }, MachineIdentity.Unknown, "text/plain", []);
        return new(RenderedContent.Text("menu", request.Name), MachineIdentity.Unknown, "text/plain", []);
    }

    void Ended(string name)
    {
        _ended.Enqueue(name);
        _onEnded(name);
    }

    void IBootJournal.Record(BootEvent boot) => Assert.IsType<BootEvent.Read>(boot);

    async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)_listener.LocalEndPoint!, Cancellation);
        return client;
    }

    static async Task GreetAsync(TcpClient client)
    {
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /hello" + Again), Cancellation);
        var answer = "";
        var buffer = new byte[1024];
        while (!answer.EndsWith("/hello", StringComparison.Ordinal))
            answer += Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer, Cancellation));
    }

    static async Task<string> RestAsync(TcpClient client)
    {
        using var all = new MemoryStream();
        await client.GetStream().CopyToAsync(all, Cancellation);
        return Encoding.Latin1.GetString(all.ToArray());
    }

    /// <summary>A file, or its beginning. It is let go where its last byte leaves: on the worker's thread.</summary>
    sealed class Watched(string path, int? length, Action ended) : BootContent
    {
        readonly SafeFileHandle _file = File.OpenHandle(path);

        public override long? Length => length ?? RandomAccess.GetLength(_file);

        public override FileExtent? Extent => new(_file, 0, Length!.Value);

        public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) => RandomAccess.ReadAsync(_file, buffer, offset, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            _file.Dispose();
            ended();
            base.Dispose(disposing);
        }
    }

    sealed class Faulty : BootContent
    {
        public const string Message = "nobody knows how long it is";

        public override long? Length => throw new InvalidOperationException(Message);

        public override ReadOnlyMemory<byte>? Bytes => default(ReadOnlyMemory<byte>);

        public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) => new(0);
    }
}
