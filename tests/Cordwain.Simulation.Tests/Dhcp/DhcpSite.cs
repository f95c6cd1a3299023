using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Wire;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Dhcp;

/// <summary>The networks of a world: one on the server's own link, one behind a relay.</summary>
sealed class DhcpSite
{
    public static readonly Ipv4Address ServerAddress = Ipv4Address.Parse("10.0.0.1"), ForeignAddress = Ipv4Address.Parse("10.0.0.2"),
        RelayAddress = Ipv4Address.Parse("10.1.0.1");

    static readonly Ipv4Network OwnLink = new(Ipv4Address.Parse("10.0.0.0"), 24), Distant = new(Ipv4Address.Parse("10.1.0.0"), 24);

    public DhcpSite(SeededRandom random)
    {
        HasForeignServer = random.Chance(0.3);
        IsScarce = random.Chance(0.4);
        var lease = TimeSpan.FromSeconds(random.Between(60, 900));
        var longest = random.Chance(0.5) ? lease * 3 : (TimeSpan?)null;
        var quarantine = TimeSpan.FromSeconds(random.Between(120, 1800));
        Local = new()
        {
            Name = "own",
            Subnet = OwnLink,
            Role = NetworkRole.Server,
            Probe = false,
            Lease = lease,
            MaxLease = longest,
            MinLease = TimeSpan.FromSeconds(30),
            Quarantine = quarantine,
            Authoritative = !HasForeignServer && random.Chance(0.7),
            Pools = [Range("10.0.0.10", IsScarce ? (uint)random.Between(3, 12) : 150)],
            Reservations = random.Chance(0.4)
                ? [new() { Name = "kept", Mac = MacOf(0), Address = Ipv4Address.Parse("10.0.0.10") }, new() { Name = "beside", Mac = MacOf(2), Address = Ipv4Address.Parse("10.0.0.5") }]
                : [],
        };
        Remote = Local with
        {
            Name = "distant",
            Subnet = Distant,
            Pools = [Range("10.1.0.10", 150)],
            Reservations = [],
            Authoritative = random.Chance(0.7),
        };
        Catalog = new() { Revision = "simulated", Networks = [Local, Remote] };
    }

    public bool HasForeignServer { get; }

    /// <summary>There are fewer addresses on the own link than clients.</summary>
    public bool IsScarce { get; }

    public NetworkDefinition Local { get; }

    public NetworkDefinition Remote { get; }

    public BootCatalog Catalog { get; }

    public static MacAddress MacOf(int client) => new(0x0200_0000_1000 + (ulong)client);

    /// <summary>As the receiving side of the server tells it.</summary>
    public static DhcpArrival Arrival(Ipv4Address source, int port) =>
        new("lan0", ServerAddress, DhcpArrival.ServerPort, source, port) { Links = [(ServerAddress, OwnLink)] };

    static AddressRange Range(string first, uint count) => new(Ipv4Address.Parse(first), new(Ipv4Address.Parse(first).Value + count - 1));
}
