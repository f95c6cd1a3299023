using Cordwain.Boot.Dhcp;
using Cordwain.Hosting;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Management.Stores;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;
using Cordwain.Simulation.Tests.Disk;
using Cordwain.Simulation.Tests.Kernel;
using Cordwain.Storage.Leases;

namespace Cordwain.Simulation.Tests.Dhcp;

/// <summary>The machine that Cordwain runs on: the real queue, engine, table and store, put together as the product does it.</summary>
sealed class DhcpServerNode(DhcpWorld world, SeededRandom random) : IDhcpLink, IBootJournal, IDisposable
{
    readonly string _folder = SqliteVfs.Mount(world.Disk);
    FaultLog _log = new();
    WatchedStore? _store;
    DhcpQueue? _queue;
    DhcpEngine? _engine;
    LeaseTable? _table;
    DhcpCounters _counters = new();
    bool _turnIsDue;

    public string Name => "lan0";

    public bool IsRunning => _engine is not null;

    public bool Serves(Ipv4Address server) => server == DhcpSite.ServerAddress;

    public void Record(BootEvent boot)
    {
        // The journal has its own store and promises nothing to clients.
    }

    public void Record(IPendingEvent pending)
    {
        // Nor are its words made for nobody.
    }

    /// <summary>Opens the store and begins to serve; when the disk refuses, the next try is due a little later.</summary>
    public void Start()
    {
        if (IsRunning)
            return;
        try
        {
            _store = Open();
            _table = new();
            _table.Load(_store.Load());
        }
        catch (IOException e)
        {
            Close();
            world.Time.Tell?.Invoke($"the server does not start: {e.Message}");
            if (!world.Power.IsOff && world.Disk.Faults == DiskFaults.None)
                world.Oracle.Violated(Property.StoreOpens, e.Message);
            if (world.Power.IsOff)
                world.OnServerDied();
            else
                world.Time.After(TimeSpan.FromSeconds(2), Start);
            return;
        }

        _counters = new();
        _log = new();
        _queue = new(256, _counters);
        var backend = new DhcpBackend(new DhcpAnswers(_table, new(), new(new(world.Site.Catalog), _ => true), world.Time), _store, this, (reply, buffer, most) => reply.Encode(buffer, most));
        _engine = new(_queue, backend, _counters, world.Time, _log);
        _turnIsDue = false;
        world.Time.Tell?.Invoke($"the server starts with {_table.Count} bindings");
        world.Oracle.OnRecovered(_table.Find);
    }

    /// <summary>SIGTERM: the store is closed as it should be.</summary>
    public void Stop()
    {
        Close();
        if (world.Power.IsOff)
            world.OnServerDied();
    }

    /// <summary>The machine or the process is dead: what is open is only let go of.</summary>
    public void Abandon()
    {
        world.Power.Die();
        Close();
    }

    public void Receive(ReadOnlyMemory<byte> datagram, DhcpArrival arrival)
    {
        if (_queue is null || world.Power.IsOff || !DhcpMessage.TryParse(datagram.Span, out var message, out _) || message.Op != DhcpMessage.BootRequest)
            return;

        world.Time.Tell?.Invoke($"server < {DhcpMessages.Describe(message)}");
        if (_queue.Add(new(message, datagram, arrival, this)) && !_turnIsDue)
        {
            // While one batch is written the next one gathers.
            _turnIsDue = true;
            var queue = _queue;
            world.Time.After(random.Seconds(0, 0.01), () => Turn(queue));
        }
    }

    public bool Send(ReplyDestination to, Ipv4Address from, int arrivalPort, ReadOnlySpan<byte> payload)
    {
        if (!world.Power.Act())
            return false;
        if (!DhcpMessage.TryParse(payload, out var reply, out var error))
        {
            world.Oracle.Violated(Property.NoFault, $"a reply that does not read: {error}");
            return false;
        }

        world.Time.Tell?.Invoke($"server > {DhcpMessages.Describe(reply)}");
        world.OnReply(reply, to);
        return true;
    }

    public void Dispose()
    {
        Abandon();
        SqliteVfs.Unmount(_folder);
    }

    void Turn(DhcpQueue queue)
    {
        if (queue != _queue)
            return;   // of a process that is no more
        _turnIsDue = false;
        while (_engine!.Work() && !world.Power.IsOff)
        {
        }

        if (world.Power.IsOff)
            world.OnServerDied();
        else if (_log.Fault is { } fault)
            world.Oracle.Violated(Property.NoFault, fault);
    }

    WatchedStore Open()
    {
        var store = new SqliteLeaseStore($"{_folder}/leases.db");
        return new WatchedStore(world.Plant.Store(store, random), world.Oracle, world.Time);
    }

    void Close()
    {
        _engine?.Dispose();
        _store?.Dispose();
        (_store, _queue, _engine, _table) = (null, null, null, null);
    }
}
