using System.Net.Sockets;
using System.Text;
using Cordwain.Boot.Journal;
using Cordwain.Content;
using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Linux;
using Cordwain.Server.Tftp;

namespace Cordwain.Server.Tests.Tftp;

/// <summary>In which order transfers send that have something to send at the same time.</summary>
public sealed class TurnsTests : IDisposable
{
    readonly Engine _engine = new();
    readonly Batch _batch = new();
    readonly Turns _turns;
    readonly TransferSocket _socket = new(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp), sharesAddresses: false, segments: true);
    readonly List<TftpTransfer> _transfers = [];

    public TurnsTests() => _turns = new(_batch, new());

    public void Dispose()
    {
        _transfers.ForEach(transfer => transfer.Dispose());
        _turns.Dispose();
        _socket.Dispose();
    }

    [Fact]
    public void A_small_read_is_not_held_up_by_large_windows()
    {
        var (one, other) = (WindowDue("one"), WindowDue("other"));
        var small = Begin("small", "");
        foreach (var transfer in new[] { one, other, small })
            _turns.Add(transfer);
        _turns.All(() => default);

        // A window of sixteen blocks takes three messages; between two of them it is everybody else's turn.
        Assert.Equal(["one 7", "other 7", "small 1", "one 7", "other 7", "one 2", "other 2"], _batch.Sent);
    }

    [Fact]
    public void Who_stands_in_line_does_not_stand_there_twice()
    {
        var one = WindowDue("one");
        _turns.Add(one);
        _turns.Add(one);
        _turns.Once(default);
        Assert.Equal(["one 7"], _batch.Sent);
    }

    /// <summary>A read whose client is ready for its first window.</summary>
    TftpTransfer WindowDue(string name)
    {
        var transfer = Begin(name, "blksize\08192\0windowsize\016\0");
        _turns.Add(transfer);
        _turns.All(() => default);
        Assert.True(transfer.OnPacket([0, 4, 0, 0], default));
        _batch.Sent.Clear();
        return transfer;
    }

    TftpTransfer Begin(string name, string options)
    {
        Assert.True(TftpRequest.TryParse(Encoding.Latin1.GetBytes($"\0\u0001{name}\0octet\0{options}"), out var request, out _));
        var transfer = new TftpTransfer(_engine, new(TftpTestServer.Loopback, (ushort)(2000 + _transfers.Count)), request, TftpTestServer.Loopback, _socket);
        _transfers.Add(transfer);
        var content = new TextContent(new byte[1_000_000]) { Source = "memory" };
        transfer.Start(FakeBootFiles.Opens(content), content, new());
        return transfer;
    }

    sealed class Batch : ISendBatch
    {
        readonly byte[] _message = new byte[SegmentOffload.MaxMessage];
        string _name = "";
        int _segment, _used;

        /// <summary>Whose message, and how many packets it is cut into.</summary>
        public List<string> Sent { get; } = [];

        public List<UnsentPacket> Unsent { get; } = [];

        public long PacketsSent => Sent.Count;

        public long BytesSent => 0;

        public void Begin(TftpTransfer transfer, int segment, int length) => (_name, _segment, _used) = (transfer.Request.Name, segment, 0);

        public Span<byte> Room(int length) => _message.AsSpan(_used, length);

        public void Advance(int length) => _used += length;

        public void AddFile(FilePart file, int offset, int length) => throw new NotSupportedException("Files are not mapped here.");

        public void Commit() => Sent.Add($"{_name} {(_segment == 0 ? 1 : (_used + _segment - 1) / _segment)}");

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

    sealed class Engine : ITransferHost
    {
        public TimeSpan Now => default;

        public FileMaps? Maps => null;

        public void Plan(TftpTransfer transfer, TimeSpan when)
        {
            // Nothing is late here.
        }

        public void SendNow(TftpTransfer transfer) => throw new NotSupportedException("All bytes are there at once.");

        public void SendError(TftpErrorCode code, string message, TransferSocket socket, TftpClient client, Ipv4Address local) =>
            throw new InvalidOperationException(message);

        public void OnRepeated(long packets) => throw new InvalidOperationException("Nothing is lost here.");

        public void OnEnded(TftpTransfer transfer, OpenedFile? file, ReadOutcome outcome, string? reason) => file?.Content?.Dispose();

        public void OnSentAnotherWay()
        {
        }

        public void OnSendFailed(TftpTransfer transfer, int error) => throw new InvalidOperationException("All that is sent leaves.");

        public void OnFault(TftpTransfer transfer, Exception e) => throw new InvalidOperationException("A turn failed.", e);
    }
}
