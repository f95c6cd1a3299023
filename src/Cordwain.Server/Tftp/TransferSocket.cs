using System.Net;
using System.Net.Sockets;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Tftp;

/// <summary>A way out for packets. Many transfers share one; safe for several threads.</summary>
/// <param name="sharesAddresses">The socket is bound to all addresses: each packet says which one it leaves from.</param>
/// <param name="segments">The system cuts one message into datagrams.</param>
sealed class TransferSocket(Socket socket, bool sharesAddresses, bool segments) : IDisposable
{
    /// <summary>When a repeat that had reason to wait leaves all the same: a flood must not put it off for good.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>With so many transfers, a client is always heard within <see cref="Pause"/>.</summary>
    const int Many = 16;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10), LongPause = TimeSpan.FromMilliseconds(40);

    long _caughtUpTo = long.MaxValue;
    long _heardAt;
    TimeSpan _triedAt = TimeSpan.MinValue;
    int _transfers;

    public Socket Socket => socket;

    public bool SharesAddresses => sharesAddresses;

    public bool Segments => segments;

    /// <summary>
    /// Every packet that came before this has been looked at; <see cref="TimeSpan.MaxValue"/> while nothing is waiting. What is due later
    /// may have been answered by one that still waits in the socket, so it is not to be sent again yet.
    /// </summary>
    public TimeSpan CaughtUpTo
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _caughtUpTo));
        set => Volatile.Write(ref _caughtUpTo, value.Ticks);
    }

    /// <summary>When packets were last taken from it.</summary>
    public TimeSpan HeardAt
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _heardAt));
        set => Volatile.Write(ref _heardAt, value.Ticks);
    }

    public void CountTransfer(int change) => Interlocked.Add(ref _transfers, change);

    /// <summary>
    /// Whether a packet that is due to be sent again has probably not been lost: its answer may wait in the socket, or all clients fell
    /// silent together, because the network or a machine paused. To send to all again would only add to that; so after a while one at a
    /// time tries, and when it is answered the others follow. For one thread at a time.
    /// </summary>
    public bool ShouldWait(TimeSpan due, TimeSpan now)
    {
        if (now - due >= Patience)
            return false;
        if (due > CaughtUpTo || HasUnread())
            return true;
        var silence = now - HeardAt;
        return silence >= Pause && Volatile.Read(ref _transfers) >= Many && (silence < LongPause || !MayTry(now));
    }

    /// <param name="from">Our address, the one the client asked.</param>
    /// <exception cref="SocketException">It could not be sent.</exception>
    public void Send(ReadOnlySpan<byte> packet, SocketAddress to, Ipv4Address from)
    {
        if (sharesAddresses)
            PacketInformation.Send(socket, packet, to, from);
        else
            socket.SendTo(packet, SocketFlags.None, to);
    }

    public void Dispose() => socket.Dispose();

    /// <summary>One in each tick.</summary>
    bool MayTry(TimeSpan now)
    {
        if (_triedAt == now)
            return false;
        _triedAt = now;
        return true;
    }

    bool HasUnread()
    {
        try
        {
            return socket.Available > 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
