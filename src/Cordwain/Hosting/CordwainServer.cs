using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Leases;
using Cordwain.Boot.Machines;
using Cordwain.Commands;
using Cordwain.Content;
using Cordwain.Content.Mirrors;
using Cordwain.Management;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Server.Api;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Hosting;
using Cordwain.Server.HttpBoot;
using Cordwain.Server.Metrics;
using Cordwain.Server.Tftp;
using Cordwain.Storage;
using Cordwain.Storage.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cordwain.Hosting;

/// <summary>The running server: everything made, joined and started in order, and stopped in the reverse order.</summary>
/// <remarks>The boot sockets are open before anything of the control side is built.</remarks>
sealed partial class CordwainServer : IAsyncDisposable
{
    readonly Stack<IAsyncDisposable> _owned = new();
    readonly List<IHostedService> _services = [];
    readonly ILoggerFactory _loggers;
    readonly ILogger<CordwainServer> _logger;
    readonly TimeProvider _time = TimeProvider.System;
    readonly CancellationTokenSource _stopping = new();
    readonly List<Task> _background = [];
    readonly List<string> _listening = [];
    readonly HashSet<string> _described = [];
    readonly ProblemCounter _problems = new();

    CordwainServer(ILoggerFactory loggers)
    {
        loggers.AddProvider(_problems);
        _loggers = loggers;
        _logger = loggers.CreateLogger<CordwainServer>();
    }

