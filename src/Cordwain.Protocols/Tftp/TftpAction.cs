namespace Cordwain.Protocols.Tftp;

public enum TftpActionKind : byte
{
    /// <summary>Nothing to send before the deadline or the next packet of the client.</summary>
    Wait,

    /// <summary>Acknowledge the options (RFC 2347); the client answers with ACK 0.</summary>
    SendOack,

    /// <summary>Send one DATA packet.</summary>
    SendData,

    /// <summary>The transfer is over; <see cref="TftpReadTransfer.Ending"/> says how.</summary>
    Finish,
}

/// <summary>What the transport must do next. Data is named by offset, so the state machine holds no buffers and no file.</summary>
/// <param name="Block">The number that the packet carries.</param>
/// <param name="Offset">On the wire, from the first byte of the first block.</param>
/// <param name="Length">Of the payload; while the end is not known a full block, of which the end may leave less.</param>
public readonly record struct TftpAction(TftpActionKind Kind, ushort Block = 0, long Offset = 0, int Length = 0);

/// <summary>How a transfer came to its end.</summary>
public enum TftpEnding : byte
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>The last block was acknowledged.</summary>
    Completed,

    /// <summary>All was sent and all but the last window acknowledged; some clients never acknowledge the last block.</summary>
    LastAckMissing,

    /// <summary>The client asked for the size, and ended it when it knew.</summary>
    Probed,

    /// <summary>The client sent an error packet, or asked for something else before all was sent.</summary>
    EndedByClient,

    /// <summary>The client fell silent, or did not get any further.</summary>
    TimedOut,
}
