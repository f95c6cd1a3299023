using Cordwain.Protocols.Wire;
using Cordwain.Server.Linux;

namespace Cordwain.Server.HttpBoot.Plain;

enum PlainState
{
    /// <summary>Waits for a request, or the rest of one.</summary>
    Reading,

    /// <summary>What was asked for is being found elsewhere.</summary>
    Opening,

    Sending,

    /// <summary>All is said; what still comes is read and thrown away, so that the system does not break off what is on its way.</summary>
    Lingering,

    Closed,
}

/// <summary>One connection of the plain way. Belongs to one worker; without a request in hand it holds no buffer.</summary>
sealed class PlainConnection(StreamSocket socket, Ipv4Address peer)
{
    public StreamSocket Socket { get; } = socket;

    public Ipv4Address Peer { get; } = peer;

    public Ipv4Address Local { get; } = socket.LocalAddress();

    /// <summary>Its place in the worker's table.</summary>
    public ulong Number { get; set; }

    public PlainState State { get; set; }

    /// <summary>There may be bytes, or the end, to be read.</summary>
    public bool MayRead { get; set; } = true;

    /// <summary>There may be whole requests in <see cref="Kept"/>: others have had their turn since they came.</summary>
    public bool MayTake { get; set; }

    /// <summary>The worker comes back to it in its next turn.</summary>
    public bool IsInLine { get; set; }

    /// <summary>The other side has said that it is done sending.</summary>
    public bool PeerEnded { get; set; }

    /// <summary>When it is let go, unless something happens before.</summary>
    public long Deadline { get; set; }

    /// <summary>Input that waits: the beginning of a head, or requests behind the one that is being answered.</summary>
    public byte[]? Kept { get; set; }

    public int KeptLength { get; set; }

    /// <summary>What was asked, while it is being found.</summary>
    public PlainRequest Request { get; set; }

    public RequestConditions Conditions { get; set; }

    public CancellationTokenSource? Opening { get; set; }

    public ServedFile? Serving { get; set; }

    public BootFileAnswer Answer { get; set; }

    public bool CloseAfter { get; set; }

    public long Started { get; set; }

    /// <summary>Bytes in memory that have to leave before anything else.</summary>
    public ReadOnlyMemory<byte> Out { get; set; }

    /// <summary>The part of the file that has to leave after them.</summary>
    public long Offset { get; set; }

    public long Left { get; set; }

    /// <summary>Unconfirmed bytes when that was last looked at; -1: not yet since the last progress.</summary>
    public int Unconfirmed { get; set; } = -1;

    public ReadSeries? Series { get; set; }
}