    /// <summary>Opens, joins and starts everything.</summary>
    /// <exception cref="ProblemException">The configuration does not hold, a port is in use, a right is missing.</exception>
    /// <exception cref="StorageException">The data folder is not to be used.</exception>
    public static async Task<CordwainServer> Start(string? file, string data, ILoggerFactory loggers, LogThreshold threshold, CancellationToken stop)
    {
        var server = new CordwainServer(loggers);
        try
        {
            await server.Start(file, data, threshold, stop);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_background).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var service in Enumerable.Reverse(_services))
            await service.StopAsync(CancellationToken.None);
        while (_owned.TryPop(out var owned))
            await owned.DisposeAsync();
        _stopping.Dispose();
    }

    async Task Start(string? file, string data, LogThreshold threshold, CancellationToken stop)
    {
        var folder = Own(DataFolder.Open(data));
        var leaseStore = new MeasuredLeaseStore(Own(folder.OpenLeases(Warn)));
        var onceStore = Own(folder.OpenObjects(Warn));
        var devices = Own(NetworkDevices.Watch());

        var source = new ConfigurationSource(file, folder.Path, () => devices.Current, onceStore.IsUsedUp, _time);
        var (catalog, settings) = Loaded(source);
        threshold.Detail = settings.LogDetail;
        var catalogs = new BootCatalogs(catalog);
        var table = new LeaseTable();
        table.Load(leaseStore.Load());
        var clock = Own(new LeaseClock(_time, folder.OpenClock(), after => table.Bindings().Any(binding => binding.Expires > after), _loggers.CreateLogger<LeaseClock>()));
        var stored = table.Addresses().ToArray();
        bool ServedBefore(NetworkDefinition network) => Array.Exists(stored, network.Subnet.Contains);
        var gate = new NetworkGate(catalogs, ServedBefore);
        var machines = new MachineDirectory();
        var holders = new NeighbourDirectory(machines, new NeighbourTable(_time).Find);

        var boots = Own(folder.OpenJournal(new JournalLimits { MaxBytes = settings.JournalSize }, Warn));
        var journal = new BootJournal(boots, _loggers.CreateLogger<BootJournal>());
        var metrics = Own(new MetricsRegistry());
        var bootMetrics = new BootMetrics(catalogs);
        var events = Own(new OnceAssignments(journal, catalogs, onceStore, holders, _time, _loggers.CreateLogger<OnceAssignments>()));
        await Run(journal, stop);

        var backend = new DhcpBackend(new DhcpAnswers(table, machines, gate, clock), leaseStore, bootMetrics.Before(new WallTimes(events, clock)), (reply, buffer, most) => reply.Encode(buffer, most));
        var dhcp = Own(new DhcpService(DhcpSettingsOf(settings, catalog), backend, devices, clock, _loggers));
        await Run(dhcp, stop, $"DHCP on port {settings.DhcpPort}, boot server on port {settings.ProxyPort}");

        // Stops after those that read for machines, so that the last figures hold every read; and before DHCP, whose engine it asks.
        var telemetry = new Telemetry(metrics, () => Volatile.Read(ref settings), _time, _loggers, Warn);
        await Run(telemetry, stop);

        var mirrors = Own(new MirrorCache(new MirrorSettings { Folder = Path.Combine(folder.Path, "cache"), MaxBytes = settings.CacheSize }, _time));
        var sources = SourcesOf(source, settings, mirrors, folder);
        var page = new MetricsPage(metrics);
        page.Allow(settings.MetricsEnabled, settings.MetricsAllow);
        var reads = bootMetrics.Before(events);
        TftpService? tftp = null;
        BootHttpService? http = null;
        var bootFiles = new BootFiles(() => catalogs.Current, () => Volatile.Read(ref sources), holders, new MenuTexts());
        if (settings.TftpEnabled)
        {
            tftp = Own(new TftpService(TftpSettingsOf(settings), bootFiles, reads, _time, _loggers.CreateLogger<TftpService>()));
            await Run(tftp, stop, $"TFTP on port {settings.TftpPort}");
        }

        if (settings.HttpEnabled)
        {
            http = Own(new BootHttpService(
                new() { Port = settings.HttpPort, MaxConnections = settings.HttpConnections, MaxConnectionsPerAddress = settings.HttpPerAddress, Metrics = page },
                bootFiles, reads, _time, _loggers));
            await Run(http, stop, $"HTTP on port {settings.HttpPort}");
        }

        var prober = Own(new AddressProber(new ProbeTargets(table, gate), dhcp, clock, _loggers.CreateLogger<AddressProber>()));
        await Run(prober, stop);

        var reload = Own(new ConfigurationReload(source, catalogs, settings, Apply, _time, _loggers.CreateLogger<ConfigurationReload>()));
        var pools = new PoolUse(dhcp, table, catalogs, clock);
        metrics.BeforeReading(pools.Refresh);
        metrics.Add(
        [
            .. bootMetrics.Families(), .. leaseStore.Families(), .. DhcpMetrics.Families(dhcp.Counters, () => dhcp.Waiting), .. pools.Families(),
            .. tftp is null ? [] : TftpMetrics.Families(tftp.Counters, () => tftp.Transfers), .. http is null ? [] : HttpMetrics.Families(http.Counters),
            .. ServerMetrics.Families(new() { Journal = journal, Mirrors = mirrors, Reload = reload, Catalogs = catalogs, Problems = _problems }),
        ]);
        var control = new ServerControl(catalogs, dhcp, table, reload, _listening, clock, _time);
        await Run(Own(new ControlService(Path.Combine(folder.Path, ControlClient.SocketName), control, boots, journal, _time, Warn)), stop);

        var watch = new ForeignServerWatch(catalogs, gate, devices, () => Volatile.Read(ref settings).Interfaces, ServedBefore, _loggers.CreateLogger<ForeignServerWatch>());
        _background.Add(watch.Watch(_stopping.Token));
        _background.Add(FollowInterfaces(reload, devices));
        Describe(catalog, devices.Current, settings);
        Ready(file is null ? "no configuration file" : $"{file}, revision {catalog.Revision}");
        telemetry.Follow();
        GiveBackWhatTheStartLeft();

        void Apply(ServerSettings next)
        {
            Volatile.Write(ref settings, next);
            threshold.Detail = next.LogDetail;
            page.Allow(next.MetricsEnabled, next.MetricsAllow);
            Volatile.Write(ref sources, SourcesOf(source, next, mirrors, folder));
            dhcp.Reconfigure(DhcpSettingsOf(next, catalogs.Current));
            Describe(catalogs.Current, devices.Current, next);
            telemetry.Follow();
        }
    }

    /// <summary>A small server's start leaves less than makes the collector begin, and an idle one would keep that for good: over a megabyte, for 4 ms.</summary>
    static void GiveBackWhatTheStartLeft()
    {
        if (GC.CollectionCount(0) == 0)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
    }

    async Task FollowInterfaces(ConfigurationReload reload, INetworkDevices devices)
    {
        using var changed = new SemaphoreSlim(0);
        void OnChange() => changed.Release();
        devices.Changed += OnChange;
        try
        {
            await reload.FollowInterfaces(changed, _stopping.Token);
        }
        finally
        {
            devices.Changed -= OnChange;
        }
    }

    BootFileSources SourcesOf(ConfigurationSource source, ServerSettings settings, MirrorCache mirrors, DataFolder data)
    {
        var sources = source.Sources(settings, mirrors, out var closed);
        foreach (var folder in ConfigurationSource.Served(settings).Where(closed.LiesIn))
            Warn(DataAmongFiles(folder, data.Path));
        return sources;
    }

    static Problem DataAmongFiles(string folder, string data) => new(
        "CW2312", Severity.Warning, $"The folder {folder} is served, and holds the data folder {data}: nothing in that one is served.",
        "Give the data a folder of its own outside of it (--data), or serve a folder beside it.");

    (BootCatalog, ServerSettings) Loaded(ConfigurationSource source)
    {
        var result = source.Load();
        foreach (var problem in result.Problems)
        {
            if (problem.Severity == Severity.Error)
                ConfigurationError(problem.ToString());
            else
                Warn(problem);
        }

        if (result is { Catalog: { } catalog, Settings: { } settings })
            return (catalog, settings);
        throw new ProblemException(new("CW4000", Severity.Error, $"The configuration {source.File} does not hold.", "Mend the errors above; 'cordwain check' shows them without starting."));
    }

    static DhcpSettings DhcpSettingsOf(ServerSettings settings, BootCatalog catalog) => new()
    {
        Interfaces = settings.Interfaces,
        Networks = [.. catalog.Networks.Select(network => network.Subnet)],
        Port = settings.DhcpPort,
        BootServerPort = settings.ProxyPort,
    };

    static TftpSettings TftpSettingsOf(ServerSettings settings) => new()
    {
        Port = settings.TftpPort,
        SinglePort = settings.TftpSinglePort,
        RollOverToOne = settings.TftpRollOver == 1,
        MaxBlockSize = settings.TftpMaxBlockSize,
        MaxTransfers = settings.TftpTransfers,
        MaxTransfersPerAddress = settings.TftpPerAddress,
        MaxRequestsPerSecondPerAddress = settings.TftpRequestsPerAddress,
    };

    /// <summary>Says which networks are served and how, where that is news.</summary>
    void Describe(BootCatalog catalog, IReadOnlyList<NetworkDevice> devices, ServerSettings settings)
    {
        foreach (var network in catalog.Networks)
        {
            var links = string.Join(", ", NetworkLinks.Of(network, devices, settings.Interfaces).Select(device => device.Name));
            var role = network.Role switch
            {
                NetworkRole.Server => "gives addresses",
                NetworkRole.Proxy => "proxyDHCP, another server gives the addresses",
                _ => "not answered",
            };
            var text = $"{network.Name} ({network.Subnet}), {(links.Length == 0 ? "reached through relays" : "on " + links)}: {role}";
            if (_described.Add(text))
                NetworkServed(text);
        }
    }

    async Task Run(IHostedService service, CancellationToken stop, string? ready = null)
    {
        await service.StartAsync(stop);
        _services.Add(service);
        if (ready is null)
            return;
        _listening.Add(ready);
    }

    T Own<T>(T owned) where T : class
    {
        _owned.Push(owned as IAsyncDisposable ?? new Disposing((IDisposable)owned));
        return owned;
    }

    void Warn(Problem problem)
    {
        var level = problem.Severity.LogLevel();
        Found(level, problem);
    }

    sealed class Disposing(IDisposable owned) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            owned.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    [LoggerMessage(2002, LogLevel.Information, "Network {Network}.")]
    partial void NetworkServed(string network);

    [LoggerMessage(2004, LogLevel.Information, "Cordwain is ready ({Configuration}).")]
    partial void Ready(string configuration);

    [LoggerMessage(EventId = 2005, Message = "{Problem}")]
    partial void Found(LogLevel level, Problem problem);

    [LoggerMessage(2006, LogLevel.Error, "{Problem}")]
    partial void ConfigurationError(string problem);
}
