using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cordwain.Server.Dhcp;

/// <summary>Answers DHCP on the ports 67 and 4011 of all chosen interfaces, and follows the interfaces while it runs.</summary>
public sealed class DhcpService : IHostedService, IDisposable
{
    // Several thousand machines that start at the same moment find room; a message is about 3 kB in memory.
    const int QueueCapacity = 4096;

    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    readonly INetworkDevices _devices;
    readonly IDhcpResponder _responder;
    readonly DhcpQueue _queue;
    readonly DhcpLinks _links;
    readonly Thread _follower;
    readonly Signal _changed = new();
    Ipv4Address[] _own = [];
    volatile DhcpSettings _settings;
    volatile bool _stopping;

    public DhcpService(DhcpSettings settings, DhcpBackend backend, INetworkDevices devices, TimeProvider time, ILoggerFactory loggers)
    {
        (_settings, _devices, _responder) = (settings, devices, backend.Responder);
        _queue = new(QueueCapacity, Counters);
        Engine = new(_queue, backend, Counters, time, loggers.CreateLogger<DhcpEngine>());
        _links = new(new(_queue, Engine, Counters, time, loggers.CreateLogger<DhcpIntake>()), loggers.CreateLogger<DhcpLinks>());
        _follower = new(Follow) { IsBackground = true, Name = "dhcp interfaces" };
    }

    public DhcpCounters Counters { get; } = new();

    /// <summary>Messages that wait for their answer.</summary>
    public int Waiting => _queue.Count;

    /// <summary>The one writer of leases; <see cref="DhcpEngine.Post"/> is the way in between its batches.</summary>
    public DhcpEngine Engine { get; }

    /// <summary>The interfaces served at the moment.</summary>
    public IReadOnlyList<NetworkDevice> Served => _links.Served;

    /// <summary>Opens the ports here, not later: a port in use must stop the start.</summary>
    /// <exception cref="ProblemException">A port is in use, or we have no right to it.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _devices.Changed += OnChange;
        if (FollowDevices() is [var (_, failure), ..])
        {
            _devices.Changed -= OnChange;
            _links.Dispose();
            throw failure;
        }

        Engine.Start();
        _follower.Start();
        return Task.CompletedTask;
    }

    /// <summary>Takes other interfaces and networks into service; other ports need a restart.</summary>
    public void Reconfigure(DhcpSettings settings)
    {
        _settings = settings with { Port = _settings.Port, ClientPort = _settings.ClientPort, BootServerPort = _settings.BootServerPort };
        _changed.Set();
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopping)
            return Task.CompletedTask;

        _stopping = true;
        _devices.Changed -= OnChange;
        _changed.Set();
        if (_follower.IsAlive)
            _follower.Join();
        _links.Dispose();
        Engine.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => StopAsync(CancellationToken.None).GetAwaiter().GetResult();

    void OnChange() => _changed.Set();

    IReadOnlyList<(string Interface, ProblemException Reason)> FollowDevices()
    {
        var devices = _devices.Current;
        Ipv4Address[] own = [.. devices.SelectMany(device => device.Addresses).Select(link => link.Address)];
        if (!own.AsSpan().SequenceEqual(_own))
        {
            _own = own;
            Engine.Post(() => _responder.OwnAddressesAre(own));   // before the first message that comes to a new address
        }

        return _links.Follow(devices, _settings);
    }

    void Follow()
    {
        var failed = false;
        while (true)
        {
            _changed.Wait(failed ? RetryAfter : Timeout.InfiniteTimeSpan);
            if (_stopping)
                return;

            // While running, an interface that cannot be served is tried again and does not disturb the others.
            var failures = FollowDevices();
            foreach (var (name, reason) in failures)
                _links.Say(name, reason.Problem);
            failed = failures.Count > 0;
        }
    }
}
