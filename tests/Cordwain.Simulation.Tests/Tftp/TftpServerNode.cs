using System.Net.Sockets;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Machines;
using Cordwain.Content;
using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Linux;
using Cordwain.Server.Tftp;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Tftp;

/// <summary>A process that serves TFTP: the real table, transfers, turns and schedule, without the sockets and threads around them.</summary>
sealed class TftpServerNode : ITransferHost, IDisposable
{
    const int FirstPort = 2000;

    static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(10), Aftermath = TimeSpan.FromSeconds(3), Forgotten = TimeSpan.FromSeconds(4);
    static readonly Ipv4Address ClientAddress = Ipv4Address.Parse("10.0.0.77"), ServerAddress = Ipv4Address.Parse("10.0.0.1");

    // Bound to nothing, it neither sends nor hears: packets go by the batch.
    static readonly Socket Mute = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    readonly TftpWorld _world;
    readonly SeededRandom _random;
    readonly TransferTable _table = new(new(), TickLength);
    readonly TransferSocket _socket;
    readonly Turns _turns;
    readonly HashSet<long> _ticks = [];
    readonly Dictionary<int, int> _windows = [];
    readonly double _refusals;
    int _changes;
    bool _isDead;

    public TftpServerNode(TftpWorld world, SeededRandom random)
    {
        (_world, _random) = (world, random);
        _refusals = random.Chance(0.2) ? 0.02 : 0;
        _socket = new(Mute, sharesAddresses: false, segments: random.Chance(0.7));
        _turns = new(new SimulatedBatch((transfer, packet) => Send(transfer.Client, world.Plant.Packet(transfer, packet)), Refusal), new());
    }

    public TimeSpan Now => _world.Time.Now;

    public FileMaps? Maps => null;

    public int Live => _table.Live;

    /// <summary>The process dies: nothing of it does anything any more.</summary>
    public void Dispose()
    {
        _isDead = true;
        _turns.Dispose();
    }

    public void Receive(int number, ReadOnlySpan<byte> datagram)
    {
        var client = new TftpClient(ClientAddress, (ushort)(FirstPort + number));
        var isRequest = TftpPacket.OpcodeOf(datagram) == TftpOpcode.ReadRequest;
        _world.Oracle.OnHeard(number, isRequest, _windows.GetValueOrDefault(number, 1));
        _socket.HeardAt = Now;
        _table.TryGet(client, out var transfer);
        if (isRequest)
            OnRequest(client, transfer, datagram);
        else if (transfer is null && TftpPacket.OpcodeOf(datagram) is not (null or TftpOpcode.Error))
            SendError(TftpErrorCode.UnknownTransferId, "no transfer is under way with this port", _socket, client, ServerAddress);
        else if (transfer?.OnPacket(datagram, Now) == true)
            _turns.Add(transfer);
        _turns.All(() => Now);
    }

    public void Plan(TftpTransfer transfer, TimeSpan when)
    {
        _table.Plan(transfer, when);
        TickAt(when);
    }

    public void SendNow(TftpTransfer transfer)
    {
        _turns.Add(transfer);
        _turns.All(() => Now);
    }

    public void SendError(TftpErrorCode code, string message, TransferSocket socket, TftpClient client, Ipv4Address local) =>
        Send(client, TftpPacket.Error(code, message));

    public void OnRepeated(long packets)
    {
        // A figure for the operator.
    }

    public void OnEnded(TftpTransfer transfer, OpenedFile? file, ReadOutcome outcome, string? reason)
    {
        _world.Time.Tell?.Invoke($"transfer to {transfer.Client}: {outcome} {reason}");
        _table.OnEnded(transfer);
        TickAt(Now + Aftermath);
        _changes++;
        if (_table.Live == 0)
            ExpectEmpty(_changes);
    }

    public void OnSentAnotherWay()
    {
    }

    public void OnSendFailed(TftpTransfer transfer, int error) => _world.Time.Tell?.Invoke($"not sent to {transfer.Client}: {error}");

    public void OnFault(TftpTransfer transfer, Exception e) => _world.Oracle.Violated(Property.NoFault, e.ToString());

    void OnRequest(TftpClient client, TftpTransfer? existing, ReadOnlySpan<byte> datagram)
    {
        if (!TftpRequest.TryParse(datagram, out var request, out _))
        {
            SendError(TftpErrorCode.IllegalOperation, "not understood", _socket, client, ServerAddress);
            return;
        }

        if (existing is not null)
        {
            if (existing.OnRequestRepeated(request, out var due))
            {
                if (due)
                    _turns.Add(existing);
                return;
            }

            existing.Replace();
        }

        _windows[client.Port - FirstPort] = Math.Min(request.Asked.WindowSize ?? 1, _world.Limits.WindowSize);
        var transfer = new TftpTransfer(this, client, request, ServerAddress, _socket);
        if (!_table.TryAdd(transfer))
            return;
        _changes++;
        _world.Plant.OnStarted(_world.Time, transfer, () => SendNow(transfer));
        if (_world.Find(request.Name) is { } file)
        {
            var content = new SimulatedContent(file, _world.Time, _random) { Source = "simulated" };
            transfer.Start(new(content, MachineIdentity.Unknown, "", []), content, _world.Limits);
            _turns.Add(transfer);
        }
        else
        {
            transfer.Refuse(TftpErrorCode.FileNotFound, "file not found", null, ReadOutcome.NotFound, null);
        }
    }

    /// <summary>When nothing begins or ends in the meantime, the last transfers are not in the table any more.</summary>
    void ExpectEmpty(int changes) => _world.Time.After(Forgotten, () =>
    {
        if (!_isDead && changes == _changes && !_table.IsEmpty)
            _world.Oracle.Violated(Property.EndedIsForgotten, $"no transfer lives, and {Forgotten} after the last end the table is not empty");
    });

    /// <summary>The timer of the engine ticks a hundred times a second; here only when something can be due.</summary>
    void TickAt(TimeSpan when)
    {
        if (when == TimeSpan.MaxValue)
            return;
        var tick = Math.Max(when.Ticks / TickLength.Ticks, Now.Ticks / TickLength.Ticks) + 1;
        if (!_ticks.Add(tick))
            return;
        _world.Time.After(TimeSpan.FromTicks(tick * TickLength.Ticks) - Now, () =>
        {
            _ticks.Remove(tick);
            if (!_isDead)
                _table.Tick(() => Now, _turns);
        });
    }

    void Send(TftpClient client, byte[] packet)
    {
        if (!_isDead)
            _world.SendToClient(client.Port - FirstPort, packet);
    }

    UnsentReason? Refusal(int segment) =>
        !_random.Chance(_refusals) ? null : segment > 0 && _random.Chance(0.5) ? UnsentReason.NotSegmented : UnsentReason.Lost;
}
