using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Tftp;

/// <summary>How the TFTP service behaves. A snapshot: changed settings take a new service.</summary>
public sealed record TftpSettings
{
    /// <summary>The port that requests come to; 0 lets the system choose one, which <see cref="TftpService.LocalEndPoint"/> then tells.</summary>
    public int Port { get; init; } = 69;

    /// <summary>The only address to answer on; any: all of this machine's.</summary>
    public Ipv4Address Address { get; init; }

    /// <summary>Send from the request port instead of a port of the transfer's own (RFC 1350 §4), for clients behind NAT and servers in containers.</summary>
    public bool SinglePort { get; init; }

    /// <summary>After block 65535 comes 1 and not 0: a few old clients want it.</summary>
    public bool RollOverToOne { get; init; }

    /// <summary>The largest block granted, 8 to 65464; lower it where packets pass a tunnel.</summary>
    public int MaxBlockSize { get; init; } = 65464;

    /// <summary>Grant no block larger than the interface's MTU takes whole; many firmwares cannot put fragments together.</summary>
    public bool FitBlockSizeToMtu { get; init; } = true;

    /// <summary>The largest window granted, 1 to 4096 blocks.</summary>
    public int MaxWindowSize { get; init; } = 64;

    /// <summary>Transfers at a time, in all. When it is reached, the oldest that never answered makes room.</summary>
    public int MaxTransfers { get; init; } = 4096;

    /// <summary>Transfers at a time to one address.</summary>
    public int MaxTransfersPerAddress { get; init; } = 64;

    /// <summary>Requests answered per second to one address.</summary>
    public int MaxRequestsPerSecondPerAddress { get; init; } = 200;

    /// <summary>Answer requests from ports under 1024. No client needs it; forged requests use them to set two services on each other.</summary>
    public bool AnswerWellKnownPorts { get; init; }
}
