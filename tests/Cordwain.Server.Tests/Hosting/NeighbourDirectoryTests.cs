using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Server.Tests.Hosting;

public sealed class NeighbourDirectoryTests
{
    static readonly MacAddress Mac = MacAddress.Parse("52:54:00:00:00:01");
    static readonly Ipv4Address Told = Ipv4Address.Parse("10.77.0.130"), Other = Ipv4Address.Parse("10.77.0.131"), Distant = Ipv4Address.Parse("10.99.0.1");

    readonly MachineDirectory _heard = new();
    readonly List<Ipv4Address> _asked = [];

    [Fact]
    public void What_dhcp_told_needs_no_neighbour_table()
    {
        _heard.Learn(new(new(Mac), Told, new(7), false, "office"));
        Assert.Equal(new ClientArchitecture(7), Directory().FindByAddress(Told)?.Architecture);
        Assert.Empty(_asked);
    }

    [Fact]
    public void A_machine_whose_dhcp_was_not_heard_is_known_by_its_card() =>
        Assert.Equal(new(new(Mac), Other, null, false, null), Directory().FindByAddress(Other));

    [Fact]
    public void What_such_a_machine_said_of_its_firmware_before_still_holds()
    {
        _heard.Learn(new(new(Mac), Told, new(7), false, "office"));
        Assert.Equal(new(new(Mac), Other, new(7), false, "office"), Directory().FindByAddress(Other));
    }

    [Fact]
    public void A_stranger_behind_a_router_stays_one() => Assert.Null(Directory().FindByAddress(Distant));

    NeighbourDirectory Directory() => new(_heard, address =>
    {
        _asked.Add(address);
        return address == Distant ? null : Mac;
    });
}
