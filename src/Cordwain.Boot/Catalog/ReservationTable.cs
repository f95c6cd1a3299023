using System.Collections.Immutable;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Catalog;

/// <summary>Finds a client's own entry in a network: by option 61 first, as it names the client whatever card it uses (RFC 2131 §4.2).</summary>
sealed class ReservationTable
{
    readonly Dictionary<ClientKey, Reservation> _byClientId = [];
    readonly Dictionary<MacAddress, Reservation> _byMac = [];

    public ReservationTable(ImmutableArray<Reservation> reservations)
    {
        Reservations = reservations;
        foreach (var reservation in reservations)
        {
            if (reservation.ClientId is { } id)
                _byClientId.TryAdd(ClientKey.OfClientId(id.Span), reservation);
            if (reservation.Mac is { } mac)
                _byMac.TryAdd(mac, reservation);
        }
    }

    public ImmutableArray<Reservation> Reservations { get; }

    public Reservation? Find(DhcpMessage request) =>
        Reservations.IsEmpty ? null : Find(request.Options.Raw(DhcpOptions.ClientIdentifier.Code).Span, request.Mac);

    /// <param name="clientId">Option 61; empty when absent.</param>
    public Reservation? Find(ReadOnlySpan<byte> clientId, MacAddress? mac) =>
        _byClientId.Count > 0 && !clientId.IsEmpty && _byClientId.TryGetValue(ClientKey.OfClientId(clientId), out var byId) ? byId
        : mac is { } card && _byMac.TryGetValue(card, out var byMac) ? byMac
        : null;
}
