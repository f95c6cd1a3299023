using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>What must fit together within one network.</summary>
static class NetworkChecks
{
    static readonly ConfigKey[] ServerOnly =
        [NetworkKeys.Pool, NetworkKeys.Exclude, NetworkKeys.Lease, NetworkKeys.MinLease, NetworkKeys.MaxLease, NetworkKeys.Renew, NetworkKeys.Rebind,
         NetworkKeys.Reservations, NetworkKeys.Probe, NetworkKeys.Force, NetworkKeys.Authoritative, NetworkKeys.KnownOnly, NetworkKeys.Quarantine];

    public static void CheckTimes(NetworkDefinition network, ObjectReader reader, ReadScope scope)
    {
        Order(NetworkKeys.MinLease, network.MinLease, NetworkKeys.Lease, network.Lease);
        if (network.MaxLease is { } most)
            Order(NetworkKeys.Lease, network.Lease, NetworkKeys.MaxLease, most);
        if (network.RenewAfter is { } renew)
            Order(NetworkKeys.Renew, renew, NetworkKeys.Rebind, network.RebindAfter ?? network.Lease);
        if (network.RebindAfter is { } rebind)
            Order(NetworkKeys.Rebind, rebind, NetworkKeys.Lease, network.Lease);

        void Order(ConfigKey<TimeSpan> lesser, TimeSpan less, ConfigKey<TimeSpan> greater, TimeSpan more)
        {
            if (more != Timeout.InfiniteTimeSpan && (less == Timeout.InfiniteTimeSpan || less > more))
                scope.Problems.Error("CW4026", reader.PlaceOf(reader.Has(lesser) ? lesser : greater),
                    $"{reader.Path}: `{lesser.Name}` ({Durations.Text(less)}) is longer than `{greater.Name}` ({Durations.Text(more)}).", $"Lengthen `{greater.Name}`, or shorten `{lesser.Name}`.");
        }
    }

    public static void CheckRole(NetworkDefinition network, ObjectReader reader, ReadScope scope)
    {
        if (network.Role == NetworkRole.Proxy && network.Style == AnswerStyle.Plain)
            scope.Problems.Error("CW4055", reader.PlaceOf(NetworkKeys.Style), $"{reader.PathOf(NetworkKeys.Style)}: `plain` is not possible beside another DHCP server: clients take such an offer for an address.",
                "Write another style, or remove the line.");

        if (network.Role == NetworkRole.Server)
        {
            if (network.Pools.IsEmpty && !reader.Has(NetworkKeys.Pool) && !reader.HasUnknownKeys && network.Reservations.All(reservation => reservation.Address is null))
                scope.Problems.Warning("CW4025", reader.KeyPlaceOf(NetworkKeys.Role), $"{reader.Path} gives the addresses, but has neither a `pool` nor a reservation with an address.",
                    "Add a pool; only machines with an `address` are served now.");
            return;
        }

        foreach (var key in ServerOnly.Where(reader.Has))
            scope.Problems.Warning("CW4027", reader.KeyPlaceOf(key), $"{reader.PathOf(key)} has no effect: only a network with `dhcp: server` gives addresses.", "Write `dhcp: server` if we shall give the addresses here, or remove it.");
    }

    public static void CheckPools(NetworkDefinition network, ImmutableArray<Placed<AddressRange>> pools, ImmutableArray<Placed<AddressRange>> excluded, ObjectReader reader, ReadScope scope)
    {
        for (var i = 0; i < pools.Length; i++)
        {
            var (pool, place) = pools[i];
            if (!network.Subnet.Contains(pool.First) || !network.Subnet.Contains(pool.Last))
                scope.Problems.Error("CW4021", place, $"{reader.PathOf(NetworkKeys.Pool)}: {pool} is not inside {network.Subnet}.", $"The network goes from {network.Subnet.Address} to {network.Subnet.Last}.");
            else if (NotForHosts(network.Subnet, pool) is { } address)
                scope.Problems.Error("CW4021", place, $"{reader.PathOf(NetworkKeys.Pool)}: {pool} holds {address}, which no machine can have in {network.Subnet}.", "Leave out the first and the last address of the network.");

            if (pools.Take(i).FirstOrDefault(other => other.Value.First <= pool.Last && pool.First <= other.Value.Last) is { Place.Line: > 0 } other)
                scope.Problems.Error("CW4023", place, $"{reader.PathOf(NetworkKeys.Pool)}: {pool} overlaps {other.Value} in line {other.Place.Line}.", "Make them one range, or separate them.");
        }

        foreach (var (range, place) in excluded)
        {
            if (!pools.Any(pool => pool.Value.First <= range.Last && range.First <= pool.Value.Last))
                scope.Problems.Warning("CW4027", place, $"{reader.PathOf(NetworkKeys.Exclude)}: {range} lies in no pool, so excluding it has no effect.", "Only addresses of a pool need to be excluded.");
        }

        if (pools.Length > 0 && pools.All(pool => network.Excluded.Any(range => range.Contains(pool.Value.First) && range.Contains(pool.Value.Last))))
            scope.Problems.Warning("CW4025", reader.PlaceOf(NetworkKeys.Pool), $"{reader.PathOf(NetworkKeys.Pool)}: all of it is excluded.", "Exclude less, or make the pool larger.");
    }

    public static void CheckRouters(NetworkDefinition network, ImmutableArray<Placed<Ipv4Address>> routers, ObjectReader reader, ReadScope scope)
    {
        foreach (var (router, place) in routers)
        {
            if (!network.Subnet.Contains(router))
                scope.Problems.Warning("CW4028", place, $"{reader.PathOf(NetworkKeys.Router)}: {router} is not inside {network.Subnet}: most machines cannot reach it.", "Write the router's address in this network.");
            else if (network.Pools.Any(pool => pool.Contains(router)))
                scope.Problems.Warning("CW4029", place, $"{reader.PathOf(NetworkKeys.Router)}: {router} lies in the pool; it is left out of it.", "Begin the pool after it, or add it to `exclude`.");
        }
    }

    /// <summary>The network's own address or its broadcast address, when the range holds one.</summary>
    static Ipv4Address? NotForHosts(Ipv4Network subnet, AddressRange range) =>
        subnet.PrefixLength >= 31 ? null : range.Contains(subnet.Address) ? subnet.Address : range.Contains(subnet.Last) ? subnet.Last : null;
}
