using YamlDotNet.Core;

namespace Cordwain.Management.Configuration.Syntax;

/// <summary>The usual slip behind a YAML error, guessed from the lines around it.</summary>
static class YamlHints
{
    public static string For(string text, YamlException exception)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var index = Math.Clamp((int)exception.Start.Line - 1, 0, lines.Length - 1);
        var line = lines[index];
        var value = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();

        if (exception.Message.Contains("names no anchor", StringComparison.Ordinal))
            return "A pattern that begins with `*` needs quotes: \"*:34:56\".";
        if (value.StartsWith("{{", StringComparison.Ordinal))
            return "A value that begins with `{{` needs quotes: '{{ … }}'.";
        if (value.StartsWith('@') || value.StartsWith('`') || value.StartsWith('%'))
            return $"A value that begins with `{value[0]}` needs quotes.";
        if (value.Contains(": ", StringComparison.Ordinal) && !value.StartsWith('{') && !value.StartsWith('['))
            return "A value that holds `: ` needs quotes.";
        if (value.Count(character => character == '"') == 1 || value.Count(character => character == '\'') == 1)
            return "A quote is opened and not closed.";
        if (OpenBracket(lines.AsSpan(0, index + 1)) is { } open)
            return $"The `{open.Bracket}` in line {open.Line} is not closed.";
        var above = lines.Take(index).LastOrDefault(other => other.Trim().Length > 0);
        if (above is not null && Indent(line) > Indent(above) && !above.TrimEnd().EndsWith(':'))
            return "The line is indented further than the one above it, which has a value already.";
        return "Look at the indentation and the quotes of this line and of the one above it.";
    }

    static int Indent(string line) => line.Length - line.TrimStart(' ').Length;

    /// <summary>The last bracket that is still open, comments and quoted texts left out.</summary>
    static (char Bracket, int Line)? OpenBracket(ReadOnlySpan<string> lines)
    {
        var open = new Stack<(char Bracket, int Line)>();
        for (var number = 1; number <= lines.Length; number++)
        {
            char? quote = null;
            foreach (var character in lines[number - 1])
            {
                if (quote is not null)
                    quote = character == quote ? null : quote;
                else if (character is '"' or '\'')
                    quote = character;
                else if (character == '#')
                    break;
                else if (character is '{' or '[')
                    open.Push((character, number));
                else if (character is '}' or ']')
                    open.TryPop(out _);
            }
        }

        return open.TryPeek(out var last) ? last : null;
    }
}
