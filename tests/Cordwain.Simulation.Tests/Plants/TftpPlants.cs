using Cordwain.Protocols.Tftp;
using Cordwain.Server.Tftp;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Plants;

/// <summary>A bug put around the transfers. This one is none.</summary>
class TftpPlant
{
    /// <summary>The packet as it leaves.</summary>
    public virtual byte[] Packet(TftpTransfer transfer, byte[] packet) => packet;

    public virtual void OnStarted(VirtualTime time, TftpTransfer transfer, Action sendNow)
    {
        // A bug may begin here.
    }
}

/// <summary>A block that is sent again carries the bytes of another: those that were sent last.</summary>
sealed class SkippedBlock : TftpPlant
{
    readonly Dictionary<TftpClient, byte[]> _last = [];

    public override byte[] Packet(TftpTransfer transfer, byte[] packet)
    {
        if (TftpPacket.OpcodeOf(packet) != TftpOpcode.Data)
            return packet;
        var isRepeat = _last.TryGetValue(transfer.Client, out var last) && Block(packet) < Block(last) && last.Length == packet.Length;
        if (!isRepeat)
            _last[transfer.Client] = packet;
        return isRepeat ? [.. packet[..TftpPacket.DataHeaderLength], .. last![TftpPacket.DataHeaderLength..]] : packet;
    }

    static int Block(byte[] packet) => (packet[2] << 8) | packet[3];
}

/// <summary>Sends again for ever: every second it is as if the client had asked once more.</summary>
sealed class EndlessRepeats : TftpPlant
{
    public override void OnStarted(VirtualTime time, TftpTransfer transfer, Action sendNow)
    {
        time.After(TimeSpan.FromSeconds(1), () =>
        {
            if (transfer.OnRequestRepeated(transfer.Request, out var due) && due)
                sendNow();
            if (transfer.IsLive && time.Now - transfer.StartedAt < TimeSpan.FromMinutes(2))
                OnStarted(time, transfer, sendNow);
        });
    }
}
