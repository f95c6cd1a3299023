namespace Cordwain.Protocols.Wire;

/// <summary>Reads bytes written in hex by hand.</summary>
public static class HexText
{
    /// <summary>Reads pairs of hex digits, bare or separated by colons, dashes, dots or blanks (one digit may stand alone between separators, as in dhcpd).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out byte[] bytes)
    {
        var result = new List<byte>(text.Length / 2);
        bytes = [];
        while (!text.IsEmpty)
        {
            if (IsSeparator(text[0]))
            {
                text = text[1..];
                continue;
            }

            var length = text.IndexOfAny(":-. ") is var end and >= 0 ? end : text.Length;
            var group = text[..length];
            text = text[length..];
            if (group.Length == 1)
            {
                if (!char.IsAsciiHexDigit(group[0]))
                    return false;
                result.Add((byte)Digit(group[0]));
                continue;
            }

            if (group.Length % 2 != 0)
                return false;
            for (var i = 0; i < group.Length; i += 2)
            {
                if (!char.IsAsciiHexDigit(group[i]) || !char.IsAsciiHexDigit(group[i + 1]))
                    return false;
                result.Add((byte)((Digit(group[i]) << 4) | Digit(group[i + 1])));
            }
        }

        bytes = [.. result];
        return true;
    }

    static bool IsSeparator(char character) => character is ':' or '-' or '.' or ' ';

    static int Digit(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
