using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Cordwain.Protocols.Wire;

/// <summary>A 48-bit Ethernet address in the low bits of a number: a value that compares and hashes quickly.</summary>
public readonly record struct MacAddress(ulong Value) : IComparable<MacAddress>
{
    public const int Length = 6, TextLength = 17;

    public bool IsZero => Value == 0;

    /// <summary>The group bit: never the address of one machine.</summary>
    public bool IsMulticast => (Value & 0x0100_0000_0000) != 0;

    /// <exception cref="ArgumentException">Not six bytes.</exception>
    public static MacAddress FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException("A MAC address has six bytes.", nameof(bytes));
        return new(((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));
    }

    public override int GetHashCode() => SeededHash.Of(Value);

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(Value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)Value);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Reads twelve hex digits, bare or in pairs between colons or dashes, in either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MacAddress mac)
    {
        mac = default;
        if (text is null)
            return false;

        var digits = text;
        if (text.Length == 17)
        {
            var separator = text[2];
            if (separator is not (':' or '-'))
                return false;
            for (var i = 2; i < 17; i += 3)
            {
                if (text[i] != separator)
                    return false;
            }

            digits = text.Replace(separator.ToString(), "", StringComparison.Ordinal);
        }

        if (digits.Length != 12 || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        mac = new(value);
        return true;
    }

    /// <exception cref="FormatException">The text is not a MAC address.</exception>
    public static MacAddress Parse(string text) =>
        TryParse(text, out var mac) ? mac : throw new FormatException($"'{text}' is not a MAC address.");

    public int CompareTo(MacAddress other) => Value.CompareTo(other.Value);

    public static bool operator <(MacAddress left, MacAddress right) => left.Value < right.Value;

    public static bool operator >(MacAddress left, MacAddress right) => left.Value > right.Value;

    public static bool operator <=(MacAddress left, MacAddress right) => left.Value <= right.Value;

    public static bool operator >=(MacAddress left, MacAddress right) => left.Value >= right.Value;

    /// <summary>Lower case with colons: <c>52:54:00:12:34:56</c>.</summary>
    public override string ToString() => Format(':');

    /// <summary>Lower case with dashes, as PXELINUX and BMCs write it: <c>52-54-00-12-34-56</c>.</summary>
    public string ToDashed() => Format('-');

    /// <summary>Writes what <see cref="ToString"/> gives.</summary>
    /// <returns>The part of <paramref name="text"/> that was written, of <see cref="TextLength"/> characters.</returns>
    public Span<char> Format(Span<char> text)
    {
        Write(text, Value, ':');
        return text[..TextLength];
    }

    string Format(char separator) => string.Create(TextLength, (Value, separator), static (text, state) => Write(text, state.Value, state.separator));

    static void Write(Span<char> text, ulong value, char separator)
    {
        for (var i = 0; i < Length; i++)
        {
            var octet = (byte)(value >> (40 - 8 * i));
            text[3 * i] = Digit(octet >> 4);
            text[3 * i + 1] = Digit(octet & 15);
            if (i < 5)
                text[3 * i + 2] = separator;
        }

        static char Digit(int value) => (char)(value < 10 ? '0' + value : 'a' + value - 10);
    }
}
