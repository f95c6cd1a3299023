using Cordwain.Boot.Catalog;
using Cordwain.Management;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Cordwain.Hosting;

/// <summary>Looks for other DHCP servers in the networks where we give addresses, before the first one is given.</summary>
/// <remarks>A network that we served before is served at once and looked at behind. <c>force: true</c> is served and not looked at.</remarks>
/// <param name="interfaces">The interfaces that the configuration names.</param>
/// <param name="servedBefore">Stored bindings show it.</param>
sealed partial class ForeignServerWatch(
    BootCatalogs catalogs, NetworkGate gate, INetworkDevices devices, Func<IReadOnlyCollection<string>> interfaces, Func<NetworkDefinition, bool> servedBefore, ILogger<ForeignServerWatch> logger)
{
    static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>Networks with the interfaces that were looked at, and were free or are ours.</summary>
    readonly HashSet<(string Name, Ipv4Network Subnet, string Links)> _settled = [];

    readonly Dictionary<string, string> _said = [];

    /// <summary>Opens networks without another server, looks again at the others, and follows the configuration and the interfaces.</summary>
    public async Task Watch(CancellationToken stop)
    {
        using var changed = new SemaphoreSlim(0);
        void OnCatalog(BootCatalog _, BootCatalog __) => changed.Release();
        void OnDevices() => changed.Release();
        catalogs.Changed += OnCatalog;
        devices.Changed += OnDevices;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var isWaiting = await Look(stop);
                await changed.WaitAsync(isWaiting ? LookAgainAfter : Timeout.InfiniteTimeSpan, stop);
                while (changed.Wait(0, CancellationToken.None))
                {
                    // Many changes at once are one.
                }
            }
        }
        finally
        {
            devices.Changed -= OnDevices;
            catalogs.Changed -= OnCatalog;
        }
    }

    /// <returns>True when a network has to be looked at again without anything having changed.</returns>
    async Task<bool> Look(CancellationToken stop)
    {
        var networks = catalogs.Current.Networks.Where(NetworkGate.IsGuarded).ToArray();
        var own = devices.Current.SelectMany(device => device.Addresses).Select(address => address.Address).ToArray();
        var isWaiting = false;
        foreach (var network in networks)
        {
            NetworkDevice[] links = [.. NetworkLinks.Of(network, devices.Current, interfaces())];
            var key = (network.Name, network.Subnet, string.Join(' ', links.Select(link => link.Name)));
            if (_settled.Contains(key))
                continue;
            if (links.Length > 0 && !links.Any(link => link.HasCarrier))
            {
                Say(network, new("CW2008", Severity.Note, $"Nothing is plugged into {key.Item3}: addresses are given in {network.Name} when it has a link and no other DHCP server answers.", null));
                continue;   // a change of the devices wakes us
            }

            var results = await Task.WhenAll(links.Where(link => link.HasCarrier).Select(link => Task.Run(() => ForeignServerCheck.Run(link, own, stop: stop), stop)));
            if (Judge(network, results))
                _settled.Add(key);
            else
                isWaiting = true;
        }

        _settled.RemoveWhere(settled => !networks.Any(network => (network.Name, network.Subnet) == (settled.Name, settled.Subnet)));
        return isWaiting;
    }

    bool Judge(NetworkDefinition network, IReadOnlyCollection<ForeignServerResult> results)
    {
        foreach (var result in results)
        {
            if (result.NotChecked is { } notChecked)
                Say(network, notChecked);
        }

        if (results.FirstOrDefault(result => !result.Servers.IsEmpty) is not { } found)
        {
            _said.Remove(network.Name);
            if (gate.Open(network))
                Serving(network.Name);
            return true;
        }

        if (!servedBefore(network))
        {
            gate.Close(network);
            Say(network, found.Refusal(network.Name)!);
            return false;
        }

        var servers = string.Join(" and ", found.Servers.Select(server => server.Server));
        Say(network, new("CW2007", Severity.Warning, $"Another DHCP server answers on {found.Interface}: {servers}. Cordwain goes on giving addresses in {network.Name}, as it did before.",
            "Stop one of the two, or set force: true when both are meant to serve."));
        return true;
    }

    void Say(NetworkDefinition network, Problem problem)
    {
        var text = problem.ToString();
        if (_said.TryGetValue(network.Name, out var last) && last == text)
            return;
        _said[network.Name] = text;
        var level = problem.Severity.LogLevel();
        Found(level, text);
    }

    [LoggerMessage(2701, LogLevel.Information, "No other DHCP server answers in {Network}: giving addresses there now.")]
    partial void Serving(string network);

    [LoggerMessage(EventId = 2702, Message = "{Problem}")]
    partial void Found(LogLevel level, string problem);
}
