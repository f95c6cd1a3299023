using System.Text;

namespace Cordwain.Boot.Menus.Grub;

/// <summary>Writes texts so that GRUB's script language takes each for one word.</summary>
static class GrubText
{
    /// <summary>Text for people, quoted.</summary>
    public static string Title(string text) => Quoted(PlainText.Title(text) is { Length: > 0 } title ? title : " ");

    /// <summary>A message, which may run over several lines of the screen, quoted.</summary>
    public static string Message(string text) => Quoted(PlainText.Title(text, 400));

    /// <summary>One word. Between single quotes nothing is special; the quote itself goes between (GRUB manual §6.1.2).</summary>
    public static string Quoted(string text) => "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    /// <summary>A file name or the like: as it stands where that is safe.</summary>
    public static string Word(string text)
    {
        var word = PlainText.Word(text);
        return word.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or '+' or '(' or ')' or ',' or ':' or '=' or '%') ? word : Quoted(word);
    }

    /// <summary>Arguments for a kernel, each one a word. Double quotes hold an argument together and go: GRUB puts them back around one that has blanks.</summary>
    public static string Arguments(string text)
    {
        var line = new StringBuilder();
        foreach (var argument in Split(PlainText.Arguments(text)))
            line.Append(' ').Append(Quoted(argument));
        return line.ToString();
    }

    static IEnumerable<string> Split(string text)
    {
        var word = new StringBuilder();
        var quoted = false;
        foreach (var c in text)
        {
            if (c == '"')
                quoted = !quoted;
            else if (c == ' ' && !quoted)
            {
                if (word.Length > 0)
                    yield return word.ToString();
                word.Clear();
            }
            else
                word.Append(c);
        }

        if (word.Length > 0)
            yield return word.ToString();
    }
}
