using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Linux;
using Cordwain.Server.Tests.Support;

namespace Cordwain.Server.Tests.Dhcp;

public sealed class ForeignServerCheckTests
{
    static readonly MacAddress Probe = MacAddress.Parse("02:00:00:00:00:01");
    static readonly FrameEnd Server = new(MacAddress.Parse("52:54:00:00:00:fe"), Ipv4Address.Parse("10.77.0.9"), 67);

    [Fact]
    public void The_probe_is_a_message_that_our_own_parser_takes()
    {
        var message = DhcpMessages.Parse(ForeignServerCheck.Discover(0x01020304, Probe));

        Assert.Equal((DhcpMessageType.Discover, 0x01020304u, true, (MacAddress?)Probe), (message.Type, message.Xid, message.IsBroadcast, message.Mac));
    }

    [Fact]
    public void Only_an_offer_of_an_address_to_the_probe_counts()
    {
        var offer = DhcpMessages.ReplyTo(DhcpMessages.From(DhcpMessageType.Discover, Probe.ToString(), xid: 7), DhcpMessageType.Offer, Ipv4Address.Parse("10.77.0.50"));

        Assert.True(Reads(offer));
        Assert.False(Reads(offer with { Xid = 8 }));
        Assert.False(Reads(offer with { Op = DhcpMessage.BootRequest }));
        Assert.False(Reads(offer with { Yiaddr = Ipv4Address.Any }));   // proxyDHCP
        Assert.False(Reads(offer with { Chaddr = new byte[6] }));
        Assert.False(Reads(offer.With(DhcpOptions.MessageType, (byte)DhcpMessageType.Ack)));
    }

    [Fact]
    public void A_server_is_known_by_its_identifier_or_else_by_where_it_sent_from()
    {
        var offer = DhcpMessages.ReplyTo(DhcpMessages.From(DhcpMessageType.Discover, Probe.ToString(), xid: 7), DhcpMessageType.Offer, Ipv4Address.Parse("10.77.0.50"));

        Assert.Equal("10.77.0.9", Read(offer)?.Server.ToString());
        Assert.Equal("10.1.1.1", Read(offer.With(DhcpOptions.ServerIdentifier, Ipv4Address.Parse("10.1.1.1")))?.Server.ToString());
    }

    static bool Reads(DhcpMessage message) => Read(message) is not null;

    static ForeignServer? Read(DhcpMessage message)
    {
        var frame = new byte[1500];
        var length = UdpFrame.Write(frame, Server, new(Probe, Ipv4Address.Broadcast, 68), DhcpMessages.Bytes(message));
        return ForeignServerCheck.TryReadOffer(frame.AsSpan(0, length), (7, Probe), out var server) ? server : null;
    }
}

[Trait("Category", "Real")]
public sealed class ForeignServerCheckOnAWireTests : IDisposable
{
    readonly NetworkNamespace _here = NetworkNamespace.Create();
    readonly NetworkNamespace _there = NetworkNamespace.Create();

    public ForeignServerCheckOnAWireTests()
    {
        NetworkNamespace.Connect(_here, "lan0", _there, "far0");
        _here.Ip("address add 10.77.0.1/24 dev lan0");
        _there.Ip("address add 10.77.0.2/24 dev far0");
    }

    public void Dispose()
    {
        _there.Dispose();
        _here.Dispose();
    }

    [Fact]
    public void Dnsmasq_is_found_although_it_pings_before_it_offers()
    {
        StartDnsmasq();

        var server = Assert.Single(Check().Servers);

        Assert.Equal("10.77.0.2", server.Server.ToString());
        Assert.StartsWith("10.77.0.1", server.Offered.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_refusal_names_the_server_and_the_ways_out()
    {
        StartDnsmasq("--no-ping");

        var problem = Check().Refusal("office");

        Assert.Equal("CW2007", problem?.Code);
        Assert.Contains("10.77.0.2", problem?.Message, StringComparison.Ordinal);
        Assert.Contains("force: true", problem?.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Our_own_offers_and_those_without_an_address_do_not_count()
    {
        StartDnsmasq("--no-ping");

        var result = Check(window: TimeSpan.FromSeconds(1), own: "10.77.0.2");

        Assert.Empty(result.Servers);
        Assert.Null(result.NotChecked);
        Assert.Null(result.Refusal("office"));
    }

    [Fact]
    public void A_server_behind_an_interface_that_went_away_is_not_said_to_be_absent()
    {
        var device = _here.Run(() => LinuxNetworkDevices.Read().Single(found => found.Name == "lan0"));
        _here.Ip("link delete lan0");

        var result = _here.Run(() => ForeignServerCheck.Run(device, []));

        Assert.Equal("CW2008", result.NotChecked?.Code);
    }

    [Fact]
    public void Without_a_link_nobody_is_said_to_be_absent()
    {
        _there.Ip("link set far0 down");

        Assert.Equal("CW2008", Check().NotChecked?.Code);
    }

    [Fact]
    public void A_client_of_this_host_keeps_its_port_and_hears_nothing_strange()
    {
        StartDnsmasq("--no-ping");
        using var client = new Peer(_here, "lan0", 68);   // holds the port as a DHCP client does

        Assert.Single(Check().Servers);
    }

    ForeignServerResult Check(TimeSpan? window = null, string own = "10.77.0.1") => _here.Run(() =>
        ForeignServerCheck.Run(LinuxNetworkDevices.Read().Single(found => found.Name == "lan0"), [Ipv4Address.Parse(own)], window));

    void StartDnsmasq(params string[] more)
    {
        var dnsmasq = _there.Start("dnsmasq", ["--keep-in-foreground", "--log-facility=-", "--conf-file=/dev/null", "--pid-file=", "--port=0",
            "--leasefile-ro", "--dhcp-authoritative", "--dhcp-range=10.77.0.100,10.77.0.110", .. more]);
        while (dnsmasq.StandardError.ReadLine() is { } line)
        {
            if (line.Contains("DHCP", StringComparison.Ordinal))
                return;
        }

        Assert.Fail("dnsmasq did not start.");
    }
}
