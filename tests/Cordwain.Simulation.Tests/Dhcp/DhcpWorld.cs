using System.Globalization;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Simulation.Tests.Disk;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Simulation.Tests.Plants;

namespace Cordwain.Simulation.Tests.Dhcp;

/// <summary>One world: a server on a bad disk, clients behind a bad network, all drawn from one seed.</summary>
sealed class DhcpWorld : IWorld
{
    static readonly TimeSpan Troubles = TimeSpan.FromMinutes(40), Peace = TimeSpan.FromMinutes(6), Moment = TimeSpan.FromMinutes(2);

    readonly SeededRandom _random;
    readonly Dictionary<MacAddress, DhcpClientModel> _clients = [];
    readonly Stranger? _stranger;
    readonly ForeignServer? _foreign;
    readonly double _crashesPerHour, _diskFaultsPerHour;
    bool _isPowerCut;

    public DhcpWorld(ulong seed, Plant plant, IReadOnlySet<Property>? ignored = null)
    {
        _random = new(seed);
        Plant = plant;
        Oracle = new(Time, ignored ?? new HashSet<Property>());
        Site = new(_random.Branch());
        Oracle.IsScarce = address => Site.IsScarce && Site.Local.Subnet.Contains(address);
        Lan = new(Time, _random.Branch(), LanFaults.From(_random));
        Disk = new(_random.Branch(), Power) { OnPragma = (name, value) => Short(name) ?? plant.Pragma(name, value) };
        Server = new(this, _random.Branch());

        // The log begins anew after so many pages instead of 1,000, which no world here would see.
        string? Short(string pragma) => pragma == "wal_autocheckpoint" ? (seed % 24 + 8).ToString(CultureInfo.InvariantCulture) : null;
        _stranger = _random.Chance(0.5) ? new(this, _random.Branch()) : null;
        _foreign = Site.HasForeignServer ? new(this, _random.Branch()) : null;
        DeclineShare = _random.Chance(0.5) ? 0.15 : 0;
        _crashesPerHour = _random.Chance(0.85) ? _random.Between(3, 40) : 0;
        _diskFaultsPerHour = _random.Chance(0.5) ? _random.Between(2, 20) : 0;
        var count = _random.Between(3, 20);
        for (var i = 0; i < count; i++)
        {
            var client = new DhcpClientModel(this, i, _random.Chance(0.35), _random.Branch());
            _clients.Add(client.Mac, client);
        }
    }

    public VirtualTime Time { get; } = new();

    public PowerSupply Power { get; } = new();

    public SimulatedDisk Disk { get; }

    public Lan Lan { get; }

    public long DiskOperations => Disk.Operations;

    public DhcpSite Site { get; }

    public DhcpOracle Oracle { get; }

    public DhcpServerNode Server { get; }

    public Plant Plant { get; }

    public double DeclineShare { get; }

    /// <summary>Faults still happen; after that everybody must be served.</summary>
    public bool IsTroubled { get; private set; } = true;

    public void Run()
    {
        Server.Start();
        foreach (var client in _clients.Values)
            Time.After(_random.Seconds(0, 60), client.PowerOn);
        foreach (var client in _clients.Values)
            Recur(TimeSpan.FromMinutes(_random.Between(2, 15)), () => Whim(client));
        if (_stranger is not null)
            Recur(TimeSpan.FromSeconds(_random.Between(1, 10)), _stranger.Speak);
        if (_crashesPerHour > 0)
            Recur(TimeSpan.FromHours(1) / _crashesPerHour, Crash);
        if (_diskFaultsPerHour > 0)
            Recur(TimeSpan.FromHours(1) / _diskFaultsPerHour, SpoilDisk);
        RunUntil(Troubles);

        IsTroubled = false;
        Lan.Heal();
        Disk.Faults = DiskFaults.None;
        if (Power.IsOff)
            OnServerDied();
        Power.Restore();
        foreach (var client in _clients.Values)
            client.PowerOn();
        RunUntil(Troubles + Peace);
        CheckService();
    }

    public void Dispose()
    {
        Server.Dispose();
    }

    /// <summary>By broadcast, or straight to a server; from behind the relay by way of it.</summary>
    public void SendFromClient(DhcpClientModel client, DhcpMessage message, bool unicast, Ipv4Address server)
    {
        if (!unicast && client.IsRemote)
        {
            var relayed = (message with { Giaddr = DhcpSite.RelayAddress, Hops = 1 }).Encode();
            Lan.Carry(() => Lan.Carry(() => Server.Receive(relayed, DhcpSite.Arrival(DhcpSite.RelayAddress, DhcpArrival.ServerPort))));
            return;
        }

        if (!unicast || server == DhcpSite.ServerAddress)
        {
            var datagram = message.Encode();
            Lan.Carry(() => Server.Receive(datagram, DhcpSite.Arrival(message.Ciaddr, DhcpArrival.ClientPort)));
        }

        if (_foreign is not null && (!unicast || server == DhcpSite.ForeignAddress))
            Lan.Carry(() => _foreign.Receive(message));
    }

