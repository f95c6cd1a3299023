using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Tftp;

/// <summary>Takes packets from a socket. Belongs to one thread.</summary>
interface IPacketReceiver
{
    /// <summary>Packets that one call takes at most.</summary>
    int Capacity { get; }

    /// <param name="wait">Blocks until something has come.</param>
    /// <returns>How many came; they stay until the next call. -1 when the socket is closed.</returns>
    int Receive(bool wait);

    /// <param name="local">The address it was sent to, where the socket tells.</param>
    ReadOnlySpan<byte> Packet(int index, out TftpClient client, out Ipv4Address local);
}
