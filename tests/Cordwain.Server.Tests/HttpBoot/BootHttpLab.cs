using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Content;
using Cordwain.Content.Folders;
using Cordwain.Content.Loaders;
using Cordwain.Content.Mirrors;
using Cordwain.Protocols.Wire;
using Cordwain.Server.HttpBoot;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cordwain.Server.Tests.HttpBoot;

/// <summary>Boot HTTP on loopback over a folder of the test's own, with what it wrote into the journal.</summary>
sealed class BootHttpLab : IBootJournal, IMachineDirectory, IMenuTexts, IAsyncDisposable
{
    readonly BootHttpService _service;

    BootHttpLab(HttpBootSettings settings, BootCatalog catalog, IBootFiles? files, bool? plainly, TimeProvider time)
    {
        Directory.CreateDirectory(Folder);
        Mirrors = new(new() { Folder = Path.Join(Root, "cache"), RetryAfter = TimeSpan.Zero }, TimeProvider.System);
        var sources = new BootFileSources(new(Folder, TimeProvider.System), LoaderFolders.Empty, Mirrors);
        Files = files ?? new BootFiles(() => catalog, () => sources, this, this);
        _service = plainly is { } way ? new(settings, Files, this, time, NullLoggerFactory.Instance, way)
            : new(settings, Files, this, time, NullLoggerFactory.Instance);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("cordwain-").FullName;

    public string Folder => Path.Join(Root, "files");

    public MirrorCache Mirrors { get; }

    public IBootFiles Files { get; }

    public ConcurrentQueue<BootEvent.Read> Reads { get; } = [];

    public int Port => _service.Port;

    public HttpCounters Counters => _service.Counters;

    public string Url(string name = "") => $"http://127.0.0.1:{Port}/{name}";

    public static async Task<BootHttpLab> StartAsync(HttpBootSettings? settings = null, BootCatalog? catalog = null, IBootFiles? files = null, bool? plainly = null, TimeProvider? time = null)
    {
        var lab = new BootHttpLab((settings ?? new()) with { Port = 0, Addresses = [IPAddress.Loopback] }, catalog ?? BootCatalog.Empty, files, plainly, time ?? TimeProvider.System);
        await lab._service.StartAsync(TestContext.Current.CancellationToken);
        return lab;
    }

    public byte[] Write(string name, int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(Folder, name))!);
        File.WriteAllBytes(Path.Join(Folder, name), bytes);
        return bytes;
    }

    /// <summary>Sends bytes as they are and reads until the server closes, or what <paramref name="until"/> wants has come.</summary>
    public async Task<string> RawAsync(string request, Func<string, bool>? until = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (until?.Invoke(answer.ToString()) != true && await stream.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var read)
            answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        return answer.ToString();
    }

    /// <summary>The journal is written after the last byte has left: waits for the entry.</summary>
    public async Task<BootEvent.Read> NextReadAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        BootEvent.Read? read;
        while (!Reads.TryDequeue(out read))
            await Task.Delay(5, limit.Token);
        return read;
    }

    public void Record(BootEvent boot) => Reads.Enqueue(Assert.IsType<BootEvent.Read>(boot));

    public MachineSighting? FindByAddress(Ipv4Address address) => null;

    public MachineSighting? FindByMac(MacAddress mac) => null;

    public string Render(ContentCandidate.RenderedMenu menu, BootRequest request, BootCatalog catalog) => $"#!ipxe\n# menu for {request.Machine}\n";

    public EntryText? Render(ContentCandidate.MenuEntry entry, BootRequest request, BootCatalog catalog) => null;

    public string Render(ContentCandidate.RenderedEntry entry, BootRequest request, BootCatalog catalog) => $"#!ipxe\n# {entry.Image.Name}\n";

    /// <summary>A clock on which every file of the test is an hour old: answers are kept for files that have not changed a moment ago.</summary>
    public sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(1);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.StopAsync(CancellationToken.None);
        _service.Dispose();
        await Mirrors.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
