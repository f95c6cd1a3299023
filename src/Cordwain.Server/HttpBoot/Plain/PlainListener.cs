using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>A listening socket whose plain requests are answered by workers of our own; every other connection goes on to the web server, which accepts it here.</summary>
sealed class PlainListener : IConnectionListener
{
    const int Backlog = 4096;

    readonly PlainSurroundings _around;
    readonly Socket _socket;
    readonly PlainWorker[] _workers;
    readonly SocketConnectionContextFactory _connections = new(new(), NullLogger.Instance);
    readonly Channel<HandedConnection> _handed = Channel.CreateUnbounded<HandedConnection>(new() { SingleReader = true });

    /// <exception cref="SocketException">The port is taken, or we have no right.</exception>
    public PlainListener(EndPoint address, PlainSurroundings around)
    {
        _around = around;
        _socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            _socket.Bind(address);
            _socket.Listen(Backlog);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        EndPoint = _socket.LocalEndPoint!;
        // Two at least: one that waits for a cold disk must not keep all others waiting.
        _workers = new PlainWorker[Math.Clamp(Environment.ProcessorCount, 2, 8)];
        for (var i = 0; i < _workers.Length; i++)
            _workers[i] = new(around, (int)_socket.Handle, LeastBusy, HandOver);
        foreach (var worker in _workers)
            worker.Start();
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _handed.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_handed.Reader.TryRead(out var handed))
            {
                if (Connect(handed) is { } connection)
                    return connection;
            }
        }

        return null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        foreach (var worker in _workers)
            worker.Drain();
        await Task.WhenAll(_workers.Select(worker => worker.Ended)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _handed.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            worker.Stop();
        foreach (var worker in _workers)
        {
            await worker.Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            worker.Dispose();
        }

        _handed.Writer.TryComplete();
        while (_handed.Reader.TryRead(out var handed))
        {
            handed.Socket.Close();
            _around.Limits.Close(handed.Peer);
        }

        _socket.Dispose();
        _connections.Dispose();
    }

    PlainWorker LeastBusy()
    {
        var best = _workers[0];
        foreach (var worker in _workers)
        {
            if (worker.Count < best.Count)
                best = worker;
        }

        return best;
    }

    void HandOver(HandedConnection handed)
    {
        if (_handed.Writer.TryWrite(handed))
            return;
        handed.Socket.Close();
        _around.Limits.Close(handed.Peer);
    }

    /// <returns>Null when the connection has broken meanwhile.</returns>
    ConnectionContext? Connect(HandedConnection handed)
    {
        handed.Series?.MoveTo(_around.Journal);
        try
        {
            var connection = _connections.Create(new Socket(new SafeSocketHandle(handed.Socket.Fd, ownsHandle: true)));
            connection.Transport = new HandedTransport(handed.Read, connection.Transport);
            connection.ConnectionClosed.Register(() =>
            {
                handed.Series?.End();
                _around.Limits.Close(handed.Peer);
            });
            if (handed.Series is { } series)
                connection.Items[BootFileEndpoint.SeriesKey] = series;
            return connection;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            handed.Series?.End();
            _around.Limits.Close(handed.Peer);
            return null;
        }
    }
}
