using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Dhcp;

/// <summary>What one DHCP message leads to.</summary>
/// <param name="Reply">Null: silence.</param>
/// <param name="Changes">Bindings to make durable before the reply leaves; empty when it may leave at once.</param>
/// <param name="Summary">One line for lists, such as <c>DISCOVER → OFFER 10.77.0.130, undionly.kpxe</c>.</param>
public sealed record DhcpAnswer(
    DhcpMessage? Reply,
    ReplyDestination Destination,
    ImmutableArray<LeaseChange> Changes,
    string Summary,
    ImmutableArray<TraceStep> Trace,
    DhcpCircumstances Circumstances)
{
    /// <summary>The boot side of the message; null when it came from no boot client.</summary>
    public BootRequest? Boot { get; init; }

    /// <summary>The longest datagram the client takes: option 57, at least 576 with headers (RFC 2131 §2); in bytes of UDP payload.</summary>
    public int MaxPayload { get; init; } = 548;

    /// <summary>Addresses worth a probe before they are offered to somebody: a declined one, or one whose offer went out unprobed.</summary>
    public ImmutableArray<Cordwain.Protocols.Wire.Ipv4Address> WorthProbing { get; init; } = [];
}
