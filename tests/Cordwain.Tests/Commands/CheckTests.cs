using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Menus;
using Cordwain.Commands.Check;
using Cordwain.Management;
using Cordwain.Management.Check;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Api;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Hosting;
using Cordwain.Tests.Support;

namespace Cordwain.Tests.Commands;

/// <summary>How <c>cordwain check</c> reads, and when it asks a network.</summary>
public sealed class CheckTests : IDisposable
{
    const string Good = """
        networks:
          office: { subnet: 10.1.0.0/24, dhcp: proxy }
          rack: { subnet: 10.2.0.0/24, dhcp: server, pool: 10.2.0.50-10.2.0.99 }
          lab: { subnet: 10.3.0.0/24, dhcp: server, pool: 10.3.0.50-10.3.0.99, force: true }
        menu: { title: Test, entries: [local] }
        """;

    static readonly ForeignServer Dnsmasq = new(Ipv4Address.Parse("10.2.0.2"), Ipv4Address.Parse("10.2.0.60"), Parse("52:54:00:00:00:99"));

    readonly TestFolder _folder = new();
    readonly List<string> _asked = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_wrong_configuration_is_shown_by_lines_and_ends_with_1()
    {
        _folder.Write("cordwain.yaml", """
            networks:
              lab:
                subnet: 10.77.0.0/24
                dhpc: server
            menu:
              default: locl
            """);
        var result = await _folder.Run("check", "--data", _folder.Data);
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Error);
        Golden.Match("check-wrong.txt", _folder.Plain(result.Output));
    }

    [Fact]
    public async Task As_json_it_has_the_same_problems()
    {
        _folder.Write("cordwain.yaml", "menu: { tittle: x }");
        var result = await _folder.Run("check", "--json", "--data", _folder.Data);
        Assert.Equal(1, result.ExitCode);
        var root = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(1, root.GetProperty("errors").GetInt32());
        var problem = root.GetProperty("sections")[0].GetProperty("problems")[0];
        Assert.Equal(("CW4007", "error", 1, 9), (problem.GetProperty("code").GetString(), problem.GetProperty("severity").GetString(), problem.GetProperty("line").GetInt32(), problem.GetProperty("column").GetInt32()));
    }

    [Fact]
    public async Task A_configuration_that_is_not_there_is_an_error()
    {
        var result = await _folder.Run("check", "--config", "none.yaml", "--data", _folder.Data);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error CW4001", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void All_is_well() => Golden.Match("check-well.txt", Text(Good, new FakeHost()));

    [Fact]
    public void Troubles_of_the_machine_stand_in_their_sections() => Golden.Match("check-troubles.txt", Text(Good, new FakeHost
    {
        Taken = { [(Transport.Udp, 67)] = "dnsmasq (pid 812)" },
        MayBindLowPorts = false,
        Firewalls = [("ufw", "/etc/ufw/ufw.conf says ENABLED=yes")],
        Links = [],
    }, loaders: [], answers: [Dnsmasq]));

    [Fact]
    public void A_running_server_holds_its_ports_and_asks_by_itself()
    {
        var host = new FakeHost { Taken = { [(Transport.Udp, 67)] = "cordwain (pid 77)" } };
        var running = new ServerStatus("1", "0123456789ab", DateTimeOffset.UnixEpoch, [], []);
        Golden.Match("check-running.txt", Text(Good, host, running: running));
        Assert.Empty(_asked);
    }

    [Fact]
    public void Only_networks_where_we_give_addresses_are_asked()
    {
        Text(Good, new FakeHost());
        Assert.Equal(["eth2", "eth3"], _asked.Order());
    }

    [Fact]
    public void Without_rights_nothing_is_asked()
    {
        Assert.Contains("note CW2008: Not asked: this user may not send raw frames", Text(Good, new FakeHost { MaySendFrames = false }), StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    [Fact]
    public void Many_notes_are_counted_and_shown_when_asked_for()
    {
        Assert.Contains("(--notes shows them)", Text(Good, new FakeHost(), loaders: []), StringComparison.Ordinal);
        var all = Text(Good, new FakeHost(), loaders: [], allNotes: true);
        Assert.DoesNotContain("--notes", all, StringComparison.Ordinal);
        Assert.Contains("note CW4103", all, StringComparison.Ordinal);
    }

    string Text(string yaml, FakeHost host, string[]? loaders = null, ForeignServer[]? answers = null, ServerStatus? running = null, bool allNotes = false)
    {
        var inputs = new ConfigurationInputs
        {
            BuiltInMenu = new() { Items = [new MenuItem.Entry("local")] },
            FindLoaders = _ => new LoaderCatalog((loaders ?? [.. ClientArchitectures()]).ToFrozenSet()),
        };
        var result = ConfigurationLoader.Read(Encoding.UTF8.GetBytes(yaml), "cordwain.yaml", inputs);
        var check = new OtherServersCheck(Devices, running is not null, (device, _) =>
        {
            lock (_asked)
                _asked.Add(device.Name);
            return new(device.Name, [.. answers ?? []], null);
        });
        var output = new StringWriter();
        CheckText.Print(ConfigurationCheck.Run(result, host, check), new("cordwain.yaml", running, result), allNotes, output);
        return output.ToString();
    }

    static IEnumerable<string> ClientArchitectures() => Boot.Machines.ClientArchitecture.Names.SelectMany((_, code) => LoaderCatalog.WantedFor(new((ushort)code)));

    static NetworkDevice[] Devices { get; } = [Device(1, "10.1.0.1"), Device(2, "10.2.0.1"), Device(3, "10.3.0.1")];

    static NetworkDevice Device(int index, string address) =>
        new(index, $"eth{index}") { Mac = Parse($"52:54:00:00:01:0{index}"), Addresses = [new(Ipv4Address.Parse(address), new(Ipv4Address.Parse(address), 24))] };

    static MacAddress Parse(string text) => MacAddress.TryParse(text, out var mac) ? mac : throw new ArgumentException(text, nameof(text));
}

/// <summary>A machine on which all is well unless a test says otherwise.</summary>
sealed class FakeHost : IHostView
{
    public Dictionary<(Transport, int), string> Taken { get; } = [];

    public int FirstFreePort => 1024;

    public bool MayBindLowPorts { get; init; } = true;

    public bool MaySendFrames { get; init; } = true;

    public IReadOnlyCollection<string> Interfaces => ["eth1", "eth2", "eth3", "lo"];

    public IReadOnlyList<(string Interface, Ipv4Network Network)> Links { get; init; } = [.. Enumerable.Range(1, 3).Select(i => ($"eth{i}", new Ipv4Network(Ipv4Address.Parse($"10.{i}.0.0"), 24)))];

    public IReadOnlyList<(string Name, string Sign)> Firewalls { get; init; } = [];

    public string? ListenerOn(Transport transport, int port) => Taken.GetValueOrDefault((transport, port));

    public bool FileExists(string path) => true;

    public IEnumerable<string> FilesBelow(string folder) => [];

    public string? ReadText(string path) => null;
}
