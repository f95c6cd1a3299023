using System.Globalization;

namespace Cordwain.Protocols.Wire;

/// <summary>An IPv4 network: its first address and the length of its prefix, 0 to 32.</summary>
public readonly record struct Ipv4Network
{
    /// <param name="address">Any address of the network; bits beyond the prefix are cleared.</param>
    /// <param name="prefixLength">0 to 32 bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">The prefix length is over 32.</exception>
    public Ipv4Network(Ipv4Address address, int prefixLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)prefixLength, 32u);
        PrefixLength = prefixLength;
        Address = new(address.Value & MaskOf(prefixLength));
    }

    public Ipv4Address Address { get; }

    public int PrefixLength { get; }

    public Ipv4Address Mask => new(MaskOf(PrefixLength));

    /// <summary>The directed broadcast address; the network's own address when the prefix is 31 or 32.</summary>
    public Ipv4Address Broadcast => PrefixLength >= 31 ? Address : new(Address.Value | ~MaskOf(PrefixLength));

    /// <summary>The last address of the network.</summary>
    public Ipv4Address Last => new(Address.Value | ~MaskOf(PrefixLength));

    public bool Contains(Ipv4Address address) => (address.Value & MaskOf(PrefixLength)) == Address.Value;

    public bool Overlaps(Ipv4Network other) => Contains(other.Address) || other.Contains(Address);

    /// <summary>Reads <c>192.168.10.0/24</c>. Bits beyond the prefix are refused, as they are nearly always a slip.</summary>
    public static bool TryParse(string? text, out Ipv4Network network)
    {
        network = default;
        if (text is null || text.Split('/') is not [var first, var second]
            || !Ipv4Address.TryParse(first, out var address)
            || !int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 32)
            return false;

        network = new(address, length);
        return network.Address == address;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{PrefixLength}");

    static uint MaskOf(int prefixLength) => prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength);
}
