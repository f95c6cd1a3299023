using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Management.Stores;
using Cordwain.Server.Api;
using Cordwain.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

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
        await using var service = new ControlService(path, new Control(), boots, journal);

        await service.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, stop) => Connect(path, stop) });
        var status = await client.GetFromJsonAsync("http://control/api/v1/status", ControlJson.Default.ServerStatus, TestContext.Current.CancellationToken);
        Assert.Equal("r1", status?.Revision);
        await service.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(File.Exists(path));
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
