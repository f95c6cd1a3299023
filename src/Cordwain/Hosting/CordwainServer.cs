using Cordwain.Boot.Decisions;
using Cordwain.Boot.Leases;
using Cordwain.Boot.Machines;
using Cordwain.Commands;
using Cordwain.Content;
using Cordwain.Content.Folders;
using Cordwain.Content.Loaders;
using Cordwain.Content.Mirrors;
using Cordwain.Management;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Server.Api;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Hosting;
using Cordwain.Server.HttpBoot;
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

    CordwainServer(ILoggerFactory loggers)
    {
        _loggers = loggers;
        _logger = loggers.CreateLogger<CordwainServer>();
    }

    /// <summary>Opens, joins and starts everything.</summary>
    /// <exception cref="ProblemException">The configuration does not hold, a port is in use, a right is missing.</exception>
    /// <exception cref="StorageException">The data folder is not to be used.</exception>
    public static async Task<CordwainServer> Start(string? file, string data, ILoggerFactory loggers, CancellationToken stop)
    {
        var server = new CordwainServer(loggers);
        try
        {
            await server.Start(file, data, stop);
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

    async Task Start(string? file, string data, CancellationToken stop)
    {
        var folder = Own(DataFolder.Open(data));
        var leaseStore = Own(folder.OpenLeases(Warn));
        var onceStore = Own(folder.OpenObjects(Warn));
        var devices = Own(NetworkDevices.Watch());

        var source = new ConfigurationSource(file, () => devices.Current, onceStore.IsUsedUp, _time);
        var (catalog, settings) = Loaded(source);
        var catalogs = new BootCatalogs(catalog);
        var gate = new NetworkGate(catalogs);

        var table = new LeaseTable();
        table.Load(leaseStore.Load());
        var machines = new MachineDirectory();
        var holders = new NeighbourDirectory(machines, new NeighbourTable(_time).Find);

        var boots = Own(folder.OpenJournal(new JournalLimits { MaxBytes = settings.JournalSize }, Warn));
        var journal = new BootJournal(boots, _loggers.CreateLogger<BootJournal>());
        var events = Own(new OnceAssignments(journal, catalogs, onceStore, holders, _time, _loggers.CreateLogger<OnceAssignments>()));
        await Run(journal, stop);

        var backend = new DhcpBackend(new DhcpAnswers(table, machines, gate, _time), leaseStore, events, (reply, buffer, most) => reply.Encode(buffer, most));
        var dhcp = Own(new DhcpService(DhcpSettingsOf(settings, catalog), backend, devices, _time, _loggers));
        var watch = new ForeignServerWatch(catalogs, gate, dhcp, _loggers.CreateLogger<ForeignServerWatch>());
        watch.CloseNew([.. table.Bindings()]);
        await Run(dhcp, stop, $"DHCP on port {settings.DhcpPort}, boot server on port {settings.ProxyPort}");

        var mirrors = Own(new MirrorCache(new MirrorSettings { Folder = Path.Combine(folder.Path, "cache"), MaxBytes = settings.CacheSize }, _time));
        var sources = new BootFileSources(
            settings.FilesFolder is { } files && Directory.Exists(files) ? new BootFolder(files, _time) : null, LoaderFolders.Scan(settings.LoaderFolders), mirrors);
        var bootFiles = new BootFiles(() => catalogs.Current, () => sources, holders, new MenuTexts());
        if (settings.TftpEnabled)
        {
            var tftp = Own(new TftpService(TftpSettingsOf(settings), bootFiles, events, _time, _loggers.CreateLogger<TftpService>()));
            await Run(tftp, stop, $"TFTP on port {settings.TftpPort}");
        }

        if (settings.HttpEnabled)
        {
            var http = Own(new BootHttpService(new() { Port = settings.HttpPort, MaxConnections = settings.HttpConnections }, bootFiles, events, _time, _loggers));
            await Run(http, stop, $"HTTP on port {settings.HttpPort}");
        }

        var prober = Own(new AddressProber(new ProbeTargets(table, gate), dhcp, _time, _loggers.CreateLogger<AddressProber>()));
        await Run(prober, stop);

        var reload = new ConfigurationReload(source, catalogs, settings, next => dhcp.Reconfigure(DhcpSettingsOf(next, catalogs.Current)), _loggers.CreateLogger<ConfigurationReload>());
        var control = new ServerControl(catalogs, dhcp, table, reload, _listening, _time);
        await Run(Own(new ControlService(Path.Combine(folder.Path, ControlClient.SocketName), control, boots, journal)), stop);

        _background.Add(watch.Watch(_stopping.Token));
        if (source.File is not null)
            _background.Add(reload.Watch(_time, _stopping.Token));
        Describe(catalogs, dhcp);
        Ready(catalog.Revision);
    }

    (Boot.Catalog.BootCatalog, ServerSettings) Loaded(ConfigurationSource source)
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

    static DhcpSettings DhcpSettingsOf(ServerSettings settings, Boot.Catalog.BootCatalog catalog) => new()
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
    };

    void Describe(BootCatalogs catalogs, DhcpService dhcp)
    {
        foreach (var network in catalogs.Current.Networks)
        {
            var device = dhcp.Served.FirstOrDefault(device => device.Addresses.Any(address => network.Subnet.Contains(address.Address)));
            NetworkServed(network.Name, network.Subnet.ToString(), network.Role.ToString().ToLowerInvariant(), device is null ? "reached through relays" : "on " + device.Name);
        }

        if (catalogs.Current.Networks.IsEmpty)
            NoNetwork();
    }

    async Task Run(IHostedService service, CancellationToken stop, string? ready = null)
    {
        await service.StartAsync(stop);
        _services.Add(service);
        if (ready is null)
            return;
        _listening.Add(ready);
        Listening(ready);
    }

    T Own<T>(T owned) where T : class
    {
        _owned.Push(owned as IAsyncDisposable ?? new Disposing((IDisposable)owned));
        return owned;
    }

    void Warn(Problem problem) => Warning(problem.ToString());

    sealed class Disposing(IDisposable owned) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            owned.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    [LoggerMessage(2000, LogLevel.Information, "{What}: open.")]
    partial void Listening(string what);

    [LoggerMessage(2002, LogLevel.Information, "Network {Name} ({Subnet}): {Role}, {Where}.")]
    partial void NetworkServed(string name, string subnet, string role, string where);

    [LoggerMessage(2003, LogLevel.Warning, "No network to serve: no interface has an address in a private network. Name networks or interfaces in cordwain.yaml.")]
    partial void NoNetwork();

    [LoggerMessage(2004, LogLevel.Information, "Cordwain is ready (configuration {Revision}).")]
    partial void Ready(string revision);

    [LoggerMessage(2005, LogLevel.Warning, "{Problem}")]
    partial void Warning(string problem);

    [LoggerMessage(2006, LogLevel.Error, "{Problem}")]
    partial void ConfigurationError(string problem);
}
