using System.Net;
using System.Net.Sockets;
using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;

namespace Cordwain.Storm;

/// <summary>Fetches one file by TFTP and throws its bytes away, counted and summed.</summary>
sealed class TftpFetch : Watched, IDisposable
{
    public const int Port = 69;

    const int Patience = 6, LargestPacket = 65536, MostKept = 1 << 20;

    // iPXE and firmware wait about that long.
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly TftpDownload _download;
    readonly IPEndPoint _server;
    readonly MemoryStream? _kept;
    readonly Lock _gate = new();
    ContentSum _sum;
    bool _connected, _silent;
    Exception? _broken;   // why a repeat could not be sent, and the socket was disposed

    /// <param name="keep">Keep the text, which is a script.</param>
    public TftpFetch(TftpDownload download, Ipv4Address server, Ipv4Address? from, int port = Port, bool keep = false)
    {
        _download = download;
        _server = new(HostAddress.Of(server), port);
        _kept = keep ? new() : null;
        _socket.ReceiveBufferSize = 1 << 20;
        _socket.Bind(new IPEndPoint(from is { } own ? HostAddress.Of(own) : IPAddress.Any, 0));
    }

    public ContentSum Sum => _sum;

    public TftpDownload Download => _download;

    public ReadOnlyMemory<byte> Kept => _kept is null ? default : _kept.GetBuffer().AsMemory(0, (int)_kept.Length);

    public static TftpDownload Read(string name, int blockSize, int windowSize, bool sizeOnly = false) =>
        new(name, new(sizeOnly ? null : blockSize, null, sizeOnly || windowSize == 1 ? null : windowSize, Size: true), Patience, sizeOnly);

    /// <exception cref="StormException">It did not come.</exception>
    public async Task Run(CancellationToken stop)
    {
        // The first answer names the server's port for this transfer (RFC 1350 §4); until then anyone may answer.
        var buffer = GC.AllocateUninitializedArray<byte>(Math.Min(LargestPacket, Math.Max(_download.BlockSize, 2048)));
        var sender = new SocketAddress(AddressFamily.InterNetwork);
        using var ending = stop.UnsafeRegister(static fetch => ((TftpFetch)fetch!)._socket.Dispose(), this);
        try
        {
            Send();
            while (true)
            {
                var length = _connected
                    ? await _socket.ReceiveAsync(buffer, SocketFlags.None, CancellationToken.None)
                    : await _socket.ReceiveFromAsync(buffer, SocketFlags.None, sender, CancellationToken.None);
                if (OnPacket(buffer.AsSpan(0, length), sender))
                    return;
                if (_download.BlockSize + TftpPacket.DataHeaderLength > buffer.Length)
                    buffer = GC.AllocateUninitializedArray<byte>(_download.BlockSize + TftpPacket.DataHeaderLength);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            stop.ThrowIfCancellationRequested();
            throw _silent ? Silent() : Broken(Volatile.Read(ref _broken) ?? e);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _kept?.Dispose();
    }

    protected override void OnSilence()
    {
        lock (_gate)
        {
            if (_download.OnSilence() == TftpDownloadStep.Send)
            {
                Send();
                return;
            }

            _silent = true;
            _socket.Dispose();   // ends the receive
        }
    }

    /// <summary>A repeat could not be sent: the network is gone, nobody listens there, or the machine's time was over a moment before.</summary>
    protected override void OnBroken(Exception e)
    {
        Volatile.Write(ref _broken, e);
        _socket.Dispose();   // ends the receive
    }

    /// <returns>True when the file is complete.</returns>
    bool OnPacket(ReadOnlySpan<byte> packet, SocketAddress sender)
    {
        lock (_gate)
        {
            var step = _download.OnPacket(packet, out var data);
            if (!_connected && step != TftpDownloadStep.Wait)
            {
                _socket.Connect(_server.Create(sender));
                _connected = true;
            }

            _sum.Add(data);
            if (_kept is not null && _kept.Length + data.Length <= MostKept)
                _kept.Write(data);
            if (step == TftpDownloadStep.Fail)
                throw new StormException(_download.Failure!.FromServer ? StormFailures.TftpError : StormFailures.TftpSilent, _download.Failure.Message);
            if (step != TftpDownloadStep.Wait)
                Send();
            else
                WaitFor(Silence);
            return step == TftpDownloadStep.SendAndFinish;
        }
    }

    void Send()
    {
        try
        {
            if (_connected)
                _socket.Send(_download.Packet.Span, SocketFlags.None);
            else
                _socket.SendTo(_download.Packet.Span, SocketFlags.None, _server);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.NoBufferSpaceAvailable or SocketError.WouldBlock)
        {
            // As if it were lost on the way: the silence sends it again.
        }

        WaitFor(Silence);
    }

    StormException Broken(Exception e) => new(
        StormFailures.TftpSilent, e is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? $"nobody listens on port {_server.Port} of {_server.Address}" : e.Message);

    StormException Silent() => new(StormFailures.TftpSilent, _download.Failure?.Message ?? "no answer");
}
