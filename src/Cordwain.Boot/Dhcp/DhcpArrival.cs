using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Dhcp;

/// <summary>How a DHCP message came in.</summary>
/// <param name="Interface">Name of the interface.</param>
/// <param name="Server">Our address on it: the one in the network that the message belongs to, where it has several.</param>
/// <param name="Port">67 or 4011, whatever numbers the configuration put in their place.</param>
/// <param name="Source">The sender's address; any when it has none.</param>
/// <param name="SourcePort">The sender's port.</param>
public sealed record DhcpArrival(string Interface, Ipv4Address Server, int Port, Ipv4Address Source, int SourcePort)
{
    public const int ServerPort = 67, ClientPort = 68, BootServerPort = 4011;

    /// <summary>All our addresses on the interface with their networks; <see cref="Server"/> is one of them.</summary>
    public IReadOnlyList<(Ipv4Address Address, Ipv4Network Network)> Links { get; init; } = [];
}
