using System.Text;

namespace Cordwain.Management.Import.Draft;

/// <summary>YAML to be written: scalars, lists and mappings with comments. Writes only what reads back the same.</summary>
abstract class YamlNode
{
    /// <summary>Stands behind the line on which the node begins.</summary>
    public string? Comment { get; init; }

    /// <param name="text">Quoted where it must be.</param>
    public static YamlNode Of(string text) => new Scalar(text);

    public static YamlNode Of(IReadOnlyList<string> values) => values is [var one] ? Of(one) : List(values);

    public static YamlNode List(IEnumerable<string> values) => new Sequence([.. values.Select(Of)], inline: true);

    public sealed class Scalar(string text) : YamlNode
    {
        public string Text => text;
    }

    public sealed class Sequence(List<YamlNode> items, bool inline = false) : YamlNode
    {
        public List<YamlNode> Items => items;
        public bool Inline => inline && items.TrueForAll(item => item is Scalar);
    }

    public sealed class Mapping(bool inline = false) : YamlNode
    {
        public List<(string Key, YamlNode Value)> Entries { get; } = [];

        public bool Inline => inline;

        public Mapping Add(string key, YamlNode? value)
        {
            if (value is not null)
                Entries.Add((key, value));
            return this;
        }

        public Mapping Add(string key, string? value) => Add(key, value is null ? null : Of(value));

        public Mapping AddMany(string key, IReadOnlyCollection<string> values) => values.Count == 0 ? this : Add(key, Of([.. values]));
    }

    public string Write()
    {
        var text = new StringBuilder();
        WriteBlock(text, this, 0);
        return text.ToString();
    }

    static void WriteBlock(StringBuilder text, YamlNode node, int indent)
    {
        if (node is Mapping mapping)
        {
            foreach (var (key, value) in mapping.Entries)
                WriteEntry(text.Append(' ', indent).Append(Quoted(key)).Append(':'), value, indent);
        }
        else if (node is Sequence list)
        {
            foreach (var item in list.Items)
                WriteItem(text.Append(' ', indent).Append('-'), item, indent);
        }
    }

    static void WriteEntry(StringBuilder text, YamlNode value, int indent)
    {
        if (TryInline(value, Widest - indent) is { } inline)
        {
            End(text.Append(' ').Append(inline), value);
            return;
        }

        End(text, value);
        WriteBlock(text, value, indent + 2);
    }

    static void WriteItem(StringBuilder text, YamlNode item, int indent)
    {
        if (TryInline(item, Widest - indent) is { } inline)
        {
            End(text.Append(' ').Append(inline), item);
            return;
        }

        if (item is not Mapping { Entries: [var first, ..] } mapping)
        {
            End(text, item);
            WriteBlock(text, item, indent + 2);
            return;
        }

        // The first key stands on the dash's line; the comment of the whole goes there too.
        var start = text.Length;
        WriteBlock(text.Append(' '), mapping, indent + 2);
        text.Remove(start + 1, indent + 2);
        var end = text.ToString().IndexOf('\n', start);
        if (item.Comment is { } comment && first.Value.Comment is null)
            text.Insert(end, $"   # {comment}");
    }

    static void End(StringBuilder text, YamlNode node) => text.Append(node.Comment is null ? "" : $"   # {node.Comment}").Append('\n');

    static string? TryInline(YamlNode node, int room)
    {
        var text = node switch
        {
            Scalar scalar => Quoted(scalar.Text),
            Sequence { Items.Count: 0 } => "[]",
            Mapping { Entries.Count: 0 } => "{}",
            Sequence { Inline: true } list => $"[{string.Join(", ", list.Items.Select(item => Quoted(((Scalar)item).Text)))}]",
            Mapping { Inline: true } mapping when mapping.Entries.Select(entry => (entry.Key, Text: TryInline(entry.Value, room))).ToArray() is var parts && parts.All(part => part.Text is not null) =>
                $"{{ {string.Join(", ", parts.Select(part => $"{Quoted(part.Key)}: {part.Text}"))} }}",
            Sequence list when list.Items.TrueForAll(item => item is Mapping { Inline: true }) && list.Items.Count == 1 && TryInline(list.Items[0], room) is { } one => $"[{one}]",
            _ => null,
        };
        return text is not null && (node is Scalar || text.Length <= room) ? text : null;
    }

    /// <summary>Plain where YAML reads it as the same text in any place, else between double quotes.</summary>
    public static string Quoted(string text) => IsPlain(text) ? text : DoubleQuoted(text);

    static bool IsPlain(string text)
    {
        if (text.Length == 0 || !(char.IsAsciiLetterOrDigit(text[0]) || text[0] is '/' or '.' or '_') || text[^1] is ' ' or ':')
            return false;
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && " /._:=+-()@;~$^".IndexOf(character, StringComparison.Ordinal) < 0)
                return false;
        }

        return !text.Contains(": ", StringComparison.Ordinal) && text is not "null";
    }

    static string DoubleQuoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' or '\\' => quoted.Append('\\').Append(character),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                < ' ' or (>= '\x7f' and <= '\xa0') or '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff' => quoted.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ when char.IsSurrogate(character) => quoted.Append('?'),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }

    const int Widest = 140;
}
