using Cordwain.Boot.Catalog;
using Cordwain.Boot.Leases;
using Cordwain.Management.Configuration;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Metrics;

namespace Cordwain.Hosting;

/// <summary>How full the pools are, copied as the lease table is used: by one thread at a time, in the DHCP engine's turn.</summary>
sealed class PoolUse(DhcpService dhcp, LeaseTable table, BootCatalogs catalogs, TimeProvider time)
{
    (string Network, LeaseStatistics Use)[] _last = [];

    public IEnumerable<MetricFamily> Families() => FamiliesOf(() => Volatile.Read(ref _last));

    public Task Refresh()
    {
        var copied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        dhcp.Engine.Post(() =>
        {
            var (catalog, now) = (catalogs.Current, time.GetUtcNow());
            Volatile.Write(ref _last, [.. catalog.Networks.Where(network => network.Role == NetworkRole.Server).Select(network => (network.Name, table.Statistics(network, catalog, now)))]);
            copied.TrySetResult();
        });
        return copied.Task;
    }

    internal static IEnumerable<MetricFamily> FamiliesOf(Func<(string Network, LeaseStatistics Use)[]> read)
    {
        (string State, Func<LeaseStatistics, int> Of)[] states =
        [
            ("used", use => use.Used), ("free", use => use.Free), ("offered", use => use.Offered), ("quarantined", use => use.Quarantined),
        ];
        yield return new("cordwain_pool_addresses", MetricKind.Gauge, "Addresses by network and state; used ones include reserved addresses outside of the pools.", ["network", "state"],
            () => from network in read() from state in states select new MetricSample(state.Of(network.Use), [network.Network, state.State]));
        yield return new("cordwain_pool_size", MetricKind.Gauge, "Addresses that a network's pools can give.", ["network"],
            () => read().Select(network => new MetricSample(network.Use.Pool, [network.Network])));
    }
}
