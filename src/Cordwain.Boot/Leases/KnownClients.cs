using Cordwain.Boot.Catalog;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>What the configuration says about a client of a network.</summary>
/// <param name="Name">Of the reservation or the machine; null: a stranger.</param>
/// <param name="Address">Any: none is fixed.</param>
readonly record struct KnownClient(string? Name, Ipv4Address Address, bool IsIgnored)
{
    public bool IsKnown => Name is not null;
}

/// <summary>Finds the reservation behind a question.</summary>
sealed class KnownClients(NetworkDefinition network)
{
    /// <summary>The client identifier is asked first, then the MAC, then the machines of the configuration.</summary>
    public KnownClient Find(LeaseQuestion question, MachineRegistry machines)
    {
        var reservation = network.ReservedFor.Find(question.ClientId.Span, question.Mac);
        if (reservation is { Address: not null } or { Ignore: true })
            return new(reservation.Name, reservation.Address ?? Ipv4Address.Any, reservation.Ignore);

        var machine = machines.All.IsEmpty ? null : machines.Find(question.Machine);
        var address = machine?.Address is { } fixedAddress && network.Subnet.Contains(fixedAddress) ? fixedAddress : Ipv4Address.Any;
        return new(address.IsAny ? reservation?.Name ?? machine?.Name : machine!.Name, address, IsIgnored: false);
    }
}
