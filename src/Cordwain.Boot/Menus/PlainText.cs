using System.Globalization;
using System.Text;

namespace Cordwain.Boot.Menus;

/// <summary>Text made fit for loaders before each dialect escapes what is special in it alone.</summary>
static class PlainText
{
    const int MostTitleCharacters = 70;   // a menu line is 80 columns less its frame

    // Loaders draw bytes, in code page 437 or Latin-1: letters with marks lose them rather than turn into others.
    const string Accented = "ÀÁÂÃÅàáâãåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕØòóôõøÙÚÛùúûÝýÿ";
    const string Bare = "AAAAAaaaaaCcEEEEeeeeIIIIiiiiNnOOOOOoooooUUUuuuYyy";

    static readonly Dictionary<char, string> Folded = new()
    {
        ['Ä'] = "Ae",
        ['ä'] = "ae",
        ['Ö'] = "Oe",
        ['ö'] = "oe",
        ['Ü'] = "Ue",
        ['ü'] = "ue",
        ['ß'] = "ss",
        ['Æ'] = "AE",
        ['æ'] = "ae",
        ['Œ'] = "OE",
        ['œ'] = "oe",
        ['–'] = "-",
        ['—'] = "-",
        ['‘'] = "'",
        ['’'] = "'",
        ['“'] = "\"",
        ['”'] = "\"",
        ['…'] = "...",
        [' '] = " ",
        ['×'] = "x",
        ['→'] = "->",
        ['•'] = "*",
    };

    /// <summary>One line of printable ASCII: line breaks and tabs become blanks, control characters go, other letters are written without marks or as <c>?</c>.</summary>
    /// <param name="most">Characters; the rest is left out.</param>
    public static string Title(string text, int most = MostTitleCharacters)
    {
        var line = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= most)
                break;
            if (rune.IsAscii && rune.Value >= ' ' && rune.Value < 0x7f)
                line.Append((char)rune.Value);
            else if (Rune.IsWhiteSpace(rune) && !IsBlankAtEnd(line))
                line.Append(' ');
            else if (!Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune))
                line.Append(Fold(rune));
        }

        return line.ToString().Trim();
    }

    /// <summary>Arguments for a kernel: one line, no control characters, anything else as it stands.</summary>
    public static string Arguments(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            line.Append(Rune.IsControl(rune) || rune == Rune.ReplacementChar ? " " : rune.ToString());
        return string.Join(' ', line.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A file name, URL or such: one word. Blanks and control characters are percent-encoded.</summary>
    public static string Word(string text)
    {
        var word = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is > (byte)' ' and < 0x7f)
                word.Append((char)b);
            else
                word.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return word.ToString();
    }

    static bool IsBlankAtEnd(StringBuilder line) => line.Length > 0 && line[^1] == ' ';

    static string Fold(Rune rune) =>
        !rune.IsBmp ? "?"
        : Folded.TryGetValue((char)rune.Value, out var text) ? text
        : Accented.IndexOf((char)rune.Value, StringComparison.Ordinal) is >= 0 and var index ? Bare[index].ToString()
        : "?";
}
