using Cordwain.Server.Linux;
using Cordwain.Server.Tftp;

namespace Cordwain.Simulation.Tests.Tftp;

/// <summary>Cuts messages into packets as the system would, and puts them on the simulated network.</summary>
/// <param name="refuses">Whether the system refuses the next message, and why.</param>
sealed class SimulatedBatch(Action<TftpTransfer, byte[]> send, Func<int, UnsentReason?> refuses) : ISendBatch
{
    readonly byte[] _message = new byte[140_000];
    TftpTransfer? _transfer;
    int _segment, _used;

    public List<UnsentPacket> Unsent { get; } = [];

    public long PacketsSent { get; private set; }

    public long BytesSent { get; private set; }

    public void Begin(TftpTransfer transfer, int segment, int length) => (_transfer, _segment, _used) = (transfer, segment, 0);

    public Span<byte> Room(int length) => _message.AsSpan(_used, length);

    public void Advance(int length) => _used += length;

    public void AddFile(FilePart file, int offset, int length) => throw new NotSupportedException("Files are not mapped here.");

    public void Commit()
    {
        if (refuses(_segment) is { } reason)
        {
            Unsent.Add(new(_transfer!, reason, 5));
            return;
        }

        PacketsSent++;
        BytesSent += _used;
        var length = _segment == 0 ? _used : _segment;
        for (var at = 0; at < _used; at += length)
            send(_transfer!, _message.AsSpan(at, Math.Min(length, _used - at)).ToArray());
    }

    public void Cancel() => _used = 0;

    public void Flush()
    {
        // Each message has left with its Commit.
    }

    public void Dispose()
    {
        // Nothing but memory.
    }
}
