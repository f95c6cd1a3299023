using System.Net.Sockets;
using Cordwain.Server.Tftp;

namespace Cordwain.Server.Tests.Tftp;

/// <summary>When what is due to be sent again is held back, because nothing was lost.</summary>
public sealed class TransferSocketTests : IDisposable
{
    static readonly TimeSpan Due = TimeSpan.FromSeconds(10);

    readonly TransferSocket _socket = new(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp), sharesAddresses: false, segments: false);

    public void Dispose() => _socket.Dispose();

    [Fact]
    public void Nothing_waits_while_the_socket_is_empty() => Assert.False(_socket.ShouldWait(Due, Due));

    [Fact]
    public void An_answer_that_may_not_have_been_looked_at_is_waited_for()
    {
        _socket.CaughtUpTo = Due - TimeSpan.FromMilliseconds(1);
        Assert.True(_socket.ShouldWait(Due, Due));
        _socket.CaughtUpTo = Due;
        Assert.False(_socket.ShouldWait(Due, Due));
    }

    [Fact]
    public void A_silence_of_all_clients_is_a_pause_and_no_loss()
    {
        _socket.CountTransfer(16);
        _socket.HeardAt = Due - TimeSpan.FromMilliseconds(11);
        Assert.True(_socket.ShouldWait(Due, Due));
        _socket.HeardAt = Due - TimeSpan.FromMilliseconds(9);
        Assert.False(_socket.ShouldWait(Due, Due));
        _socket.CountTransfer(-1);
        _socket.HeardAt = TimeSpan.Zero;
        Assert.False(_socket.ShouldWait(Due, Due));   // of a few clients, all may be silent
    }

    [Fact]
    public void In_a_long_silence_one_client_is_tried_at_a_time()
    {
        _socket.CountTransfer(1000);
        _socket.HeardAt = Due - TimeSpan.FromMilliseconds(40);
        Assert.Equal([false, true, true], Enumerable.Range(0, 3).Select(_ => _socket.ShouldWait(Due, Due)));
        var next = Due + TimeSpan.FromMilliseconds(10);
        Assert.Equal([false, true], Enumerable.Range(0, 2).Select(_ => _socket.ShouldWait(Due, next)));
        _socket.HeardAt = next;   // it was answered
        Assert.Equal([false, false], Enumerable.Range(0, 2).Select(_ => _socket.ShouldWait(Due, next)));
    }

    [Fact]
    public void A_flood_puts_a_repeat_off_for_a_moment_only()
    {
        _socket.CaughtUpTo = TimeSpan.Zero;
        _socket.CountTransfer(1000);
        Assert.True(_socket.ShouldWait(Due, Due + TimeSpan.FromMilliseconds(199)));
        Assert.False(_socket.ShouldWait(Due, Due + TimeSpan.FromMilliseconds(200)));
    }
}
