using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Leases;

/// <summary>Which addresses the pools give, and how they hold out against floods and declines.</summary>
public sealed class LeasePoolTests
{
    [Fact]
    public void Several_pools_are_used_in_their_order_without_the_excluded_addresses()
    {
        var world = new LeaseWorld(network => network with
        {
            Pools = [LeaseWorld.Range("10.0.0.200-10.0.0.202"), LeaseWorld.Range("10.0.0.5-10.0.0.8")],
            Excluded = [LeaseWorld.Range("10.0.0.201"), LeaseWorld.Range("10.0.0.1-10.0.0.6")],
        });
        Assert.Equal(["10.0.0.200", "10.0.0.202", "10.0.0.7", "10.0.0.8", null], Enumerable.Range(1, 5).Select(client => world.Bind(client)));
    }

    [Fact]
    public void Network_broadcast_own_router_and_dns_addresses_are_never_given()
    {
        var world = new LeaseWorld(network => network with
        {
            Pools = [LeaseWorld.Range("10.0.0.0-10.0.0.6"), LeaseWorld.Range("10.0.0.254-10.0.0.255")],
            Options = [new(3, null, new byte[] { 10, 0, 0, 2, 10, 0, 0, 3 }), new(6, null, new byte[] { 10, 0, 0, 4 })],
            NextServer = Ipv4Address.Parse("10.0.0.5"),
        });
        Assert.Equal(["10.0.0.6", "10.0.0.254", null], Enumerable.Range(1, 3).Select(client => world.Bind(client)));
    }

    [Fact]
    public void The_relay_that_asks_does_not_lose_its_address_to_a_client()
    {
        var world = new LeaseWorld();
        var question = LeaseWorld.From(DhcpMessageType.Discover, 1) with { Giaddr = Ipv4Address.Parse("10.0.0.10") };
        Assert.Equal("10.0.0.11", LeaseWorld.Given(world.Ask(question)));
    }

    [Fact]
    public void A_flood_of_strangers_does_not_keep_the_others_from_their_addresses()
    {
        var world = new LeaseWorld();
        Assert.Equal("10.0.0.10", world.Bind(1));
        for (var stranger = 1000; stranger < 1100; stranger++)
            Assert.IsType<LeaseVerdict.Offer>(world.Discover(stranger));

        Assert.IsType<LeaseVerdict.Ack>(world.Renew(1, "10.0.0.10"));
        var offered = LeaseWorld.Given(world.Discover(2));
        for (var stranger = 2000; stranger < 2100; stranger++)
            world.Discover(stranger);
        world.Pass(TimeSpan.FromSeconds(4));
        Assert.Equal("ack " + offered, LeaseWorld.Word(world.Select(2, offered!)));
        Assert.Equal("nak", LeaseWorld.Word(world.Select(2099, offered!)));
    }

    [Fact]
    public void Offers_are_bounded_and_end_by_themselves()
    {
        var world = new LeaseWorld(network => network with { Subnet = new(new(0x0A000000), 8), Pools = [LeaseWorld.Range("10.0.0.10-10.3.255.255")] });
        for (var stranger = 0; stranger < 20_000; stranger++)
            world.Discover(stranger);
        Assert.Equal(16_384, world.Table.Statistics(world.Network, world.Catalog, world.Now).Offered);

        world.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(0, world.Table.Statistics(world.Network, world.Catalog, world.Now).Offered);
        Assert.Equal("10.0.0.10", LeaseWorld.Given(world.Discover(30_000)));
    }

    [Fact]
    public void A_client_that_chose_another_server_frees_our_offer()
    {
        var world = new LeaseWorld();
        world.Discover(1);
        world.SelectOther(1, "10.0.0.200");
        Assert.Equal("10.0.0.10", LeaseWorld.Given(world.Discover(2)));
    }

