using Cordwain.Server.Linux;

namespace Cordwain.Server.Tftp;

/// <summary>Packets on their way out, gathered so that many leave with one system call. Belongs to one thread.</summary>
/// <remarks>A packet is <see cref="Begin"/>, then its bytes, then <see cref="Commit"/> or <see cref="Cancel"/>.</remarks>
interface ISendBatch : IDisposable
{
    /// <summary>What did not leave; the caller takes it out when it holds no transfer's lock.</summary>
    List<UnsentPacket> Unsent { get; }

    /// <summary>Since it was made; a window sent as one message counts once.</summary>
    long PacketsSent { get; }

    long BytesSent { get; }

    /// <param name="transfer">Whose socket and client it is for.</param>
    /// <param name="segment">The length of each datagram into which the system cuts this message; 0: it is one.</param>
    /// <param name="length">Bytes that may follow by <see cref="Room"/>.</param>
    void Begin(TftpTransfer transfer, int segment, int length);

    /// <summary>Where the next bytes are to be written.</summary>
    Span<byte> Room(int length);

    /// <summary>So many bytes of <see cref="Room"/> belong to the packet.</summary>
    void Advance(int length);

    /// <summary>Bytes of a mapped file.</summary>
    void AddFile(FilePart file, int offset, int length);

    void Commit();

    /// <summary>Forgets what was added since <see cref="Begin"/>.</summary>
    void Cancel();

    void Flush();
}

enum UnsentReason : byte
{
    /// <summary>As good as lost on the way: the next repeat may do better.</summary>
    Lost,

    /// <summary>The mapped file has become shorter, or its disk fails.</summary>
    FileUnreadable,

    /// <summary>The system or the card does not cut messages of this length.</summary>
    NotSegmented,
}

/// <param name="Error">The system's number.</param>
readonly record struct UnsentPacket(TftpTransfer Transfer, UnsentReason Reason, int Error);
