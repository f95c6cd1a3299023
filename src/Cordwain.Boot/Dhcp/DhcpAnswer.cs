using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Dhcp;

/// <summary>What one DHCP message leads to.</summary>
/// <param name="Reply">Null: silence.</param>
/// <param name="Changes">Bindings to make durable before the reply leaves; empty when it may leave at once.</param>
/// <param name="Words">The answer for people. Costs nothing until somebody reads it.</param>
public sealed record DhcpAnswer(
    DhcpMessage? Reply, ReplyDestination Destination, ImmutableArray<LeaseChange> Changes, IAnswerWords Words, DhcpCircumstances Circumstances)
{
    public DhcpAnswer(
        DhcpMessage? reply, ReplyDestination destination, ImmutableArray<LeaseChange> changes, string summary, ImmutableArray<TraceStep> trace, DhcpCircumstances circumstances)
        : this(reply, destination, changes, new KnownWords(summary, trace), circumstances)
    {
    }

    /// <inheritdoc cref="IAnswerWords.Summary"/>
    public string Summary => Words.Summary;

    /// <inheritdoc cref="IAnswerWords.Trace"/>
    public ImmutableArray<TraceStep> Trace => Words.Trace;

    /// <summary>The boot side of the message; null when it came from no boot client.</summary>
    public BootRequest? Boot { get; init; }

    /// <summary>The longest datagram the client takes: option 57, at least 576 with headers (RFC 2131 §2); in bytes of UDP payload.</summary>
    public int MaxPayload { get; init; } = 548;

    /// <summary>Addresses worth a probe before they are offered to somebody: a declined one, or one whose offer went out unprobed.</summary>
    public ImmutableArray<Cordwain.Protocols.Wire.Ipv4Address> WorthProbing { get; init; } = [];
}
