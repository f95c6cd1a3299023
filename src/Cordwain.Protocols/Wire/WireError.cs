using System.Globalization;

namespace Cordwain.Protocols.Wire;

/// <summary>Why a datagram was refused. The numbers are public: never change or reuse one.</summary>
/// <remarks>Each code has a page, <c>docs/errors/CW1001.md</c>; a test fails when one is missing.</remarks>
public enum WireFault
{
    None = 0,

    /// <summary>The datagram ends inside a field.</summary>
    Truncated = 1001,

    /// <summary>The options area does not begin with 63 82 53 63 (RFC 2131 §3): plain BOOTP, or not DHCP at all.</summary>
    BadMagicCookie = 1002,

    /// <summary>An option's length runs past the end of its area (RFC 2132 §2).</summary>
    OptionOverrun = 1003,

    /// <summary>A datagram on the TFTP port that is no request: another opcode (RFC 1350 §5), or too short to hold one.</summary>
    NotATftpRequest = 1041,

    /// <summary>The file name or the mode of a TFTP request does not end with a zero byte (RFC 1350 §5).</summary>
    TftpUnterminated = 1042,

    /// <summary>The file name of a TFTP request is empty or is not text.</summary>
    TftpName = 1043,

    /// <summary>The mode is not <c>octet</c> or <c>netascii</c>; <c>mail</c> is obsolete (RFC 1350 §1).</summary>
    TftpMode = 1044,

    /// <summary>The TFTP request is far longer than any client has reason to send (RFC 2347 §2 allows 512 bytes).</summary>
    TftpTooLong = 1045,
}

/// <summary>A refusal that an operator can act on: what, where, and which rule.</summary>
/// <param name="Fault">The stable code.</param>
/// <param name="Offset">Byte offset in the datagram at which parsing stopped.</param>
public readonly record struct WireError(WireFault Fault, int Offset)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"CW{(int)Fault} {Fault} at byte {Offset}");
}
