namespace Cordwain.Server.Tftp;

/// <summary>The thread of one socket: takes what has come, hands it to the engine, and sends what that leads to.</summary>
/// <param name="onPacket">Told of each packet; puts what it leads to into the line it is given.</param>
sealed class TftpReceiver(TransferSocket socket, IPacketReceiver receiver, TftpReceiver.PacketSink onPacket, Turns turns, Func<TimeSpan> now)
{
    public delegate void PacketSink(TransferSocket socket, ReadOnlySpan<byte> packet, PacketOrigin origin, Turns turns, TimeSpan now);

    public Thread Start(string name)
    {
        var thread = new Thread(Run) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    void Run()
    {
        while (TakeRound())
        {
        }

        turns.Dispose();
    }

    /// <returns>False when the socket is closed.</returns>
    bool TakeRound()
    {
        var began = now();
        var count = receiver.Receive(wait: turns.IsEmpty);
        if (count < 0)
            return false;
        if (count < receiver.Capacity)
            socket.CaughtUpTo = began;   // all that came before this round has been looked at in the rounds before

        if (count > 0)
        {
            var at = now();
            socket.HeardAt = at;
            for (var i = 0; i < count; i++)
            {
                var packet = receiver.Packet(i, out var client, out var local);
                onPacket(socket, packet, new(client, local), turns, at);
            }
        }

        turns.Once(now());   // a request may have waited for a slow disk
        if (count < receiver.Capacity && turns.IsEmpty)
            socket.CaughtUpTo = TimeSpan.MaxValue;
        return true;
    }
}
