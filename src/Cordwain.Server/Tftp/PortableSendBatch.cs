using System.Net;
using System.Net.Sockets;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Tftp;

/// <summary>Sends each packet as soon as it is complete, by what every system offers.</summary>
sealed class PortableSendBatch : ISendBatch
{
    readonly byte[] _packet = new byte[66_000];
    TftpTransfer? _transfer;
    SocketAddress? _to;
    int _used;

    public List<UnsentPacket> Unsent { get; } = [];

    public long PacketsSent { get; private set; }

    public long BytesSent { get; private set; }

    public void Begin(TftpTransfer transfer, int segment, int length) =>
        (_transfer, _to, _used) = (transfer, transfer.Client.ToSocketAddress(), 0);

    public Span<byte> Room(int length) => _packet.AsSpan(_used, length);

    public void Advance(int length) => _used += length;

    public void AddFile(FilePart file, int offset, int length) =>
        throw new NotSupportedException("Files are not mapped here.");

    public void Commit()
    {
        try
        {
            _transfer!.Socket.Send(_packet.AsSpan(0, _used), _to!, _transfer.Local);
            PacketsSent++;
            BytesSent += _used;
        }
        catch (SocketException e)
        {
            Unsent.Add(new(_transfer!, UnsentReason.Lost, e.ErrorCode));
        }
        catch (ObjectDisposedException)
        {
            // The service stops.
        }
    }

    public void Cancel() => _used = 0;

    public void Flush()
    {
    }

    public void Dispose()
    {
    }
}
