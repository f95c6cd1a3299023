using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>How a reply reaches its client (RFC 2131 §4.1).</summary>
public enum ReplyMode
{
    /// <summary>An ordinary datagram to an address that answers ARP: a relay, a client with an address, the sender of a 4011 request.</summary>
    Unicast,

    /// <summary>To 255.255.255.255 on the interface that was asked.</summary>
    Broadcast,

    /// <summary>To <see cref="ReplyDestination.Address"/> at <see cref="ReplyDestination.Mac"/>: the client does not answer ARP yet, so the frame is made by hand.</summary>
    Frame,
}

/// <param name="Mac">The client's hardware address in <see cref="ReplyMode.Frame"/>; null otherwise.</param>
public readonly record struct ReplyDestination(ReplyMode Mode, Ipv4Address Address, int Port, MacAddress? Mac);
