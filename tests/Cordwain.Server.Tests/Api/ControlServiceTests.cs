using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Management;
using Cordwain.Management.Stores;
using Cordwain.Server.Api;
using Cordwain.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cordwain.Server.Tests.Api;

[UnsupportedOSPlatform("windows")]
public sealed class ControlServiceTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("control-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Only_the_owner_may_open_the_socket_and_an_old_one_is_replaced()
    {
        var path = Path.Combine(_folder, "control.sock");
        await File.WriteAllTextAsync(path, "left by a server that was killed", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        using var boots = new NoBoots();
        using var journal = new BootJournal(boots, NullLogger<BootJournal>.Instance);
        await using var service = new ControlService(path, new Control(), boots, journal, TimeProvider.System, problem => Assert.Fail(problem.ToString()));

        await service.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal("r1", await Revision(path));
        await service.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_socket_that_cannot_be_made_stops_no_start_and_is_made_once_it_can_be()
    {
        var path = Path.Combine(_folder, "control.sock");
        Directory.CreateDirectory(path).CreateSubdirectory("in the way");
        using var boots = new NoBoots();
        using var journal = new BootJournal(boots, NullLogger<BootJournal>.Instance);
        var time = new FakeTimeProvider();
        var problems = new ConcurrentQueue<Problem>();
        await using var service = new ControlService(path, new Control(), boots, journal, time, problems.Enqueue);

        await service.StartAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("CW2011", Assert.Single(problems).Code);

        Directory.Delete(path, recursive: true);
        while (!File.Exists(path) || File.GetUnixFileMode(path) != (UnixFileMode.UserRead | UnixFileMode.UserWrite))
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        Assert.Equal("r1", await Revision(path));
        for (var wait = 0; problems.Count < 2 && wait < 5000; wait++)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        Assert.Equal([Severity.Warning, Severity.Note], problems.Select(problem => problem.Severity));
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    static async Task<string?> Revision(string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, stop) => Connect(path, stop) });
        return (await client.GetFromJsonAsync("http://control/api/v1/status", ControlJson.Default.ServerStatus, TestContext.Current.CancellationToken))?.Revision;
    }

    static async ValueTask<Stream> Connect(string path, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
        return new NetworkStream(socket, ownsSocket: true);
    }

    sealed class Control : IServerControl
    {
        public ServerStatus Status() => new("1", "r1", DateTimeOffset.UnixEpoch, [], []);

        public Task<IReadOnlyList<(LeaseBinding Binding, string? Network)>> Leases() => Task.FromResult<IReadOnlyList<(LeaseBinding, string?)>>([]);

        public ReloadResult Reload() => new(false, "r1", []);
    }

    sealed class NoBoots : IBootStore
    {
        public long LastId => 0;

        public long Lost => 0;

        public void Flush()
        {
        }

        public void Append(IReadOnlyList<(long BootId, BootEvent Event)> events, IReadOnlyList<BootTimeline> changed)
        {
        }

        public IReadOnlyList<BootTimeline> List(int most, string? machine = null) => [];

        public BootTimeline? Find(long id) => null;

        public IReadOnlyList<BootEvent> Events(long id) => [];

        public void Dispose()
        {
        }
    }
}
