using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>Where a reply goes: RFC 2131 §4.1, with PXE's port 4011.</summary>
/// <remarks>Ports are those of the protocol, never one that the sender chose: a forged source must not aim our answers at another service.</remarks>
public static class ReplyRouting
{
    public const int ServerPort = 67, ClientPort = 68, BootServerPort = 4011;

    const uint FirstMulticast = 0xE0000000;

    /// <param name="arrivalPort">The port that was asked: 67 or 4011.</param>
    /// <param name="source">The sender's address; any when it has none.</param>
    public static ReplyDestination Destination(DhcpMessage request, DhcpMessage reply, int arrivalPort, Ipv4Address source, int sourcePort)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(reply);

        if (arrivalPort == BootServerPort)
            return ToBootServerClient(request, source, sourcePort);
        if (IsHost(request.Giaddr))
            return new(ReplyMode.Unicast, request.Giaddr, ServerPort, null);

        // RFC 2131 §4.3.2: the address in a refused request may be wrong for this link, so a NAK must not rely on it.
        if (reply.Type == DhcpMessageType.Nak)
            return Everyone;
        if (IsHost(request.Ciaddr))
            return new(ReplyMode.Unicast, request.Ciaddr, ClientPort, null);

        // RFC 2131 §4.3.5 wants ciaddr in an INFORM; a client that left it out still has the address it sends from.
        if (request.Type == DhcpMessageType.Inform && IsHost(source))
            return new(ReplyMode.Unicast, source, ClientPort, null);
        if (request.IsBroadcast || !IsHost(reply.Yiaddr) || request.Mac is not { IsMulticast: false } mac)
            return Everyone;
        return new(ReplyMode.Frame, reply.Yiaddr, ClientPort, mac);
    }

    /// <summary>The flags of a reply: those of the request; a NAK through a relay always has the broadcast flag (RFC 2131 §4.3.2).</summary>
    public static ushort Flags(DhcpMessage request, DhcpMessageType reply)
    {
        ArgumentNullException.ThrowIfNull(request);
        return reply == DhcpMessageType.Nak && !request.Giaddr.IsAny ? (ushort)(request.Flags | DhcpMessage.BroadcastFlag) : request.Flags;
    }

    static ReplyDestination Everyone => new(ReplyMode.Broadcast, Ipv4Address.Broadcast, ClientPort, null);

    /// <summary>PXE 2.1 §2.2.3: the client has an address and asks from port 4011 (EDK2) or 68 (option ROMs, iPXE); it listens where it asked from.</summary>
    static ReplyDestination ToBootServerClient(DhcpMessage request, Ipv4Address source, int sourcePort)
    {
        var port = sourcePort == BootServerPort ? BootServerPort : ClientPort;
        if (IsHost(source))
            return new(ReplyMode.Unicast, source, port, null);
        return IsHost(request.Ciaddr) ? new(ReplyMode.Unicast, request.Ciaddr, port, null) : Everyone;
    }

    static bool IsHost(Ipv4Address address) => address.Value is > 0 and < FirstMulticast;
}
