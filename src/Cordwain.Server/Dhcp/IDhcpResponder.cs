using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Dhcp;

/// <summary>The answer to one DHCP message. Called by one thread at a time, in the engine's turn; neither blocks nor throws on hostile input.</summary>
public interface IDhcpResponder
{
    DhcpAnswer Respond(DhcpMessage message, DhcpArrival arrival, DateTimeOffset now);

    /// <summary>An answer that changes nothing, for a message whose answer was taken back because it could not be stored; null: none.</summary>
    DhcpAnswer? RespondFromStored(DhcpMessage message, DhcpArrival arrival, DateTimeOffset now);

    /// <summary>The addresses of this machine have changed, or are told for the first time: none of them may be given to anybody.</summary>
    void OwnAddressesAre(IReadOnlyCollection<Ipv4Address> addresses);

    /// <summary>What the answers since the last call changed is on the disk.</summary>
    void OnStored()
    {
    }

    /// <summary>Takes back what an answer changed in memory, because it could not be stored. Called in the reverse order of the answers.</summary>
    void Revert(DhcpAnswer answer);
}

/// <summary>Writes a reply as one UDP payload.</summary>
/// <returns>Its length in bytes.</returns>
public delegate int EncodeReply(DhcpMessage reply, Span<byte> buffer, int maxPayload);
