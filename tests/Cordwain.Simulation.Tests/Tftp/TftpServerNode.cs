using Cordwain.Protocols.Tftp;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Tftp;

/// <summary>Keeps the transfers by client, as the service does.</summary>
sealed class TftpServerNode(TftpWorld world, SeededRandom random)
{
    readonly Dictionary<int, TransferDriver> _transfers = [];

    public int Live => _transfers.Values.Count(transfer => !transfer.IsOver);

    /// <summary>The process dies: nothing is known of any transfer any more, and nothing of it is sent.</summary>
    public void Restart()
    {
        world.Time.Tell?.Invoke("the server starts anew");
        foreach (var transfer in _transfers.Values)
            transfer.Kill();
        _transfers.Clear();
    }

    /// <param name="client">Address and port, as one number.</param>
    public void Receive(int client, ReadOnlySpan<byte> datagram)
    {
        var isRequest = TftpPacket.OpcodeOf(datagram) == TftpOpcode.ReadRequest;
        _transfers.TryGetValue(client, out var transfer);
        world.Oracle.OnHeard(client, isRequest, transfer?.Terms.WindowSize ?? 1);
        if (!isRequest)
        {
            if (transfer is not null)
                transfer.OnPacket(datagram);
            else if (TftpPacket.OpcodeOf(datagram) is not (null or TftpOpcode.Error))
                world.SendToClient(client, TftpPacket.Error(TftpErrorCode.UnknownTransferId, "no transfer is under way with this port"));
        }
        else if (!TftpRequest.TryParse(datagram, out var request, out _))
        {
            world.SendToClient(client, TftpPacket.Error(TftpErrorCode.IllegalOperation, "not understood"));
        }
        else if (transfer is not null && transfer.Request == request)
        {
            transfer.OnRequestRepeated();
        }
        else if (world.Find(request.Name) is not { } file)
        {
            world.SendToClient(client, TftpPacket.Error(TftpErrorCode.FileNotFound, "file not found"));
        }
        else
        {
            transfer?.Kill();
            _transfers[client] = world.Plant.Transfer(world, client, file, request, random);
        }
    }
}
