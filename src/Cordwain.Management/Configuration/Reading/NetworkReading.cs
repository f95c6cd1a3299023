using System.Buffers;
using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>A network as it was written, with the places that checks across networks need.</summary>
sealed record ReadNetwork(NetworkDefinition Definition, SourcePlace SubnetPlace, string Path);

/// <summary>Reads <c>networks</c>.</summary>
static class NetworkReading
{
    public static ImmutableArray<ReadNetwork> ReadAll(ObjectReader root, ReadScope scope)
    {
        var networks = ImmutableArray.CreateBuilder<ReadNetwork>();
        foreach (var entry in root.Or(RootKeys.Networks, []))
        {
            var path = root.PathOf(RootKeys.Networks) + "." + entry.Key;
            scope.CheckName(entry, path, OwnNames.Thing);
            if (ObjectReader.Open(entry.Value, NetworkKeys.Object, path, scope) is { } reader && Read(entry.Key, reader, scope) is { } network)
                networks.Add(new(network, reader.PlaceOf(NetworkKeys.Subnet), path));
        }

        CheckOverlaps(networks, scope);
        return networks.ToImmutable();
    }

    static NetworkDefinition? Read(string name, ObjectReader reader, ReadScope scope)
    {
        // What does not depend on the subnet is read all the same: its mistakes should show with the others.
        var hasSubnet = reader.Try(NetworkKeys.Subnet, out var subnet);
        var pools = reader.Or(NetworkKeys.Pool, []);
        var excluded = reader.Or(NetworkKeys.Exclude, []);
        var routers = reader.Or(NetworkKeys.Router, []);
        var network = new NetworkDefinition
        {
            Name = name,
            Subnet = subnet,
            Role = reader.Or(NetworkKeys.Role, NetworkRole.Proxy),
            Pools = [.. pools.Select(pool => pool.Value)],
            Excluded = [.. excluded.Select(range => range.Value), .. routers.Where(router => pools.Any(pool => pool.Value.Contains(router.Value))).Select(router => new AddressRange(router.Value, router.Value))],
            Lease = reader.Or(NetworkKeys.Lease, TimeSpan.FromHours(12)),
            MinLease = reader.Or(NetworkKeys.MinLease, TimeSpan.FromMinutes(2)),
            MaxLease = reader.OrNone(NetworkKeys.MaxLease),
            RenewAfter = reader.OrNone(NetworkKeys.Renew),
            RebindAfter = reader.OrNone(NetworkKeys.Rebind),
            Probe = reader.Or(NetworkKeys.Probe, true),
            Force = reader.Or(NetworkKeys.Force, false),
            Authoritative = reader.Or(NetworkKeys.Authoritative, true),
            KnownOnly = reader.Or(NetworkKeys.KnownOnly, false),
            Delay = reader.Or(NetworkKeys.Delay, TimeSpan.Zero),
            Quarantine = reader.Or(NetworkKeys.Quarantine, TimeSpan.FromHours(1)),
            Interfaces = [.. reader.Or(NetworkKeys.Interfaces, []).Select(item => item.Value)],
            Relays = [.. reader.Or(NetworkKeys.Relay, []).Select(item => item.Value)],
            NextServer = reader.OrNone(NetworkKeys.NextServer),
            Style = reader.OrNone<AnswerStyle>(NetworkKeys.Style),
        };

        network = network with { Options = Options(network, reader, routers, scope), Reservations = ReservationReading.ReadAll(reader, scope) };
        NetworkChecks.CheckTimes(network, reader, scope);
        NetworkChecks.CheckRole(network, reader, scope);
        if (!hasSubnet)
            return null;

        NetworkChecks.CheckPools(network, pools, excluded, reader, scope);
        NetworkChecks.CheckRouters(network, routers, reader, scope);
        ReservationReading.CheckAgainst(network, reader, scope);
        return network;
    }

    static ImmutableArray<DhcpOptionValue> Options(NetworkDefinition network, ObjectReader reader, ImmutableArray<Placed<Ipv4Address>> routers, ReadScope scope)
    {
        var written = reader.Or(NetworkKeys.Options, []);
        var options = ImmutableArray.CreateBuilder<DhcpOptionValue>();

        // Beside somebody else's server these are that server's to give.
        if (network.Role == NetworkRole.Server && !written.Any(option => option.Value.Code == DhcpOptions.SubnetMask.Code))
            options.Add(Encode(DhcpOptions.SubnetMask, network.Subnet.Mask));
        if (routers.Length > 0)
            options.Add(Encode(DhcpOptions.Router, [.. routers.Select(router => router.Value)]));
        if (reader.Try(NetworkKeys.Dns, out var servers) && servers.Length > 0)
            options.Add(Encode(DhcpOptions.DomainNameServer, [.. servers.Select(server => server.Value)]));
        if (reader.Try(NetworkKeys.Domain, out var domain))
            options.Add(Encode(DhcpOptions.DomainName, domain));

        foreach (var (option, place) in written)
        {
            if (options.Any(other => other.Code == option.Code && other.SubCode == option.SubCode))
                scope.Problems.Error("CW4033", place, $"{reader.PathOf(NetworkKeys.Options)}: option {option.Code} is set by a key of the network already.", "Remove one of the two.");
            else
                options.Add(option);
        }

        return options.ToImmutable();
    }

    static DhcpOptionValue Encode<T>(DhcpOption<T> option, T value)
    {
        var payload = new ArrayBufferWriter<byte>();
        option.Codec.Encode(value, payload);
        return new(option.Code, null, payload.WrittenMemory);
    }

    static void CheckOverlaps(ImmutableArray<ReadNetwork>.Builder networks, ReadScope scope)
    {
        for (var i = 0; i < networks.Count; i++)
        {
            var (network, place, path) = networks[i];
            if (networks.Take(i).FirstOrDefault(other => other.Definition.Subnet.Overlaps(network.Subnet)) is { } other)
                scope.Problems.Error("CW4020", place, $"{path}: {network.Subnet} overlaps {other.Definition.Subnet} of `{other.Definition.Name}` in line {other.SubnetPlace.Line}.",
                    "An address must lie in one network: make one of them smaller, or join the two.");
        }
    }
}
