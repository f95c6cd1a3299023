namespace Cordwain.Boot.Templates;

/// <summary>Texts that machines, not operators, wrote.</summary>
static class OutsideText
{
    const int MostCharacters = 128;

    /// <summary>The text as one word that quotes nothing and ends nothing, whatever it is put into: a serial number must not become a second kernel argument.</summary>
    /// <remarks>Blanks become underscores, as PXELINUX does with what it appends (SYSAPPEND).</remarks>
    public static string AsWord(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "";

        var word = text.Trim('\0', ' ', '\t', '\r', '\n');
        return string.Create(Math.Min(word.Length, MostCharacters), word, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = source[i] is > ' ' and < '\x7f' and not ('"' or '\'' or '`' or '\\' or '$' or '{' or '}') ? source[i] : '_';
        });
    }
}
