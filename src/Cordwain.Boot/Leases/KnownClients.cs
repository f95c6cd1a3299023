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
sealed class KnownClients
{
    readonly Ipv4Network _subnet;
    readonly Dictionary<ClientKey, Reservation> _byClientId = [];
    readonly Dictionary<MacAddress, Reservation> _byMac = [];

    public KnownClients(NetworkDefinition network)
    {
        _subnet = network.Subnet;
        foreach (var reservation in network.Reservations)
        {
            if (reservation.ClientId is { } id)
                _byClientId.TryAdd(ClientKey.OfClientId(id.Span), reservation);
            if (reservation.Mac is { } mac)
                _byMac.TryAdd(mac, reservation);
        }
    }

    /// <summary>The client identifier is asked first, then the MAC, then the machines of the configuration.</summary>
    public KnownClient Find(LeaseQuestion question, MachineRegistry machines)
    {
        var reservation = ReservationOf(question);
        if (reservation is { Address: not null } or { Ignore: true })
            return new(reservation.Name, reservation.Address ?? Ipv4Address.Any, reservation.Ignore);

        var machine = machines.All.IsEmpty ? null : machines.Find(question.Machine);
        var address = machine?.Address is { } fixedAddress && _subnet.Contains(fixedAddress) ? fixedAddress : Ipv4Address.Any;
        return new(address.IsAny ? reservation?.Name ?? machine?.Name : machine!.Name, address, IsIgnored: false);
    }

    Reservation? ReservationOf(LeaseQuestion question) =>
        _byClientId.Count > 0 && !question.ClientId.IsEmpty
            && _byClientId.TryGetValue(ClientKey.OfClientId(question.ClientId.Span), out var byId) ? byId
        : _byMac.Count > 0 && question.Mac is { } mac && _byMac.TryGetValue(mac, out var byMac) ? byMac
        : null;
}
