using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>What a stored address is at the moment. The numbers are on the disk: never change or reuse one.</summary>
public enum BindingState : byte
{
    /// <summary>Held by a client until <see cref="LeaseBinding.Expires"/>.</summary>
    Bound = 1,

    /// <summary>Given back by its client; kept so that the same client gets it again.</summary>
    Released = 2,

    /// <summary>Found in use by somebody else; left alone until <see cref="LeaseBinding.Expires"/>.</summary>
    Declined = 3,
}

/// <summary>An address and its client, as it stands on the disk before the ACK leaves.</summary>
/// <param name="Expires">End of the lease or of the quarantine; <see cref="DateTimeOffset.MaxValue"/> for a lease without end.</param>
public sealed record LeaseBinding(
    Ipv4Address Address, ClientKey Client, MacAddress? Mac, BindingState State, DateTimeOffset Since, DateTimeOffset Expires)
{
    public string? HostName { get; init; }

    /// <summary>The vendor class, for lists.</summary>
    public string? VendorClass { get; init; }
}

/// <summary>One change to the stored bindings. An address has at most one binding, so a change replaces what stood there.</summary>
/// <param name="Binding">Null: forget the address.</param>
public readonly record struct LeaseChange(Ipv4Address Address, LeaseBinding? Binding)
{
    /// <summary>What stood there before, so that a change that could not be stored can be taken back; no store looks at it.</summary>
    public LeaseBinding? Previous { get; init; }
}
