using Cordwain.Boot.Catalog;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Leases;

public sealed class LeaseReservationTests
{
    static readonly Reservation ByMac = new() { Name = "web1", Mac = LeaseWorld.Mac(1), Address = Ipv4Address.Parse("10.0.0.10") };

    [Fact]
    public void A_reserved_address_goes_to_its_client_only()
    {
        var world = new LeaseWorld(network => network with { Reservations = [ByMac] });
        Assert.Equal("10.0.0.11", world.Bind(2));
        Assert.Equal("nak", LeaseWorld.Word(world.Select(3, "10.0.0.10")));
        var offer = Assert.IsType<LeaseVerdict.Offer>(world.Discover(1, "10.0.0.12"));
        Assert.Equal(("10.0.0.10", "web1"), (offer.Grant.Address.ToString(), offer.Grant.Reservation));
        Assert.Equal("ack 10.0.0.10", LeaseWorld.Word(world.Select(1, "10.0.0.10")));
    }

    [Fact]
    public void A_reservation_may_lie_outside_the_pools()
    {
        var world = new LeaseWorld(network => network with { Reservations = [ByMac with { Address = Ipv4Address.Parse("10.0.0.77") }] });
        Assert.Equal("10.0.0.77", world.Bind(1));
        Assert.Equal("ack 10.0.0.77", LeaseWorld.Word(world.Renew(1, "10.0.0.77")));
        Assert.Equal("ack 10.0.0.77", LeaseWorld.Word(world.Reboot(1, "10.0.0.77")));
    }

    [Fact]
    public void A_client_identifier_finds_its_reservation_before_the_mac()
    {
        var world = new LeaseWorld(network => network with
        {
            Reservations = [ByMac, new() { Name = "by-id", ClientId = new byte[] { 0, 7 }, Address = Ipv4Address.Parse("10.0.0.12") }],
        });
        var question = LeaseWorld.From(DhcpMessageType.Discover, 1) with { ClientId = new byte[] { 0, 7 }, Client = ClientKey.OfClientId([0, 7]) };
        Assert.Equal("10.0.0.12", LeaseWorld.Given(world.Ask(question)));
    }

    [Fact]
    public void A_machine_of_the_configuration_with_an_address_is_a_reservation_there()
    {
        var machine = new MachineDefinition { Name = "db", Macs = [LeaseWorld.Mac(1)], Address = Ipv4Address.Parse("10.0.0.10") };
        var elsewhere = new MachineDefinition { Name = "far", Macs = [LeaseWorld.Mac(2)], Address = Ipv4Address.Parse("10.7.0.10") };
        var world = new LeaseWorld(null, machine, elsewhere);
        Assert.Equal("10.0.0.11", world.Bind(3));
        Assert.Equal("10.0.0.12", world.Bind(2));
        Assert.Equal("10.0.0.10", world.Bind(1));
    }

    [Fact]
    public void While_another_holds_the_reserved_address_its_client_gets_one_of_the_pool()
    {
        var world = new LeaseWorld();
        world.Bind(2);
        world.Reconfigure(network => network with { Reservations = [ByMac] });
        Assert.Equal("10.0.0.11", world.Bind(1));
        Assert.Equal("ack 10.0.0.11", LeaseWorld.Word(world.Renew(1, "10.0.0.11")));

        Assert.Equal("nak", LeaseWorld.Word(world.Renew(2, "10.0.0.10")));
        world.Pass(TimeSpan.FromMinutes(59));
        world.Renew(1, "10.0.0.11");
        world.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal("nak", LeaseWorld.Word(world.Renew(1, "10.0.0.11")));
        Assert.Equal("10.0.0.10", world.Bind(1));
    }

    [Fact]
    public void Firmware_and_system_of_one_card_share_its_reserved_address()
    {
        var world = new LeaseWorld(network => network with { Reservations = [ByMac] });
        Assert.Equal("10.0.0.10", world.Bind(1));
        var system = LeaseWorld.From(DhcpMessageType.Discover, 1) with { Client = ClientKey.OfClientId([255, 1, 2, 3]) };
        Assert.Equal("10.0.0.10", LeaseWorld.Given(world.Ask(system)));
        var request = system with { Type = DhcpMessageType.Request, Requested = Ipv4Address.Parse("10.0.0.10"), ServerId = LeaseWorld.Server, IsForUs = true };
        Assert.IsType<LeaseVerdict.Ack>(world.Ask(request));
        Assert.Single(world.Stored);
    }

    [Fact]
    public void Two_cards_of_a_machine_do_not_hold_its_address_at_once()
    {
        var machine = new MachineDefinition { Name = "db", Macs = [LeaseWorld.Mac(1), LeaseWorld.Mac(2)], Address = Ipv4Address.Parse("10.0.0.50") };
        var world = new LeaseWorld(null, machine);
        Assert.Equal("10.0.0.50", world.Bind(1));
        Assert.Equal("10.0.0.10", world.Bind(2));
        world.Release(1, "10.0.0.50");
        Assert.Equal("10.0.0.50", world.Bind(2));
    }

    [Fact]
    public void An_ignored_client_is_not_answered()
    {
        var world = new LeaseWorld(network => network with { Reservations = [ByMac with { Address = null, Ignore = true }] });
        Assert.Equal("silent", LeaseWorld.Word(world.Discover(1)));
        Assert.Equal("silent", LeaseWorld.Word(world.Reboot(1, "10.1.0.1")));
    }

    [Fact]
    public void Known_only_serves_reservations_and_machines()
    {
        var machine = new MachineDefinition { Name = "db", Macs = [LeaseWorld.Mac(2)] };
        var world = new LeaseWorld(network => network with { KnownOnly = true, Reservations = [ByMac with { Address = null }] }, machine);
        Assert.Equal("10.0.0.10", world.Bind(1));
        Assert.Equal("10.0.0.11", world.Bind(2));
        Assert.Equal("silent", LeaseWorld.Word(world.Discover(3)));
        Assert.Equal("nak", LeaseWorld.Word(world.Select(3, "10.0.0.12")));
        Assert.Equal("nak", LeaseWorld.Word(world.Renew(3, "10.0.0.12")));
    }

    [Fact]
    public void Nobody_gets_our_own_address_by_reservation()
    {
        var world = new LeaseWorld(network => network with { Reservations = [ByMac with { Address = LeaseWorld.Server }] });
        Assert.Equal("10.0.0.10", world.Bind(1));
    }

    [Fact]
    public void A_catalog_with_other_pools_moves_the_clients()
    {
        var world = new LeaseWorld();
        world.Bind(1);
        world.Bind(2);
        world.Reconfigure(network => network with { Pools = [LeaseWorld.Range("10.0.0.11-10.0.0.20")] });
        Assert.Equal("nak", LeaseWorld.Word(world.Renew(1, "10.0.0.10")));
        Assert.Equal("ack 10.0.0.11", LeaseWorld.Word(world.Renew(2, "10.0.0.11")));
        Assert.Equal("10.0.0.12", world.Bind(1));
    }
}
