using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>Reads <c>reservations</c> of a network.</summary>
static class ReservationReading
{
    public static ImmutableArray<Reservation> ReadAll(ObjectReader network, ReadScope scope)
    {
        var reservations = ImmutableArray.CreateBuilder<Reservation>();
        foreach (var entry in network.Or(NetworkKeys.Reservations, []))
        {
            var path = network.PathOf(NetworkKeys.Reservations) + "." + entry.Key;
            scope.CheckName(entry, path, OwnNames.Thing);
            if (ObjectReader.Open(entry.Value, ReservationKeys.Object, path, scope) is { } reader && Read(entry.Key, reader, scope) is { } reservation)
                reservations.Add(reservation);
        }

        return reservations.ToImmutable();
    }

    static Reservation? Read(string name, ObjectReader reader, ReadScope scope)
    {
        var reservation = new Reservation
        {
            Name = name,
            Mac = reader.OrNone(ReservationKeys.Mac),
            ClientId = reader.OrNone(ReservationKeys.ClientId),
            Address = reader.OrNone(ReservationKeys.Address),
            HostName = reader.OrNull(ReservationKeys.HostName),
            Options = [.. reader.Or(ReservationKeys.Options, []).Select(option => option.Value)],
            Ignore = reader.Or(ReservationKeys.Ignore, false),
        };

        var (hasMac, hasId) = (reader.Has(ReservationKeys.Mac), reader.Has(ReservationKeys.ClientId));
        if (!hasMac && !hasId && MacAddress.TryParse(name, out var fromName))
            return reservation with { Mac = fromName };
        if (hasMac == hasId)
            scope.Problems.Error("CW4024", reader.Place, hasMac ? $"{reader.Path} names its client twice, by `mac` and by `client-id`." : $"{reader.Path} does not say whose it is.", hasMac ? "Keep one of the two." : "Add `mac:` or `client-id:`.");
        return reservation.Mac is null && reservation.ClientId is null ? null : reservation;
    }

    public static void CheckAgainst(NetworkDefinition network, ObjectReader reader, ReadScope scope)
    {
        var addresses = new Dictionary<Ipv4Address, string>();
        var clients = new Dictionary<string, string>(StringComparer.Ordinal);
        var routers = reader.Or(NetworkKeys.Router, []);
        var entries = reader.Or(NetworkKeys.Reservations, []).ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        foreach (var reservation in network.Reservations)
        {
            var path = reader.PathOf(NetworkKeys.Reservations) + "." + reservation.Name;
            if (reservation.Address is { } address)
                CheckAddress(address, reservation.Name, PlaceOf(reservation, ReservationKeys.Address));
            var client = reservation.Mac?.ToString() ?? ClientIdText.ToText(reservation.ClientId!.Value);
            if (!clients.TryAdd(client, reservation.Name))
                Report(PlaceOf(reservation, reservation.Mac is null ? ReservationKeys.ClientId : ReservationKeys.Mac), $"{client} has a reservation here already, `{clients[client]}`.", "Remove one of the two.");

            void CheckAddress(Ipv4Address fixedAddress, string name, SourcePlace place)
            {
                if (!network.Subnet.Contains(fixedAddress))
                    Report(place, $"{fixedAddress} is not inside {network.Subnet}.", "Write an address of this network, or move the reservation to the network of that address.");
                else if (network.Subnet.PrefixLength < 31 && (fixedAddress == network.Subnet.Address || fixedAddress == network.Subnet.Last))
                    Report(place, $"{fixedAddress} is the {(fixedAddress == network.Subnet.Last ? "broadcast" : "network's own")} address of {network.Subnet}; no machine can have it.", "Write another address.");
                else if (routers.Any(router => router.Value == fixedAddress))
                    Report(place, $"{fixedAddress} is the router's address.", "Write another address.");
                else if (!addresses.TryAdd(fixedAddress, name))
                    Report(place, $"{fixedAddress} is reserved already, by `{addresses[fixedAddress]}`.", "Write another address.");
            }

            void Report(SourcePlace place, string what, string fix) => scope.Problems.Error("CW4024", place, $"{path}: {what}", fix);
        }

        SourcePlace PlaceOf(Reservation reservation, ConfigKey key)
        {
            var entry = entries[reservation.Name];
            return (entry.Value as ConfigNode.Mapping)?.Find(key.Name)?.Value.Place ?? entry.KeyPlace;
        }
    }
}
