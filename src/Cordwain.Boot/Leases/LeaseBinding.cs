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

/// <summary>Who a lease belongs to: the bytes of option 61, or without it hardware type and address (RFC 2131 §4.2). A value that compares by its bytes.</summary>
public readonly struct ClientKey : IEquatable<ClientKey>
{
    readonly byte[] _bytes;

    ClientKey(byte[] bytes) => _bytes = bytes;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>True when option 61 gave the key.</summary>
    public bool IsClientId => _bytes is [0, ..];

    public static ClientKey OfClientId(ReadOnlySpan<byte> clientId) => new([0, .. clientId]);

    public static ClientKey OfHardware(byte htype, ReadOnlySpan<byte> chaddr) => new([1, htype, .. chaddr]);

    /// <summary>A key as <see cref="Bytes"/> gave it, from the store.</summary>
    public static ClientKey FromStored(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    public bool Equals(ClientKey other) => _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => obj is ClientKey other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    public static bool operator ==(ClientKey left, ClientKey right) => left.Equals(right);

    public static bool operator !=(ClientKey left, ClientKey right) => !left.Equals(right);

    public override string ToString() => _bytes is null ? "none"
        : IsClientId ? "id:" + Convert.ToHexStringLower(_bytes.AsSpan(1))
        : "hw:" + Convert.ToHexStringLower(_bytes.AsSpan(1));
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