    /// <summary>A reply leaves the server.</summary>
    public void OnReply(DhcpMessage reply, ReplyDestination to)
    {
        if (reply.Type == DhcpMessageType.Offer)
            Oracle.OnOffer(reply.Yiaddr);
        else if (reply.Type == DhcpMessageType.Ack && !reply.Yiaddr.IsAny && reply.Options.TryGet(DhcpOptions.IpAddressLeaseTime, out var lease))
            Oracle.OnAck(reply.Yiaddr, LeaseQuestion.ClientOf(reply), reply.Mac, lease);

        if (to.Address == DhcpSite.RelayAddress)
            Lan.Carry(() => Lan.Carry(() => Deliver(reply)));
        else
            Lan.Carry(() => Deliver(reply));
    }

    public void Deliver(DhcpMessage reply)
    {
        if (reply.Mac is { } mac && _clients.TryGetValue(mac, out var client))
            client.Receive(reply);
    }

    /// <summary>An address that is worth a stranger's while.</summary>
    public Ipv4Address SomeAddress(SeededRandom random)
    {
        var range = random.Of((random.Chance(0.6) ? Site.Local : Site.Remote).Pools);
        return new(range.First.Value + (uint)random.Below(Math.Min(24, (int)range.Count)));
    }

    /// <summary>The power or the process is gone; the machine comes back after a while.</summary>
    public void OnServerDied()
    {
        Time.Tell?.Invoke(_isPowerCut ? "the power is cut" : "the process is killed");
        Server.Abandon();
        if (_isPowerCut)
            Disk.CutPower();
        else
            Disk.EndProcess();
        Power.Restore();
        Time.After(_random.Seconds(0.1, IsTroubled ? 40 : 1), Server.Start);
    }

    void RunUntil(TimeSpan end)
    {
        Time.RunUntil(end);
        if (Oracle.Found is { } found)
            throw found;
    }

    void Whim(DhcpClientModel client)
    {
        if (client.State == ClientState.Off)
            client.PowerOn();
        else if (_random.Chance(0.4))
            client.Release();
        else if (_random.Chance(0.7))
            client.PowerOff();
    }

    void Crash()
    {
        if (!Server.IsRunning)
            return;
        _isPowerCut = _random.Chance(0.7);
        switch (_random.Below(5))
        {
            case 0:
                Power.Die();
                OnServerDied();
                break;
            case 1:
                // An orderly stop, in which the power may go as well.
                if (_random.Chance(0.5))
                    Power.DieAfter(_random.Below(12));
                Server.Stop();
                if (!Server.IsRunning && !Power.IsOff)
                    Time.After(_random.Seconds(0.1, 5), Server.Start);
                break;
            default:
                Power.DieAfter(_random.Below(40));
                break;
        }
    }

    void SpoilDisk()
    {
        Disk.Faults = _random.Below(5) switch
        {
            0 or 1 => new(IsFull: true),
            2 => new(FailingSyncs: _random.Chance(0.5) ? 1 : 0.3),
            3 => new(FailingWrites: _random.Chance(0.5) ? 1 : 0.1),
            _ => new(FailingReads: 0.05, FailingWrites: 0.05, FailingSyncs: 0.05, IsFull: _random.Chance(0.2)),
        };
        Time.Tell?.Invoke($"the disk goes bad: {Disk.Faults}");
        Time.After(_random.Seconds(0.1, 60), () =>
        {
            Disk.Faults = DiskFaults.None;
            Time.Tell?.Invoke("the disk is well again");
        });
    }

    void CheckService()
    {
        DhcpClientModel[] without = [.. _clients.Values.Where(client => !client.HasAddress && (!Site.IsScarce || client.IsRemote))];
        if (without.Length == 0)
            return;

        // One that renews under another name than it asked under is refused, and rightly so: it asks anew.
        RunUntil(Troubles + Peace + Moment);
        foreach (var client in without)
        {
            if (!client.HasAddress)
                Oracle.Violated(Property.ServesAfterFaults, $"{client} has no address {Peace} after the last fault, nor {Moment} later: {client.State}");
        }
    }

    /// <summary>Again and again, at random times, while there is trouble.</summary>
    void Recur(TimeSpan mean, Action happens)
    {
        Time.After(_random.Between(TimeSpan.Zero, mean * 2), () =>
        {
            if (!IsTroubled)
                return;
            happens();
            Recur(mean, happens);
        });
    }
}
