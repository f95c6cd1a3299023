using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Dhcp;

/// <summary>An interface on which DHCP is answered.</summary>
public interface IDhcpLink
{
    string Name { get; }

    /// <summary>Whether the interface is still served and the address still ours: an answer made for an old address must not leave.</summary>
    bool Serves(Ipv4Address server);

    /// <param name="arrivalPort">The port that was asked, as <see cref="DhcpArrival.Port"/>: the answer leaves from it.</param>
    /// <returns>False when it could not be sent.</returns>
    bool Send(ReplyDestination to, Ipv4Address from, int arrivalPort, ReadOnlySpan<byte> payload);
}

/// <summary>A DHCP message that waits for its answer.</summary>
/// <param name="Datagram">The bytes as they came, for the journal.</param>
public sealed record DhcpWork(DhcpMessage Message, ReadOnlyMemory<byte> Datagram, DhcpArrival Arrival, IDhcpLink Link);