    [Fact]
    public void A_full_pool_takes_the_address_whose_client_has_been_away_longest()
    {
        var world = new LeaseWorld();
        for (var client = 1; client <= 4; client++)
        {
            world.Bind(client);
            world.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.Equal("silent", LeaseWorld.Word(world.Discover(5)));
        world.Release(3, "10.0.0.12");
        world.Pass(TimeSpan.FromMinutes(1));
        world.Release(1, "10.0.0.10");
        Assert.Equal("10.0.0.12", world.Bind(5));
        Assert.Equal("10.0.0.10", world.Bind(1));
    }

    [Fact]
    public void A_declined_address_rests_and_then_returns()
    {
        var world = new LeaseWorld();
        world.Bind(1);
        world.Decline(1, "10.0.0.10");
        Assert.Equal("10.0.0.11", world.Bind(1));
        Assert.Equal(new LeaseStatistics(4, 1, 2, 0, 1), world.Table.Statistics(world.Network, world.Catalog, world.Now));

        world.Pass(TimeSpan.FromMinutes(61));
        Assert.Equal(new LeaseStatistics(4, 0, 4, 0, 0), world.Table.Statistics(world.Network, world.Catalog, world.Now));
    }

    [Fact]
    public void Endless_declines_do_not_destroy_the_pool()
    {
        var world = new LeaseWorld(network => network with { Pools = [LeaseWorld.Range("10.0.0.10-10.0.0.29")] });
        for (var i = 0; i < 100; i++)
        {
            var address = LeaseWorld.Given(world.Discover(1));
            Assert.NotNull(address);
            if (i % 2 == 0)
                world.Select(1, address);
            Assert.IsType<LeaseVerdict.Store>(world.Decline(1, address));
        }

        var statistics = world.Table.Statistics(world.Network, world.Catalog, world.Now);
        Assert.Equal(3, statistics.Quarantined);
        Assert.Equal(17, statistics.Free);
    }

    [Fact]
    public void When_everything_is_in_quarantine_the_oldest_is_given_but_not_to_the_one_who_declined_it()
    {
        var world = new LeaseWorld();
        for (var client = 1; client <= 4; client++)
        {
            var address = world.Bind(client);
            world.Decline(client, address!);
            world.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.Equal("10.0.0.11", world.Bind(1));
        Assert.Equal("10.0.0.10", world.Bind(9));
        Assert.Equal("nak", LeaseWorld.Word(world.Select(8, "10.0.0.12")));
    }

    [Fact]
    public void Probed_addresses_are_offered_first_and_those_in_use_not_at_all()
    {
        var world = new LeaseWorld(network => network with { Probe = true });
        Assert.Equal(["10.0.0.10", "10.0.0.11"], Names(world.Table.NextToProbe(world.Network, world.Catalog, 2, world.Now)));
        Assert.Empty(world.Table.NextToProbe(world.Network, world.Catalog, 2, world.Now));

        world.Table.MarkInUse(Ipv4Address.Parse("10.0.0.10"), world.Now.AddMinutes(10), world.Now);
        world.Table.MarkProbedFree(Ipv4Address.Parse("10.0.0.12"), world.Now);
        world.Table.MarkProbedFree(Ipv4Address.Parse("10.0.0.11"), world.Now);
        var probed = Assert.IsType<LeaseVerdict.Offer>(world.Discover(1));
        Assert.Equal(("10.0.0.12", false), (probed.Grant.Address.ToString(), probed.Grant.IsUnprobed));
        Assert.Equal("10.0.0.11", LeaseWorld.Given(world.Discover(2)));

        var unprobed = Assert.IsType<LeaseVerdict.Offer>(world.Discover(3));
        Assert.Equal(("10.0.0.13", true), (unprobed.Grant.Address.ToString(), unprobed.Grant.IsUnprobed));
        Assert.Equal("nak", LeaseWorld.Word(world.Select(4, "10.0.0.10")));
        world.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(4, world.Table.Statistics(world.Network, world.Catalog, world.Now).Free);
    }

    [Fact]
    public void A_stock_that_is_probed_is_not_probed_again_until_it_is_stale()
    {
        var world = new LeaseWorld(network => network with { Probe = true });
        foreach (var address in world.Table.NextToProbe(world.Network, world.Catalog, 3, world.Now))
            world.Table.MarkProbedFree(address, world.Now);
        Assert.Empty(world.Table.NextToProbe(world.Network, world.Catalog, 3, world.Now));

        world.Bind(1);
        Assert.Equal(["10.0.0.13"], Names(world.Table.NextToProbe(world.Network, world.Catalog, 3, world.Now)));
        world.Pass(TimeSpan.FromMinutes(11));
        Assert.Equal(3, world.Table.NextToProbe(world.Network, world.Catalog, 3, world.Now).Count);
    }

    [Fact]
    public void The_machine_that_answered_the_probe_may_have_the_address()
    {
        var world = new LeaseWorld();
        world.Discover(9);
        world.Table.MarkInUse(Ipv4Address.Parse("10.0.0.11"), world.Now.AddMinutes(10), world.Now, LeaseWorld.Mac(1));
        Assert.Equal("10.0.0.12", LeaseWorld.Given(world.Discover(2, "10.0.0.11")));
        Assert.Equal("10.0.0.11", LeaseWorld.Given(world.Discover(1, "10.0.0.11")));
    }

    [Fact]
    public void An_offer_that_a_probe_spoils_is_refused_when_it_is_asked_for()
    {
        var world = new LeaseWorld(network => network with { Probe = true });
        Assert.Equal("10.0.0.10", LeaseWorld.Given(world.Discover(1)));
        world.Table.MarkInUse(Ipv4Address.Parse("10.0.0.10"), world.Now.AddMinutes(10), world.Now);
        Assert.Equal("nak", LeaseWorld.Word(world.Select(1, "10.0.0.10")));
        Assert.Equal("10.0.0.11", LeaseWorld.Given(world.Discover(1)));
    }

    [Fact]
    public void A_probe_answered_by_the_holder_changes_nothing()
    {
        var world = new LeaseWorld();
        world.Bind(1);
        Assert.False(world.Table.MarkInUse(Ipv4Address.Parse("10.0.0.10"), world.Now.AddMinutes(10), world.Now));
        Assert.Equal("ack 10.0.0.10", LeaseWorld.Word(world.Renew(1, "10.0.0.10")));
        Assert.True(world.Table.MarkInUse(Ipv4Address.Parse("10.0.0.11"), world.Now.AddMinutes(10), world.Now));
        Assert.False(world.Table.MarkInUse(Ipv4Address.Parse("10.0.0.11"), world.Now.AddMinutes(10), world.Now));
    }

    [Fact]
    public void Our_own_new_address_leaves_the_pool()
    {
        var world = new LeaseWorld();
        world.Bind(1);
        world.Table.SetOwnAddresses([Ipv4Address.Parse("10.0.0.1"), Ipv4Address.Parse("10.0.0.11")], world.Now);
        Assert.Equal("10.0.0.12", LeaseWorld.Given(world.Discover(2)));
        Assert.Equal("ack 10.0.0.10", LeaseWorld.Word(world.Renew(1, "10.0.0.10")));
    }

    static IEnumerable<string> Names(IEnumerable<Ipv4Address> addresses) => addresses.Select(address => address.ToString());
}
