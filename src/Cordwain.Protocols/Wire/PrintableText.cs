using System.Globalization;
using System.Text;

namespace Cordwain.Protocols.Wire;

/// <summary>Makes text from the wire safe to show: in a terminal, a log line, a page.</summary>
public static class PrintableText
{
    /// <summary>The text in double quotes; quotes, backslashes and whatever is not a printable ASCII character escaped.</summary>
    public static string Quote(ReadOnlySpan<byte> latin1)
    {
        var text = new StringBuilder(latin1.Length + 2).Append('"');
        foreach (var octet in latin1)
            Append(text, (char)octet);
        return text.Append('"').ToString();
    }

    /// <inheritdoc cref="Quote(ReadOnlySpan{byte})"/>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var character in text)
            Append(quoted, character);
        return quoted.Append('"').ToString();
    }

    /// <summary>The text without quotes and as it is, but for control characters, which become <c>\u001b</c>: they would move a terminal's cursor.</summary>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Any(char.IsControl))
            return text;

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
            _ = char.IsControl(character) ? escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") : escaped.Append(character);
        return escaped.ToString();
    }

    static void Append(StringBuilder text, char character)
    {
        switch (character)
        {
            case '"' or '\\':
                text.Append('\\').Append(character);
                break;
            case '\n':
                text.Append("\\n");
                break;
            case '\r':
                text.Append("\\r");
                break;
            case '\t':
                text.Append("\\t");
                break;
            case >= ' ' and <= '~':
                text.Append(character);
                break;
            case > '\xff':
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
                break;
        }
    }
}
