using Cordwain.Boot.Catalog;
using Cordwain.Boot.Leases;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Cordwain.Hosting;

/// <summary>Looks for other DHCP servers in the networks where we give addresses, before the first one is given.</summary>
/// <remarks>A network with stored bindings was ours before: it is served at once and checked behind. <c>force: true</c> is served and not checked.</remarks>
sealed partial class ForeignServerWatch(BootCatalogs catalogs, NetworkGate gate, DhcpService dhcp, ILogger<ForeignServerWatch> logger)
{
    static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>Closes the networks that must be looked at first. Before the sockets open.</summary>
    public void CloseNew(IReadOnlyCollection<LeaseBinding> stored)
    {
        foreach (var network in ToCheck())
        {
            if (!stored.Any(binding => network.Subnet.Contains(binding.Address)))
                gate.Close(network.Name);
        }
    }

    /// <summary>Checks every network, opens those without another server, and looks again at the others until they are free.</summary>
    public async Task Watch(CancellationToken stop)
    {
        var waiting = ToCheck().Select(network => network.Name).ToHashSet();
        while (waiting.Count > 0 && !stop.IsCancellationRequested)
        {
            foreach (var network in ToCheck().Where(network => waiting.Contains(network.Name)).ToArray())
            {
                var refusals = await Task.Run(() => Check(network), stop);
                if (refusals.Count == 0)
                {
                    waiting.Remove(network.Name);
                    if (gate.Open(network.Name))
                        Serving(network.Name);
                }

                foreach (var refusal in refusals)
                    Refused(refusal.ToString());
            }

            waiting.IntersectWith(ToCheck().Select(network => network.Name));
            if (waiting.Count > 0)
                await Task.Delay(LookAgainAfter, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    IEnumerable<NetworkDefinition> ToCheck() =>
        catalogs.Current.Networks.Where(network => network is { Role: NetworkRole.Server, Force: false });

    List<Management.Problem> Check(NetworkDefinition network)
    {
        var devices = dhcp.Served;
        Ipv4Address[] own = [.. devices.SelectMany(device => device.Addresses).Select(address => address.Address)];
        List<Management.Problem> refusals = [];
        foreach (var device in devices.Where(device => device.Addresses.Any(address => network.Subnet.Contains(address.Address))))
        {
            var result = ForeignServerCheck.Run(device, own);
            if (result.NotChecked is { } notChecked)
                NotChecked(notChecked.ToString());
            if (result.Refusal(network.Name) is { } refusal)
                refusals.Add(refusal);
        }

        return refusals;
    }

    [LoggerMessage(2701, LogLevel.Information, "No other DHCP server answers in {Network}: giving addresses there now.")]
    partial void Serving(string network);

    [LoggerMessage(2702, LogLevel.Error, "{Problem}")]
    partial void Refused(string problem);

    [LoggerMessage(2703, LogLevel.Warning, "{Problem}")]
    partial void NotChecked(string problem);
}
