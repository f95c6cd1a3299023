namespace Cordwain.Boot.Menus.Ipxe;

/// <summary>Writes texts so that iPXE shows or passes them and does nothing else with them.</summary>
/// <remarks>
/// iPXE cuts a line at blanks, takes the words <c>||</c>, <c>&amp;&amp;</c>, <c>;</c> for operators and a word that begins with <c>#</c> for a comment,
/// and only then replaces <c>${…}</c>, again and again until none is left (ipxe src/core/exec.c, settings.c).
/// It knows no quotes and no escapes. A setting that does not exist is nothing, so it can stand between two characters that must not meet.
/// </remarks>
static class IpxeText
{
    const string Nothing = "${empty}";

    /// <summary>Text for people.</summary>
    public static string Title(string text) => Words(PlainText.Title(text));

    /// <summary>A message, which may run over several lines of the screen.</summary>
    public static string Message(string text) => Words(PlainText.Title(text, 400));

    /// <summary>Arguments for a kernel or a program.</summary>
    public static string Arguments(string text) => Words(PlainText.Arguments(text));

    /// <summary>A file name, URL or root path: one word.</summary>
    public static string Word(string text) => Words(PlainText.Word(text));

    /// <summary>True when the text holds what iPXE would take for one of its variables: it cannot be written as it stands.</summary>
    public static bool LooksLikeVariable(string text) => text.Contains("${", StringComparison.Ordinal);

    static string Words(string text)
    {
        var words = text.Split(' ').Select(Word);
        var line = string.Join(' ', words);
        return line.EndsWith('\\') ? line + Nothing : line;   // a backslash at its end would join the next line

        static string Word(string word)
        {
            // The replacing starts over after each variable, so no way of writing "${" survives it.
            word = word.Replace("${", "$[", StringComparison.Ordinal);
            return word switch
            {
                "||" or "&&" => word[..1] + Nothing + word[1..],
                ";" => Nothing + word,
                ['#', ..] => Nothing + word,
                _ => word,
            };
        }
    }
}
