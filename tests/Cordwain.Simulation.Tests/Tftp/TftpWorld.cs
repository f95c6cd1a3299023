using System.Globalization;
using Cordwain.Protocols.Tftp;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Simulation.Tests.Plants;

namespace Cordwain.Simulation.Tests.Tftp;

/// <summary>One world: a TFTP server, and clients with their habits behind a bad network.</summary>
sealed class TftpWorld : IWorld
{
    static readonly TimeSpan Troubles = TimeSpan.FromMinutes(4), Peace = TimeSpan.FromMinutes(6);

    readonly SeededRandom _random;
    readonly List<TftpFile> _files = [];
    readonly Dictionary<int, TftpClientModel> _clients = [];
    readonly Lan _lan;
    TftpServerNode _server;

    public TftpWorld(ulong seed, TftpPlant plant)
    {
        _random = new(seed);
        Plant = plant;
        Oracle = new(Time);
        _lan = new(Time, _random.Branch(), LanFaults.From(_random));
        Limits = new(_random.Of([512, 1468, 65464]), _random.Of([1, 16, 64]));
        _server = new(this, _random.Branch());
        for (var i = 0; i < 3; i++)
            _files.Add(TftpFile.From(_random));
        for (var count = _random.Between(2, 8); count > 0; count--)
            Add(_random.Chance(0.5) ? TftpHabit.Whole : (TftpHabit)_random.Below(6), "f" + _random.Below(4).ToString(CultureInfo.InvariantCulture));
    }

    public VirtualTime Time { get; } = new();

    public long DiskOperations => 0;

    public TftpOracle Oracle { get; }

    public TftpLimits Limits { get; }

    public TftpPlant Plant { get; }

    /// <summary>Null when there is none of that name.</summary>
    public TftpFile? Find(string name) =>
        name is ['f', var digit] && digit - '0' < _files.Count ? _files[digit - '0'] : null;

    public void Run()
    {
        foreach (var client in _clients.Values)
            Time.After(_random.Seconds(0, 60), client.Start);
        if (_random.Chance(0.2))
            Time.After(_random.Seconds(1, 60), Restart);
        Time.RunUntil(Troubles);

        // The network is well again: a read begun now is whole, or its file is one that fails or comes too slowly for its client.
        _lan.Heal();
        var late = Add(TftpHabit.Whole, "f0");
        late.Start();
        Time.RunUntil(Troubles + Peace);
        if (Oracle.Found is { } found)
            throw found;
        foreach (var (number, client) in _clients)
        {
            if (!client.IsOver)
                Oracle.Violated(Property.ReadsEnd, $"client {number} still reads");
        }

        if (late.Error is { } error && _files[0] is { FailsAt: null, Stalls: 0 })
            Oracle.Violated(Property.ServesAfterFaults, $"a read on a good network ended: {error}");
        if (_server.Live > 0)
            Oracle.Violated(Property.ReadsEnd, $"{_server.Live} transfers still live {Peace} after the last request");
    }

    public void Dispose() => _server.Dispose();

    public void SendToServer(int client, byte[] packet)
    {
        Time.Tell?.Invoke($"{client} > {Describe(packet)}");
        _lan.Carry(() =>
        {
            Time.Tell?.Invoke($"{client} > {Describe(packet)} arrives");
            _server.Receive(client, packet);
        });
    }

    public void SendToClient(int client, ReadOnlyMemory<byte> packet)
    {
        Time.Tell?.Invoke($"{client} < {Describe(packet.Span)}");
        Oracle.OnSent(client, packet.Length);
        _lan.Carry(() => _clients[client].Receive(packet.Span));
    }

    /// <summary>The process dies: nothing is known of any transfer any more, and nothing of it is sent.</summary>
    void Restart()
    {
        Time.Tell?.Invoke("the server starts anew");
        _server.Dispose();
        _server = new(this, _random.Branch());
    }

    TftpClientModel Add(TftpHabit habit, string file)
    {
        var client = new TftpClientModel(this, _clients.Count, file, habit, _random.Branch());
        _clients.Add(_clients.Count, client);
        return client;
    }

    static string Describe(ReadOnlySpan<byte> packet) =>
        packet.Length < 4 ? "?" : $"{(TftpOpcode)packet[1]} {(packet[2] << 8) | packet[3]}, {packet.Length} bytes";
}
