using System.Collections.Immutable;
using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Dhcp;

/// <summary>What the DHCP sockets need of the configuration.</summary>
public sealed record DhcpSettings
{
    /// <summary>Names of the interfaces to serve, <c>*</c> and <c>?</c> allowed; empty: those that look like a network of machines.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>The configured subnets: an interface in one of them is always served.</summary>
    public ImmutableArray<Ipv4Network> Networks { get; init; } = [];

    /// <summary>Where clients ask, and where relays listen; 0 takes any free port (for tests).</summary>
    public int Port { get; init; } = DhcpArrival.ServerPort;

    public int ClientPort { get; init; } = DhcpArrival.ClientPort;

    /// <summary>Where PXE clients ask a boot server.</summary>
    public int BootServerPort { get; init; } = DhcpArrival.BootServerPort;

    /// <summary>Bytes that the kernel keeps for each socket while we are busy.</summary>
    public int ReceiveBuffer { get; init; } = 32 << 20;
}
