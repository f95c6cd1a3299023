using Cordwain.Boot.Leases;
using Cordwain.Management.Stores;
using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Dhcp;

/// <summary>Tells the oracle what goes to the store; changes nothing.</summary>
sealed class WatchedStore(ILeaseStore store, DhcpOracle oracle, VirtualTime time) : ILeaseStore
{
    public IEnumerable<LeaseBinding> Load() => store.Load();

    public void Commit(IReadOnlyList<LeaseChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Binding is not { State: BindingState.Bound })
                oracle.OnGivenUp(change.Address);
        }

        try
        {
            store.Commit(changes);
        }
        catch (IOException e)
        {
            time.Tell?.Invoke($"not stored: {string.Join(", ", changes.Select(change => $"{change.Address} {change.Binding?.State}"))}: {e.Message}");
            throw;
        }

        time.Tell?.Invoke($"stored: {string.Join(", ", changes.Select(change => $"{change.Address} {change.Binding?.State}"))}");
        foreach (var change in changes)
        {
            // An end in the past: the client declines for ever, and the address stays in use.
            if (change.Binding is { State: BindingState.Declined } declined && declined.Expires > time.UtcNow)
                oracle.OnQuarantined(change.Address, declined.Expires);
        }
    }

    public void Dispose() => store.Dispose();
}
