using System.Buffers.Binary;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>What relay agents add to a message, and which subnet the message is about.</summary>
public static class RelayView
{
    const byte CircuitId = 1, RemoteId = 2, LinkSelection = 5;

    extension(DhcpMessage message)
    {
        /// <summary>82.1, the port or circuit at the relay; empty when absent.</summary>
        public ReadOnlyMemory<byte> CircuitId => Sub(message, CircuitId);

        /// <summary>82.2, the far end as the relay knows it; empty when absent.</summary>
        public ReadOnlyMemory<byte> RemoteId => Sub(message, RemoteId);

        /// <summary>82.5: an address of the client's link, where that is not giaddr's (RFC 3527); null when absent.</summary>
        public Ipv4Address? LinkSelection =>
            Sub(message, LinkSelection).Span is { Length: 4 } bytes ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes)) : null;

        /// <summary>The address that chooses the client's network: 82.5 before 118 (RFC 3527 §3), then giaddr; null: the network of the interface that was asked.</summary>
        public Ipv4Address? SubnetSelector =>
            message.LinkSelection
            ?? (message.Options.TryGet(DhcpOptions.SubnetSelection, out var subnet) ? subnet
                : message.Giaddr.IsAny ? null : message.Giaddr);
    }

    static ReadOnlyMemory<byte> Sub(DhcpMessage message, byte code)
    {
        var payload = message.Options.Raw(DhcpOptions.RelayAgentInformation.Code);
        var walk = new SubOptions(payload.Span, padding: false);
        while (walk.MoveNext())
        {
            if (walk.Code == code)
                return payload.Slice(walk.PayloadStart, walk.Payload.Length);
        }

        return default;
    }
}
