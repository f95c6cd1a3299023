using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration;

/// <summary>What holds where the configuration says nothing.</summary>
public static class ConfigurationDefaults
{
    // RFC 1918 §3, RFC 6598 §7 (carriers' shared space, used in labs), RFC 3927 (link-local).
    static readonly Ipv4Network[] Private =
        [Net(10, 0, 0, 0, 8), Net(172, 16, 0, 0, 12), Net(192, 168, 0, 0, 16), Net(100, 64, 0, 0, 10), Net(169, 254, 0, 0, 16)];

    /// <summary>proxyDHCP on every private network: adds boot information, gives no address, harms nobody.</summary>
    /// <param name="links">Interfaces with their networks; one may stand there with several.</param>
    public static ImmutableArray<NetworkDefinition> ProxyEverywhere(IEnumerable<(string Interface, Ipv4Network Network)> links)
    {
        var networks = ImmutableArray.CreateBuilder<NetworkDefinition>();

        // The wider one first: of two that overlap it is the one that stays, as no two networks of a catalog may.
        foreach (var sameNetwork in links.Where(link => IsPrivate(link.Network)).GroupBy(link => link.Network).OrderBy(group => group.Key.PrefixLength))
        {
            if (sameNetwork.Key.PrefixLength > 30 || networks.Any(other => other.Subnet.Overlaps(sameNetwork.Key)))
                continue;
            var name = sameNetwork.First().Interface;
            var sameName = networks.Count(other => other.Name == name || other.Name.StartsWith(name + "-", StringComparison.Ordinal));
            networks.Add(new()
            {
                Name = sameName == 0 ? name : $"{name}-{sameName + 1}",
                Subnet = sameNetwork.Key,
                Role = NetworkRole.Proxy,
                Interfaces = [.. sameNetwork.Select(link => link.Interface).Distinct()],
            });
        }

        return networks.ToImmutable();
    }

    public static bool IsPrivate(Ipv4Network network) => Array.Exists(Private, block => block.PrefixLength <= network.PrefixLength && block.Contains(network.Address));

    static Ipv4Network Net(byte a, byte b, byte c, byte d, int length) => new(new((uint)((a << 24) | (b << 16) | (c << 8) | d)), length);
}
