namespace Cordwain.Protocols.Wire;

/// <summary>Addresses from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
public readonly record struct AddressRange(Ipv4Address First, Ipv4Address Last)
{
    /// <summary>How many addresses; 0 when the range is upside down.</summary>
    public long Count => Last < First ? 0 : (long)Last.Value - First.Value + 1;

    public bool Contains(Ipv4Address address) => address >= First && address <= Last;

    /// <summary>Reads <c>192.168.10.50-192.168.10.200</c> or one address.</summary>
    public static bool TryParse(string? text, out AddressRange range)
    {
        range = default;
        var parts = text?.Split('-', StringSplitOptions.TrimEntries);
        if (parts is not { Length: 1 or 2 } || !Ipv4Address.TryParse(parts[0], out var first) || !Ipv4Address.TryParse(parts[^1], out var last) || last < first)
            return false;

        range = new(first, last);
        return true;
    }

    public override string ToString() => First == Last ? First.ToString() : $"{First}-{Last}";
}
