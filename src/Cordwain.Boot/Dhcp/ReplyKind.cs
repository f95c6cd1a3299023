namespace Cordwain.Boot.Dhcp;

/// <summary>What an answer is. The numbers are on the disk: never change or reuse one.</summary>
public enum ReplyKind : byte
{
    /// <summary>No answer.</summary>
    None = 0,

    /// <summary>An address is offered.</summary>
    Offer = 1,

    /// <summary>An address is bound.</summary>
    Ack = 2,

    Nak = 3,

    /// <summary>Options for a client that has its address (RFC 2131 §4.3.5).</summary>
    Inform = 4,

    /// <summary>A proxy's OFFER: boot information, no address.</summary>
    ProxyOffer = 5,

    /// <summary>The ACK of a proxy or of the boot server port: boot information, no address.</summary>
    ProxyAck = 6,
}
