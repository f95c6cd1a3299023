using Cordwain.Boot.Decisions;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Dhcp;

/// <summary>Which of a client's messages a proxy, or the boot server port, answers.</summary>
static class ProxyKinds
{
    /// <param name="why">For silence, its reason; empty otherwise.</param>
    public static ReplyKind Of(DhcpMessage message, BootRequest boot, out string why)
    {
        why = "";
        if (boot.Channel == BootChannel.BootServer)
        {
            // PXE 2.1 §2.2.3 asks with a REQUEST. INFORM is seen too, and a DISCOVER to this port can only mean the same.
            if (message.Type is DhcpMessageType.Request or DhcpMessageType.Inform or DhcpMessageType.Discover)
                return ReplyKind.ProxyAck;
            why = "the boot server port answers REQUEST and INFORM only";
            return ReplyKind.None;
        }

        switch (message.Type)
        {
            case DhcpMessageType.Discover:
                return ReplyKind.ProxyOffer;

            case DhcpMessageType.Inform:
            case DhcpMessageType.Request when boot.PxeBootItem is not null:   // boot server discovery by broadcast
                return ReplyKind.ProxyAck;

            case DhcpMessageType.Request:
                why = "it takes another server's address: that server answers, the boot information was in our offer";
                return ReplyKind.None;

            default:
                why = "it concerns an address, and those are given by another server here";
                return ReplyKind.None;
        }
    }
}
