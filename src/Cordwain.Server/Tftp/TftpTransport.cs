using System.Net.Sockets;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Tftp;

/// <summary>How packets are taken and sent: many at a time where the system can, else one by one.</summary>
/// <param name="batches">The system takes and sends many at a time, and sends from mapped files: Linux.</param>
sealed class TftpTransport(bool batches) : IDisposable
{
    /// <summary>A request that fills it is refused as too long.</summary>
    const int RequestLength = 4096, RequestSlots = 32;

    /// <summary>ACK and ERROR are short; the rest of a longer packet is dropped.</summary>
    const int PacketLength = 512, PacketSlots = 64;

    public static TftpTransport OfThisSystem() => new(OperatingSystem.IsLinux() && Environment.Is64BitProcess);

    /// <summary>The files that are sent from where they are mapped; null where they are read.</summary>
    public FileMaps? Maps { get; } = batches ? new() : null;

    /// <summary>Told of each socket before it is bound.</summary>
    public event Action<Socket>? Opened;

    /// <summary>A socket that is not bound yet.</summary>
    /// <param name="sharesAddresses">It is to be bound to all our addresses.</param>
    public TransferSocket Open(bool sharesAddresses)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        UdpBuffers.Enlarge(socket);
        Opened?.Invoke(socket);
        return new(socket, sharesAddresses, segments: batches && SegmentOffload.IsKnown(socket));
    }

    public IPacketReceiver ReceiverOfRequests(TransferSocket socket) => batches
        ? new BatchReceiver(socket.Socket, RequestSlots, RequestLength)
        : new PortableReceiver(socket.Socket, RequestLength, tellsLocal: true);

    public IPacketReceiver ReceiverOfTransfers(TransferSocket socket) => batches
        ? new BatchReceiver(socket.Socket, PacketSlots, PacketLength)
        : new PortableReceiver(socket.Socket, PacketLength, tellsLocal: false);

    public ISendBatch NewBatch() => batches ? new SendBatch() : new PortableSendBatch();

    public void Dispose() => Maps?.Dispose();
}
