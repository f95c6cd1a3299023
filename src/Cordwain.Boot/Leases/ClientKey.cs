using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>Who a lease belongs to: the bytes of option 61, or without it hardware type and address (RFC 2131 §4.2). A value that compares by its bytes.</summary>
/// <remarks>The key of an Ethernet client, which nearly all are, is a number and needs no memory beside it.</remarks>
public readonly struct ClientKey : IEquatable<ClientKey>
{
    const byte OfId = 0, OfChaddr = 1, EthernetType = 1;

    readonly byte[]? _bytes;

    internal ClientKey(byte[] stored) => _bytes = stored;

    internal ClientKey(MacAddress ethernet) => Ethernet = ethernet.Value | Present;

    /// <summary>Set in <see cref="Ethernet"/> when it holds an address.</summary>
    internal const ulong Present = 1UL << 48;

    /// <summary>The address when the key is that of an Ethernet card, with <see cref="Present"/>; 0: it is not.</summary>
    internal ulong Ethernet { get; }

    /// <summary>What the store keeps, when that is more than <see cref="Ethernet"/>; nobody changes it.</summary>
    internal byte[]? Long => _bytes;

    /// <summary>A number for tables: that of equal keys is equal, different ones seldom share one.</summary>
    internal ulong IndexKey => Ethernet != 0 ? Ethernet : (uint)GetHashCode();

    /// <summary>What the store keeps: a mark of the kind, and the bytes of the identifier or of the hardware.</summary>
    public ReadOnlySpan<byte> Bytes => Ethernet == 0 ? _bytes : [OfChaddr, EthernetType, .. new MacAddress(Ethernet & ~Present).ToArray()];

    /// <summary>True when option 61 gave the key.</summary>
    public bool IsClientId => _bytes is [OfId, ..];

    public static ClientKey OfClientId(ReadOnlySpan<byte> clientId) => new([OfId, .. clientId]);

    public static ClientKey OfHardware(byte htype, ReadOnlySpan<byte> chaddr) =>
        htype == EthernetType && chaddr.Length == MacAddress.Length ? new(MacAddress.FromBytes(chaddr)) : new([OfChaddr, htype, .. chaddr]);

    /// <summary>A key as <see cref="Bytes"/> gave it, from the store.</summary>
    public static ClientKey FromStored(ReadOnlySpan<byte> bytes) =>
        bytes is [OfChaddr, EthernetType, .. { Length: MacAddress.Length } mac] ? new(MacAddress.FromBytes(mac)) : new(bytes.ToArray());

    public bool Equals(ClientKey other) => Ethernet == other.Ethernet && (Ethernet != 0 || _bytes.AsSpan().SequenceEqual(other._bytes));

    public override bool Equals(object? obj) => obj is ClientKey other && Equals(other);

    public override int GetHashCode() => Ethernet != 0 ? SeededHash.Of(Ethernet) : SeededHash.Of(_bytes);

    public static bool operator ==(ClientKey left, ClientKey right) => left.Equals(right);

    public static bool operator !=(ClientKey left, ClientKey right) => !left.Equals(right);

    public override string ToString() => this == default ? "none" : (IsClientId ? "id:" : "hw:") + Convert.ToHexStringLower(Bytes[1..]);
}
