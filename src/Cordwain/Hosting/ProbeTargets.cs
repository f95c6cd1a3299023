using Cordwain.Boot.Catalog;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;

namespace Cordwain.Hosting;

/// <summary>Lets the prober look ahead of the lease table, network by network. Called by one thread at a time, in the engine's turn.</summary>
sealed class ProbeTargets(LeaseTable table, NetworkGate gate) : IProbeTargets
{
    /// <summary>Free addresses kept ready in each network: more machines than start in the same second on most networks.</summary>
    const int Ready = 64;

    /// <summary>How long an address that answered is left alone before it is asked again.</summary>
    static readonly TimeSpan InUseFor = TimeSpan.FromMinutes(30);

    public IReadOnlyList<Ipv4Address> NextToProbe(int most, DateTimeOffset now)
    {
        var catalog = gate.Catalog;
        List<Ipv4Address> next = [];
        foreach (var network in catalog.Networks)
        {
            if (network is { Role: NetworkRole.Server, Probe: true } && next.Count < most)
                next.AddRange(table.NextToProbe(network, catalog, Ready, now).Take(most - next.Count));
        }

        return next;
    }

    public bool Found(ProbeResult result, DateTimeOffset now)
    {
        if (result.InUse)
            return table.MarkInUse(result.Address, now + InUseFor, now, result.By);
        table.MarkProbedFree(result.Address, now);
        return false;
    }
}
