using System.Collections.Concurrent;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Tests.Dhcp;

[Trait("Category", "Real")]
public sealed class AddressProberTests : IDisposable
{
    readonly NetworkNamespace _server = NetworkNamespace.Create();
    readonly NetworkNamespace _client = NetworkNamespace.Create();

    public AddressProberTests()
    {
        NetworkNamespace.Connect(_server, "lan0", _client, "cl0");
        _server.Ip("address add 10.77.0.1/24 dev lan0");
        _client.Ip("address add 10.77.0.101/24 dev cl0");
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void Arp_tells_used_addresses_of_a_link_from_free_ones()
    {
        _client.Ip("link set cl0 address 52:54:00:00:00:65");
        _client.Sysctl("net.ipv4.icmp_echo_ignore_all=1");   // silent to ping, as many desktops are

        var found = Probe("10.77.0.100", "10.77.0.101", "10.77.0.1");

        Assert.Equal(new ProbeResult(Ipv4Address.Parse("10.77.0.100"), false, null), found["10.77.0.100"]);
        Assert.Equal(new ProbeResult(Ipv4Address.Parse("10.77.0.101"), true, MacAddress.Parse("52:54:00:00:00:65")), found["10.77.0.101"]);
        Assert.True(found["10.77.0.1"].InUse);
    }

    [Fact]
    public void Ping_tells_used_addresses_behind_a_router_from_free_ones()
    {
        _client.Ip("address add 10.99.0.7/32 dev lo");
        _server.Ip("route add 10.99.0.0/24 via 10.77.0.101");

        var found = Probe("10.99.0.7", "10.99.0.8", "10.98.0.1");

        Assert.True(found["10.99.0.7"].InUse);
        Assert.False(found["10.99.0.8"].InUse);
        Assert.False(found["10.98.0.1"].InUse);
    }

    [Fact]
    public void An_address_that_an_answer_names_is_probed_before_others()
    {
        using var dhcp = new RunningDhcp(_server);
        var targets = new Targets([]);
        using var prober = Start(dhcp, targets);

        prober.Wish([Ipv4Address.Parse("10.77.0.101")]);

        Assert.True(targets.Results.TryTake(out var result, TimeSpan.FromSeconds(20)));
        Assert.Equal((true, "10.77.0.101"), (result.InUse, result.Address.ToString()));
        dhcp.Log.WaitFor("10.77.0.101 is in use by");
    }

    [Fact]
    public void A_holder_of_ours_that_answers_a_probe_is_nothing_to_warn_of()
    {
        _client.Ip("address add 10.77.0.102/24 dev cl0");
        using var dhcp = new RunningDhcp(_server);
        var targets = new Targets([]) { Known = Ipv4Address.Parse("10.77.0.101") };
        using var prober = Start(dhcp, targets);

        prober.Wish([Ipv4Address.Parse("10.77.0.101"), Ipv4Address.Parse("10.77.0.102")]);

        dhcp.Log.WaitFor("10.77.0.102 is in use by");
        Assert.DoesNotContain(dhcp.Log.Lines, line => line.Contains("10.77.0.101 is in use", StringComparison.Ordinal));
    }

    [Fact]
    public void An_answer_does_not_wait_for_a_probe()
    {
        using var dhcp = new RunningDhcp(_server);
        var targets = new Targets(["10.99.0.8"]);
        using var prober = Start(dhcp, targets);
        using var client = new Peer(_client, "cl0", 68);

        client.Broadcast(DhcpMessages.Bytes(DhcpMessages.From(Cordwain.Protocols.Dhcp4.DhcpMessageType.Discover)));
        client.Take();

        Assert.True(targets.Results.TryTake(out _, TimeSpan.FromSeconds(20)));
        Assert.Equal("dhcp engine", targets.Thread);
    }

    Dictionary<string, ProbeResult> Probe(params string[] addresses)
    {
        using var dhcp = new RunningDhcp(_server);
        var targets = new Targets(addresses);
        using var prober = Start(dhcp, targets);
        var found = new Dictionary<string, ProbeResult>();
        while (found.Count < addresses.Length)
        {
            Assert.True(targets.Results.TryTake(out var result, TimeSpan.FromSeconds(20)), "A probe brought nothing.");
            found[result.Address.ToString()] = result;
        }

        return found;
    }

    AddressProber Start(RunningDhcp dhcp, Targets targets) => _server.Run(() =>
    {
        var prober = new AddressProber(targets, dhcp.Service, TimeProvider.System, dhcp.Log.CreateLogger<AddressProber>());
        prober.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        return prober;
    });

    sealed class Targets(string[] addresses) : IProbeTargets
    {
        readonly Queue<Ipv4Address> _open = new(addresses.Select(Ipv4Address.Parse));

        public BlockingCollection<ProbeResult> Results { get; } = [];

        public string? Thread { get; private set; }

        public IReadOnlyList<Ipv4Address> NextToProbe(int most, DateTimeOffset now)
        {
            Thread = System.Threading.Thread.CurrentThread.Name;
            var next = _open.Take(most).ToArray();
            _open.Clear();
            return next;
        }

        public bool Found(ProbeResult result, DateTimeOffset now)
        {
            Results.Add(result);
            return result.InUse && result.Address != Known;
        }

        /// <summary>Has got its address here.</summary>
        public Ipv4Address Known { get; init; }
    }
}
