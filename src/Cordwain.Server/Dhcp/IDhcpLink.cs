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

    /// <summary>Sends an answer, at once or with the next <see cref="Flush"/>.</summary>
    /// <param name="arrivalPort">The port that was asked, as <see cref="DhcpArrival.Port"/>: the answer leaves from it.</param>
    /// <returns>False when it cannot be sent.</returns>
    bool Send(ReplyDestination to, Ipv4Address from, int arrivalPort, ReadOnlySpan<byte> payload);

    /// <summary>Lets go what still waits to leave.</summary>
    /// <returns>How many of the answers the system refused after all.</returns>
    int Flush() => 0;
}

/// <summary>A DHCP message that waits for its answer.</summary>
/// <param name="Datagram">The bytes as they came, for the journal.</param>
/// <param name="Came">When, as <see cref="TimeProvider.GetTimestamp"/> told; 0: not known.</param>
public sealed record DhcpWork(DhcpMessage Message, ReadOnlyMemory<byte> Datagram, DhcpArrival Arrival, IDhcpLink Link, long Came = 0);
