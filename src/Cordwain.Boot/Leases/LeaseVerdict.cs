using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>What the address side says to one DHCP message; exactly one of the nested cases.</summary>
public abstract record LeaseVerdict(ImmutableArray<TraceStep> Trace)
{
    /// <summary>No answer.</summary>
    public sealed record Silent(ImmutableArray<TraceStep> Trace) : LeaseVerdict(Trace);

    /// <summary>OFFER: nothing is stored.</summary>
    public sealed record Offer(LeaseGrant Grant, ImmutableArray<TraceStep> Trace) : LeaseVerdict(Trace);

    /// <summary>ACK, after <paramref name="Change"/> is durable.</summary>
    public sealed record Ack(LeaseGrant Grant, LeaseChange Change, ImmutableArray<TraceStep> Trace) : LeaseVerdict(Trace);

    /// <summary>NAK with its reason for option 56.</summary>
    public sealed record Nak(string Reason, ImmutableArray<TraceStep> Trace) : LeaseVerdict(Trace);

    /// <summary>ACK to an INFORM: options only, no address, no lease time (RFC 2131 §4.3.5).</summary>
    public sealed record Inform(ImmutableArray<TraceStep> Trace) : LeaseVerdict(Trace);

    /// <summary>No answer, but a change to store: RELEASE and DECLINE.</summary>
    public sealed record Store(LeaseChange Change, ImmutableArray<TraceStep> Trace) : LeaseVerdict(Trace);
}

/// <summary>An address given for a time.</summary>
/// <param name="Lease"><see cref="Timeout.InfiniteTimeSpan"/>: for ever.</param>
/// <param name="Reservation">Name of the reservation or machine that fixed it; null: from the pool.</param>
public sealed record LeaseGrant(Ipv4Address Address, TimeSpan Lease, TimeSpan RenewAfter, TimeSpan RebindAfter, string? Reservation)
{
    /// <summary>In an OFFER: a free address of the pool that no probe has looked at; worth one now.</summary>
    public bool IsUnprobed { get; init; }
}
