using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Hosting;

/// <summary>Who holds an address: as DHCP told, else as the neighbour table has it. A machine whose DHCP we did not hear still gets its own menu.</summary>
/// <param name="heard">What DHCP told.</param>
/// <param name="neighbour"><see cref="NeighbourTable.Find"/>.</param>
public sealed class NeighbourDirectory(IMachineDirectory heard, Func<Ipv4Address, MacAddress?> neighbour) : IMachineDirectory
{
    public MachineSighting? FindByAddress(Ipv4Address address)
    {
        if (heard.FindByAddress(address) is { } told)
            return told;
        if (neighbour(address) is not { } mac)
            return null;
        return heard.FindByMac(mac) is { } earlier ? earlier with { Address = address } : new(new(mac), address, null, IsIpxe: false, null);
    }

    public MachineSighting? FindByMac(MacAddress mac) => heard.FindByMac(mac);
}
