using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Leases;

public sealed class LeaseTermsTests
{
    // -1: infinite
    public static TheoryData<string, int, int?, int, int?, int> Times => new()
    {
        // what                              lease   max    min   asked   given
        { "nothing asked",                   3600,   null,  120,  null,   3600 },
        { "shorter",                         3600,   null,  120,  600,    600 },
        { "longer than the lease",           3600,   null,  120,  7200,   3600 },
        { "longer, allowed",                 3600,   9000,  120,  7200,   7200 },
        { "longer than allowed",             3600,   9000,  120,  99999,  9000 },
        { "too short",                       3600,   null,  120,  1,      120 },
        { "zero",                            3600,   null,  120,  0,      120 },
        { "for ever, not allowed",           3600,   null,  120,  -1,     3600 },
        { "for ever, allowed",               3600,   -1,    120,  -1,     -1 },
        { "for ever by default",             -1,     null,  120,  null,   -1 },
        { "less than for ever",              -1,     null,  120,  500,    500 },
        { "minimum over maximum",            60,     null,  120,  10,     60 },
    };

    [Theory, MemberData(nameof(Times))]
    public void Lease_time(string what, int lease, int? max, int min, int? asked, int given)
    {
        var world = new LeaseWorld(network => network with { Lease = Time(lease), MaxLease = max is { } most ? Time(most) : null, MinLease = Time(min) });
        var offer = Assert.IsType<LeaseVerdict.Offer>(world.Ask(LeaseWorld.From(DhcpMessageType.Discover, 1) with { Lease = asked is { } wish ? Time(wish) : null }));
        Assert.True(Time(given) == offer.Grant.Lease, what);
    }

    public static TheoryData<string, int, int?, int?, int, int> Timers => new()
    {
        { "by the RFC",            800,    null,  null,  400,  700 },
        { "configured",            800,    100,   200,   100,  200 },
        { "T1 after T2",           800,    300,   200,   100,  200 },
        { "both after the end",    800,    900,   950,   400,  700 },
        { "infinite",              -1,     100,   200,   -1,   -1 },
    };

    [Theory, MemberData(nameof(Timers))]
    public void Renewal_times(string what, int lease, int? t1, int? t2, int renew, int rebind)
    {
        var world = new LeaseWorld(network => network with
        {
            Lease = Time(lease),
            RenewAfter = t1 is { } first ? Time(first) : null,
            RebindAfter = t2 is { } second ? Time(second) : null,
        });
        var grant = Assert.IsType<LeaseVerdict.Offer>(world.Discover(1)).Grant;
        Assert.True((Time(renew), Time(rebind)) == (grant.RenewAfter, grant.RebindAfter), $"{what}: {grant}");
    }

    [Fact]
    public void A_lease_without_end_never_ends()
    {
        var world = new LeaseWorld(network => network with { Lease = Timeout.InfiniteTimeSpan });
        world.Bind(1);
        Assert.Equal(DateTimeOffset.MaxValue, world.Stored.Values.Single().Expires);
        world.Pass(TimeSpan.FromDays(36500));
        for (var client = 2; client < 9; client++)
            Assert.NotEqual("10.0.0.10", world.Bind(client));
        Assert.Equal("ack 10.0.0.10", LeaseWorld.Word(world.Renew(1, "10.0.0.10")));
    }

    [Fact]
    public void A_lease_cut_from_endless_to_an_hour_ends_after_an_hour()
    {
        var world = new LeaseWorld(network => network with { Lease = Timeout.InfiniteTimeSpan });
        world.Bind(1);
        world.Reconfigure(network => network with { Lease = TimeSpan.FromHours(1) });
        world.Renew(1, "10.0.0.10");
        world.Pass(TimeSpan.FromMinutes(61));
        Assert.Equal(0, world.Table.Statistics(world.Network, world.Catalog, world.Now).Used);
    }

    /// <summary>The table counts whole seconds; a client counts from the moment at which it asked (RFC 2131 §4.4.1).</summary>
    [Fact]
    public void No_lease_ends_here_before_it_ends_at_its_client()
    {
        var world = new LeaseWorld();
        world.Pass(TimeSpan.FromSeconds(0.9));
        var asked = world.Now;
        var address = world.Bind(1);
        Assert.True(world.Stored.Values.Single().Expires >= asked + world.Network.Lease);

        world.Pass(TimeSpan.FromSeconds(30.5));
        var renewal = LeaseWorld.From(DhcpMessageType.Request, 1) with { Ciaddr = Ipv4Address.Parse(address!) };
        var left = world.Table.Remaining(renewal, world.Network, world.Now)!.Lease;
        Assert.True(world.Now + left <= world.Stored.Values.Single().Expires);
    }

    [Fact]
    public void A_longer_lease_stands_until_its_end_as_the_answer_that_makes_it_shorter_may_get_lost()
    {
        var world = new LeaseWorld();
        world.Bind(1);
        var promised = world.Stored.Values.Single().Expires;
        world.Pass(TimeSpan.FromSeconds(10));
        var shorter = world.Ask(LeaseWorld.From(DhcpMessageType.Request, 1) with
        {
            Ciaddr = Ipv4Address.Parse("10.0.0.10"),
            Lease = TimeSpan.FromMinutes(10),
        });
        Assert.Equal(TimeSpan.FromMinutes(10), Assert.IsType<LeaseVerdict.Ack>(shorter).Grant.Lease);
        Assert.Equal(promised, world.Stored.Values.Single().Expires);
    }

    [Fact]
    public void A_network_with_a_delay_waits_for_its_time()
    {
        var world = new LeaseWorld(network => network with { Delay = TimeSpan.FromSeconds(4) });
        Assert.Equal("silent", LeaseWorld.Word(world.Ask(LeaseWorld.From(DhcpMessageType.Discover, 1) with { Elapsed = TimeSpan.FromSeconds(3) })));
        Assert.Equal("offer 10.0.0.10", LeaseWorld.Word(world.Ask(LeaseWorld.From(DhcpMessageType.Discover, 1) with { Elapsed = TimeSpan.FromSeconds(4) })));
    }

    [Fact]
    public void A_renewal_keeps_what_the_client_did_not_say_again()
    {
        var world = new LeaseWorld();
        world.Discover(1);
        world.Ask(LeaseWorld.From(DhcpMessageType.Request, 1) with
        {
            Requested = new(0x0A00000A),
            ServerId = LeaseWorld.Server,
            IsForUs = true,
            HostName = "web1",
            VendorClass = "PXEClient",
        });
        var since = world.Now;
        world.Pass(TimeSpan.FromMinutes(30));
        world.Renew(1, "10.0.0.10");
        var binding = world.Stored.Values.Single();
        Assert.Equal(("web1", "PXEClient", since, world.Now.AddHours(1)), (binding.HostName, binding.VendorClass, binding.Since, binding.Expires));
    }

    [Fact]
    public void What_is_left_of_a_stored_lease_can_be_acknowledged_without_storing()
    {
        var world = new LeaseWorld();
        world.Bind(1);
        world.Pass(TimeSpan.FromMinutes(20));
        var renewal = LeaseWorld.From(DhcpMessageType.Request, 1) with { Ciaddr = new(0x0A00000A) };
        Assert.Equal(TimeSpan.FromMinutes(40), world.Table.Remaining(renewal, world.Network, world.Now)!.Lease);
        Assert.Null(world.Table.Remaining(renewal with { Client = LeaseWorld.Key(2) }, world.Network, world.Now));
        Assert.Null(world.Table.Remaining(renewal, world.Network, world.Now.AddHours(1)));
    }

    static TimeSpan Time(int seconds) => seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
}
