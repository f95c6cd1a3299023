using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Dhcp;

/// <summary>All that a reply is made of. Same terms, same bytes.</summary>
/// <param name="Boot">What the message asks, as <see cref="BootRequest.From"/> read it.</param>
/// <param name="Decision">What was decided for it.</param>
/// <param name="Network">The network whose options apply; null: none.</param>
public readonly record struct ReplyTerms(DhcpMessage Request, BootCatalog Catalog, NetworkDefinition? Network, BootRequest Boot, BootDecision Decision, ReplyKind Kind)
{
    /// <summary>The address, for an offer and an ACK of it.</summary>
    public LeaseGrant? Grant { get; init; }

    /// <summary>Why, for a NAK.</summary>
    public string? Reason { get; init; }

    public bool IsProxy => Kind is ReplyKind.ProxyOffer or ReplyKind.ProxyAck;

    public MachineDefinition? Machine => Catalog.Machines.Find(Boot.Machine);
}
