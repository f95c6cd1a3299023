using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Cordwain.Management.Import.Dhcpd;

enum DhcpdTokenKind
{
    Word,
    Text,
    Mark,
}

/// <param name="Text">Of a text: without quotes, escapes resolved, one character a byte.</param>
readonly record struct DhcpdToken(DhcpdTokenKind Kind, string Text, ImportPlace Place)
{
    public bool Is(string word) => Kind != DhcpdTokenKind.Text && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Kind == DhcpdTokenKind.Text ? $"\"{Text}\"" : Text;
}

/// <summary>Cuts dhcpd.conf up (dhcpd.conf(5)): words, texts between quotes, and marks.</summary>
static class DhcpdLexer
{
    public static List<DhcpdToken> Read(string text, string file)
    {
        var tokens = new List<DhcpdToken>();
        var (line, lineStart) = (1, 0);
        for (var at = 0; at < text.Length;)
        {
            var character = text[at];
            if (character == '\n')
            {
                line++;
                lineStart = ++at;
            }
            else if (char.IsWhiteSpace(character) || character == '\0')
            {
                at++;
            }
            else if (character == '#')
            {
                at = text.IndexOf('\n', at) is var end and >= 0 ? end : text.Length;
            }
            else
            {
                var place = new ImportPlace(file, line, at - lineStart + 1);
                var start = at;
                tokens.Add(character == '"' ? ReadText(text, ref at, place) : ReadWord(text, ref at, place));
                for (var i = start; i < at; i++)
                {
                    if (text[i] == '\n')
                        (line, lineStart) = (line + 1, i + 1);
                }
            }
        }

        return tokens;
    }

    static DhcpdToken ReadWord(string text, ref int at, ImportPlace place)
    {
        var start = at;
        if (IsMark(text[at]))
        {
            at += at + 1 < text.Length && text[at] is '!' or '~' && text[at + 1] is '=' or '~' ? 2 : 1;
            return new(DhcpdTokenKind.Mark, text[start..at], place);
        }

        while (at < text.Length && !IsMark(text[at]) && !char.IsWhiteSpace(text[at]) && text[at] is not ('"' or '#' or '\0'))
            at++;
        return new(DhcpdTokenKind.Word, text[start..at], place);
    }

    static DhcpdToken ReadText(string text, ref int at, ImportPlace place)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] != '\\' || at + 1 >= text.Length)
            {
                value.Append(text[at]);
                continue;
            }

            at++;
            value.Append(text[at] switch
            {
                't' => '\t',
                'r' => '\r',
                'n' => '\n',
                'b' => '\b',
                'x' when at + 2 < text.Length && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) => Skip(ref at, 2, hex),
                >= '0' and <= '3' when at + 2 < text.Length && text[at + 1] is >= '0' and <= '7' && text[at + 2] is >= '0' and <= '7' =>
                    Skip(ref at, 2, (byte)(((text[at] - '0') << 6) | ((text[at + 1] - '0') << 3) | (text[at + 2] - '0'))),
                var other => other,
            });
        }

        at = Math.Min(at + 1, text.Length);
        return new(DhcpdTokenKind.Text, value.ToString(), place);

        static char Skip(ref int at, int count, byte value)
        {
            at += count;
            return (char)value;
        }
    }

    static bool IsMark(char character) => character is '{' or '}' or '(' or ')' or ';' or ',' or '=' or '!' or '~' or '<' or '>';
}

/// <summary>A statement: its words, and for a declaration what stands between its braces.</summary>
sealed record DhcpdStatement(ImmutableArray<DhcpdToken> Words, ImmutableArray<DhcpdStatement>? Body)
{
    public ImportPlace Place => Words[0].Place;

    public bool Begins(params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (i >= Words.Length || !Words[i].Is(words[i]))
                return false;
        }

        return true;
    }

    public string Last => Words[^1].Text;

    public string this[int index] => index < Words.Length ? Words[index].Text : "";

    public override string ToString() => string.Join(' ', Words);
}

/// <summary>Builds the tree of statements. What does not end, or lies too deep, is reported and left out.</summary>
sealed class DhcpdParser(string text, string file, ImportReport report)
{
    const int MostDepth = 32;

    readonly List<DhcpdToken> _tokens = DhcpdLexer.Read(text, file);
    int _at;

    public ImmutableArray<DhcpdStatement> Read()
    {
        var statements = ImmutableArray.CreateBuilder<DhcpdStatement>();
        while (_at < _tokens.Count)
        {
            statements.AddRange(Block(0));
            if (_at < _tokens.Count)
                report.LeftOut("CW6002", _tokens[_at++].Place, "`}` closes nothing.", "Look for a brace too many above it.");
        }

        return statements.ToImmutable();
    }

    /// <summary>Statements up to a closing brace, which is not taken.</summary>
    ImmutableArray<DhcpdStatement> Block(int depth)
    {
        var statements = ImmutableArray.CreateBuilder<DhcpdStatement>();
        while (_at < _tokens.Count && !_tokens[_at].Is("}"))
        {
            if (Statement(depth) is { } statement)
                statements.Add(statement);
        }

        return statements.ToImmutable();
    }

    DhcpdStatement? Statement(int depth)
    {
        var words = ImmutableArray.CreateBuilder<DhcpdToken>();
        for (var braces = 0; _at < _tokens.Count; _at++)
        {
            var token = _tokens[_at];
            if (token.Is(";") && braces == 0)
            {
                _at++;
                return words.Count == 0 ? null : new(words.ToImmutable(), null);
            }

            // option x code 1 = { ip-address, integer 8 };
            if (words.Count > 0 && words[0].Is("option") && token.Is("{"))
                braces++;
            else if (token.Is("}") && braces > 0)
                braces--;
            else if (token.Is("{"))
                return WithBody(words.ToImmutable(), depth);
            else if (token.Is("}"))
                break;
            words.Add(token);
        }

        if (words.Count > 0)
            report.LeftOut("CW6002", words[0].Place, $"`{Shortened(string.Join(' ', words))}` does not end.", "Put a `;` behind it.");
        return null;
    }

    DhcpdStatement? WithBody(ImmutableArray<DhcpdToken> words, int depth)
    {
        var place = _tokens[_at++].Place;
        if (depth >= MostDepth)
        {
            report.LeftOut("CW6002", place, "Declarations are nested too deep here.", "Take the innermost ones apart.");
            Skip();
            return null;
        }

        var body = Block(depth + 1);
        if (_at < _tokens.Count)
            _at++;
        else
            report.LeftOut("CW6002", place, "`{` is never closed.", "Look for the missing `}`; what follows it was read as if it stood inside.");
        return words.IsEmpty ? null : new(words, body);
    }

    void Skip()
    {
        for (var open = 1; _at < _tokens.Count && open > 0; _at++)
            open += _tokens[_at].Is("{") ? 1 : _tokens[_at].Is("}") ? -1 : 0;
    }

    public static string Shortened(string text) => text.Length <= 80 ? text : text[..77] + "...";
}
