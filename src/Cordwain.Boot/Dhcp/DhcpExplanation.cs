using System.Diagnostics.CodeAnalysis;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Dhcp;

/// <summary>Makes an answer again, or one that could have been: the same code, without leases and without consequences.</summary>
public static class DhcpExplanation
{
    /// <summary>The answer that was given then, byte for byte, as long as the catalog has the same revision.</summary>
    /// <param name="request">The datagram as it came.</param>
    /// <returns>False when the datagram is none that can be read.</returns>
    public static bool TryAgain(
        ReadOnlySpan<byte> request, DhcpCircumstances circumstances, BootCatalog catalog, [NotNullWhen(true)] out DhcpAnswer? answer, out WireError error)
    {
        ArgumentNullException.ThrowIfNull(circumstances);
        ArgumentNullException.ThrowIfNull(catalog);

        answer = null;
        if (!DhcpMessage.TryParse(request, out var message, out error))
            return false;

        var arrival = new DhcpArrival(circumstances.Interface, circumstances.Server, circumstances.Port, circumstances.Source, circumstances.SourcePort);
        var network = catalog.Networks.FirstOrDefault(known => known.Name == circumstances.Network);
        answer = Make(message, arrival, catalog, network, circumstances);
        return true;
    }

    /// <summary>What would be answered, as far as it does not depend on leases.</summary>
    /// <param name="given">The address to assume where we give them; null: the first of the network's pools, or the reserved one.</param>
    public static DhcpAnswer Suppose(DhcpMessage message, DhcpArrival arrival, BootCatalog catalog, Ipv4Address? given = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(arrival);
        ArgumentNullException.ThrowIfNull(catalog);

        return new DhcpResponder(new SupposedLeases(given), new MachineDirectory(1)).Answer(message, arrival, catalog, DateTimeOffset.UnixEpoch);
    }

    static DhcpAnswer Make(DhcpMessage message, DhcpArrival arrival, BootCatalog catalog, NetworkDefinition? network, DhcpCircumstances then)
    {
        var draft = new AnswerDraft(message, arrival, catalog, network, BootRequest.From(message, arrival, catalog, network));
        draft.Decide();
        if (then.Kind is ReplyKind.Offer or ReplyKind.Ack)
        {
            draft.Note([new("address", false, $"{then.Given} for {Lasting(then.Lease)}, as it was given then")]);
            return draft.Reply(then.Kind, new LeaseGrant(then.Given, then.Lease, then.RenewAfter, then.RebindAfter, null), []);
        }

        return then.Kind == ReplyKind.Nak ? draft.Refuse(then.Reason ?? "") : draft.Reply(then.Kind, "as it was then");
    }

    static string Lasting(TimeSpan lease) => lease == Timeout.InfiniteTimeSpan ? "ever" : lease.ToString("c");

    /// <summary>Grants whatever is asked, and remembers nothing.</summary>
    sealed class SupposedLeases(Ipv4Address? given) : ILeaseDesk
    {
        public LeaseVerdict Answer(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, BootCatalog catalog, MachineIdentity machine, DateTimeOffset now)
        {
            if (message.Type == DhcpMessageType.Inform)
                return new LeaseVerdict.Inform([]);

            var address = given ?? AddressFor(message, network, catalog);
            var forEver = network.Lease == Timeout.InfiniteTimeSpan;
            var grant = new LeaseGrant(
                address, network.Lease, forEver ? network.Lease : network.RenewAfter ?? network.Lease / 2,
                forEver ? network.Lease : network.RebindAfter ?? network.Lease * 7 / 8, null);
            TraceStep supposed = new("address", false, $"supposing that it gets {address}: leases are not looked at here");
            return message.Type switch
            {
                DhcpMessageType.Discover => new LeaseVerdict.Offer(grant, [supposed]),
                DhcpMessageType.Request or DhcpMessageType.None => new LeaseVerdict.Ack(grant, new(address, null), [supposed]),
                _ => new LeaseVerdict.Silent([new("address", true, "such a message is only noted")]),
            };
        }

        public LeaseGrant? Remaining(DhcpMessage message, DhcpArrival arrival, NetworkDefinition network, DateTimeOffset now) => null;

        static Ipv4Address AddressFor(DhcpMessage message, NetworkDefinition network, BootCatalog catalog)
        {
            var machine = catalog.Machines.Find(new(message.Mac));
            if (message.Options.TryGet(DhcpOptions.RequestedIpAddress, out var requested))
                return requested;
            return !message.Ciaddr.IsAny ? message.Ciaddr
                : network.ReservedFor.Find(message)?.Address ?? machine?.Address
                ?? (network.Pools.IsEmpty ? new(network.Subnet.Address.Value + 1) : network.Pools[0].First);
        }
    }
}
