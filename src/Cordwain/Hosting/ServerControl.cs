using System.Reflection;
using Cordwain.Boot.Leases;
using Cordwain.Management.Configuration;
using Cordwain.Server.Api;
using Cordwain.Server.Dhcp;
using Cordwain.Server.Hosting;

namespace Cordwain.Hosting;

/// <summary>What the running server tells the other commands.</summary>
sealed class ServerControl(
    BootCatalogs catalogs, DhcpService dhcp, LeaseTable table, ConfigurationReload reload, IReadOnlyList<string> listening, LeaseClock clock, TimeProvider time) : IServerControl
{
    readonly DateTimeOffset _started = time.GetUtcNow();

    public ServerStatus Status() => new(
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
        catalogs.Current.Revision, _started, listening,
        [.. catalogs.Current.Networks.Select(network => $"{network.Name} {network.Subnet} {network.Role.ToString().ToLowerInvariant()}")]);

    public async Task<IReadOnlyList<(LeaseBinding, string?)>> Leases()
    {
        // The table is used by one thread at a time, in the engine's turn: the copy is made there, between two batches.
        var copied = new TaskCompletionSource<LeaseBinding[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        dhcp.Engine.Post(() => copied.TrySetResult([.. table.Bindings()]));
        var catalog = catalogs.Current;
        return [.. (await copied.Task.WaitAsync(TimeSpan.FromSeconds(10))).OrderBy(binding => binding.Address).Select(binding => (OnTheWall(binding), catalog.NetworkOf(binding.Address)?.Name))];
    }

    LeaseBinding OnTheWall(LeaseBinding binding) => binding with { Since = clock.OnTheWall(binding.Since), Expires = clock.OnTheWall(binding.Expires) };

    public ReloadResult Reload() => reload.Reload();
}
