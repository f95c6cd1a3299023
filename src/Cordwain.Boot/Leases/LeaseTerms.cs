using Cordwain.Boot.Catalog;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>For how long an address is given.</summary>
static class LeaseTerms
{
    /// <summary>What the client asks for, within the network's bounds; without a wish the network's own time (RFC 2131 §4.3.1).</summary>
    public static TimeSpan LeaseFor(NetworkDefinition network, TimeSpan? wish)
    {
        if (wish is not { } wished)
            return Whole(network.Lease);

        var longest = network.MaxLease ?? network.Lease;
        var atLeast = IsShorter(wished, network.MinLease) ? network.MinLease : wished;
        return Whole(IsShorter(longest, atLeast) ? longest : atLeast);
    }

    /// <summary>T1 and T2 as configured where they fit into the lease, otherwise half and seven eighths (RFC 2131 §4.4.5).</summary>
    public static LeaseGrant Grant(Ipv4Address address, TimeSpan lease, NetworkDefinition network, string? reservation)
    {
        if (lease == Timeout.InfiniteTimeSpan)
            return new(address, lease, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, reservation);

        var rebind = network.RebindAfter is { } t2 && t2 > TimeSpan.Zero && t2 < lease ? t2 : Whole(lease * 7 / 8);
        var renew = network.RenewAfter is { } t1 && t1 > TimeSpan.Zero && t1 < rebind ? t1 : Whole(lease / 2);
        return new(address, lease, renew < rebind ? renew : Whole(rebind / 2), rebind, reservation);
    }

    static bool IsShorter(TimeSpan left, TimeSpan right) =>
        left != Timeout.InfiniteTimeSpan && (right == Timeout.InfiniteTimeSpan || left < right);

    // The wire has whole seconds in 32 bits, the highest of which means for ever.
    static TimeSpan Whole(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? time : TimeSpan.FromSeconds(Math.Clamp(Math.Floor(time.TotalSeconds), 1, uint.MaxValue - 1));
}
