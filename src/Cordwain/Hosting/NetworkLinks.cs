using Cordwain.Boot.Catalog;
using Cordwain.Server.Hosting;

namespace Cordwain.Hosting;

/// <summary>Which of our interfaces a network is on.</summary>
static class NetworkLinks
{
    /// <param name="named">The interfaces that the configuration names; empty: those that are found.</param>
    /// <returns>None for a network that is reached through relays only.</returns>
    public static IEnumerable<NetworkDevice> Of(NetworkDefinition network, IEnumerable<NetworkDevice> devices, IReadOnlyCollection<string> named) =>
        from verdict in InterfaceChoice.Choose(devices, named, [network.Subnet])
        where verdict.IsServed && verdict.Device.Addresses.Any(address => network.Subnet.Contains(address.Address))
        select verdict.Device;
}
