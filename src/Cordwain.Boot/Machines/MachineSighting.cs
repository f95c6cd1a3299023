using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Machines;

/// <summary>The last thing a machine told us in DHCP, so that its TFTP and HTTP reads, which carry an address only, are still its own.</summary>
/// <param name="Address">The address that the machine holds now.</param>
/// <param name="Network">Name of the network it was seen in; null when no network of ours has that address.</param>
public sealed record MachineSighting(MachineIdentity Machine, Ipv4Address Address, ClientArchitecture? Architecture, bool IsIpxe, string? Network);

/// <summary>Who holds an address: from leases, from overheard REQUESTs in proxy mode, or from the neighbour table. Must not block.</summary>
public interface IMachineDirectory
{
    MachineSighting? FindByAddress(Ipv4Address address);

    MachineSighting? FindByMac(MacAddress mac);
}
