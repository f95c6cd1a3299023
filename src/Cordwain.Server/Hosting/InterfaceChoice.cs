using System.Collections.Immutable;
using System.IO.Enumeration;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Hosting;

/// <summary>A device and why it is served or not; the reason reads after "eth0: ".</summary>
public readonly record struct InterfaceVerdict(NetworkDevice Device, bool IsServed, string Because);

/// <summary>Chooses the interfaces to serve: those the configuration names, or else those that look like a network of machines.</summary>
public static class InterfaceChoice
{
    static readonly string[] ContainerBridges =
        ["docker*", "br-????????????", "virbr*", "cni*", "podman*", "lxcbr*", "lxdbr*", "incusbr*", "cbr*", "nerdctl*", "flannel*", "cilium*", "kube-*", "cali*", "vxlan.calico", "ovs-system"];

    static readonly string[] Tunnels = ["tun*", "tap*", "wg*", "tailscale*", "zt*", "ppp*", "ipip*", "gre*", "sit*", "tunl*", "ip6tnl*", "ip_vti*"];

    static readonly string[] TunnelKinds = ["tun", "wireguard", "ipip", "gre", "gretap", "erspan", "sit", "vti", "ip6tnl", "ip6gre", "xfrm", "ppp"];

    // RFC 1918, and RFC 6598 which providers use in the same way.
    static readonly Ipv4Network[] Private =
        [new(Ipv4Address.Parse("10.0.0.0"), 8), new(Ipv4Address.Parse("172.16.0.0"), 12), new(Ipv4Address.Parse("192.168.0.0"), 16), new(Ipv4Address.Parse("100.64.0.0"), 10)];

    /// <param name="named">Names of the configuration, <c>*</c> and <c>?</c> allowed; empty: found.</param>
    /// <param name="networks">Subnets of the configuration: a device with an address in one is served even where it would be passed over.</param>
    public static ImmutableArray<InterfaceVerdict> Choose(
        IEnumerable<NetworkDevice> devices, IReadOnlyCollection<string> named, IReadOnlyCollection<Ipv4Network> networks) =>
        [.. devices.Select(device => Judge(device, named, networks))];

    /// <summary>Names without a pattern for which there is no device at the moment.</summary>
    public static ImmutableArray<string> Missing(IEnumerable<NetworkDevice> devices, IEnumerable<string> named) =>
        [.. named.Where(name => !name.AsSpan().ContainsAny('*', '?')).Except(devices.Select(device => device.Name))];

    static InterfaceVerdict Judge(NetworkDevice device, IReadOnlyCollection<string> named, IReadOnlyCollection<Ipv4Network> networks)
    {
        var refusal = named.Count > 0 && !Like(device.Name, named) ? "the configuration names other interfaces"
            : !device.IsUp ? "it is down"
            : device.Addresses.IsEmpty ? "it has no IPv4 address"
            : null;
        if (refusal is not null)
            return new(device, false, refusal);
        if (named.Count > 0)
            return new(device, true, "the configuration names it");

        foreach (var network in networks)
        {
            if (!device.IsLoopback && device.Addresses.Any(own => network.Contains(own.Address)))
                return new(device, true, $"its address is in {network}");
        }

        refusal = device.IsLoopback ? "it is the loopback"
            : Like(device.Name, ContainerBridges) ? "it looks like a bridge of containers or virtual machines"
            : Array.IndexOf(TunnelKinds, device.Kind) >= 0 || Like(device.Name, Tunnels) ? "it is a tunnel"
            : device.Mac is null ? "it is not Ethernet"
            : !device.Addresses.Any(own => Array.Exists(Private, range => range.Contains(own.Address))) ? "its address is not in a private network"
            : null;
        return refusal is null ? new(device, true, "it has an address in a private network") : new(device, false, refusal + "; name it under interfaces to serve it");
    }

    static bool Like(string name, IEnumerable<string> patterns) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
}
