using Cordwain.Boot.Leases;
using Cordwain.Protocols.Wire;

namespace Cordwain.Simulation.Tests.Stores;

/// <summary>Leases that say which batch wrote them.</summary>
static class StoredLeases
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="name">Its length makes rows longer, so that a batch is some pages.</param>
    public static LeaseChange Change(int client, int batch, string? name = null)
    {
        var address = new Ipv4Address((uint)client);
        var mac = new MacAddress(0x020000000000 + (ulong)client);
        return new(address, new(address, ClientKey.OfHardware(1, [2, 0, 0, 0, (byte)(client >> 8), (byte)client]), mac, BindingState.Bound, Start, Start.AddMinutes(batch)) { HostName = name });
    }

    public static string Describe(LeaseBinding binding) => $"{binding.Address.Value}:{(int)(binding.Expires - Start).TotalMinutes}";
}
