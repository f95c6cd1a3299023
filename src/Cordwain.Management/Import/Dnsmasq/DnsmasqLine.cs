using System.Collections.Immutable;
using System.Text;

namespace Cordwain.Management.Import.Dnsmasq;

/// <summary>One line of dnsmasq.conf: an option of its command line without the dashes.</summary>
/// <param name="Fields">The value, taken apart at its commas; empty when there is none.</param>
sealed record DnsmasqLine(string Key, string Value, ImmutableArray<string> Fields, ImportPlace Place)
{
    /// <summary>All lines that say something.</summary>
    public static IEnumerable<DnsmasqLine> Read(string text, string file)
    {
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = WithoutComment(raw).Trim();
            if (line.Length == 0)
                continue;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var key = (equals < 0 ? line : line[..equals]).Trim().ToLowerInvariant();
            var value = equals < 0 ? "" : line[(equals + 1)..].Trim();
            yield return new(key, Unquoted(value), value.Length == 0 ? [] : [.. Split(value)], new(file, number, raw.Length - raw.TrimStart().Length + 1));
        }
    }

    public override string ToString() => Key + (Value.Length == 0 ? "" : "=" + (Value.Length <= 80 ? Value : Value[..77] + "..."));

    /// <summary>A comment begins at the line's start or behind a blank, outside of quotes.</summary>
    static string WithoutComment(string line)
    {
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == '#' && !quoted && (i == 0 || char.IsWhiteSpace(line[i - 1])))
                return line[..i];
        }

        return line;
    }

    static IEnumerable<string> Split(string value)
    {
        var field = new StringBuilder();
        var quoted = false;
        foreach (var character in value)
        {
            if (character == '"')
                quoted = !quoted;
            else if (character == ',' && !quoted)
            {
                yield return field.ToString().Trim();
                field.Clear();
            }
            else
                field.Append(character);
        }

        yield return field.ToString().Trim();
    }

    static string Unquoted(string value) => value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;
}
