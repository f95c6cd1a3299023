using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Cordwain.Protocols.Wire;

/// <summary>An IPv4 address in host order: a value, unlike <see cref="System.Net.IPAddress"/>.</summary>
public readonly record struct Ipv4Address(uint Value) : IComparable<Ipv4Address>
{
    public const int LongestText = 15;

    public static Ipv4Address Any => default;

    public static Ipv4Address Broadcast => new(uint.MaxValue);

    public bool IsAny => Value == 0;

    public override int GetHashCode() => SeededHash.Of(Value);

    /// <summary>Reads four decimal numbers with dots and nothing else: no octal, no hex, no short forms.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Ipv4Address address)
    {
        address = default;
        if (text is null || text.Split('.') is not { Length: 4 } parts)
            return false;

        uint value = 0;
        foreach (var part in parts)
        {
            if (part.Length is 0 or > 3 || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
                return false;
            value = (value << 8) | octet;
        }

        address = new(value);
        return true;
    }

    /// <exception cref="FormatException">The text is not an IPv4 address.</exception>
    public static Ipv4Address Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IPv4 address.");

    public static bool operator <(Ipv4Address left, Ipv4Address right) => left.Value < right.Value;

    public static bool operator >(Ipv4Address left, Ipv4Address right) => left.Value > right.Value;

    public static bool operator <=(Ipv4Address left, Ipv4Address right) => left.Value <= right.Value;

    public static bool operator >=(Ipv4Address left, Ipv4Address right) => left.Value >= right.Value;

    public int CompareTo(Ipv4Address other) => Value.CompareTo(other.Value);

    public override string ToString()
    {
        Span<char> text = stackalloc char[LongestText];
        return new(text[..Format(text)]);
    }

    /// <summary>Writes what <see cref="ToString"/> gives.</summary>
    /// <param name="text">Room for <see cref="LongestText"/> characters.</param>
    /// <returns>How many characters were written.</returns>
    public int Format(Span<char> text)
    {
        var length = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            var octet = Value >> shift & 255;
            if (octet >= 100)
                text[length++] = (char)('0' + octet / 100);
            if (octet >= 10)
                text[length++] = (char)('0' + octet / 10 % 10);
            text[length++] = (char)('0' + octet % 10);
            if (shift > 0)
                text[length++] = '.';
        }

        return length;
    }
}
