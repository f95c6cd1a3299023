using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Cordwain.Management.Configuration.Keys;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Cordwain.Management.Configuration.Syntax;

/// <summary>Reads YAML into <see cref="ConfigNode"/>s, refusing what could cost more than a configuration is worth.</summary>
sealed class YamlTree
{
    const int MostBytes = 16 << 20, MostDepth = 50, MostNodes = 2_000_000;

    readonly string _file;
    readonly ProblemList _problems;
    readonly Scanner _scanner;
    readonly Parser _parser;
    readonly Dictionary<string, (ConfigNode Node, int Size)> _anchors = new(StringComparer.Ordinal);
    int _nodes;

    YamlTree(string text, string file, ProblemList problems)
    {
        _file = file;
        _problems = problems;
        _scanner = new Scanner(new StringReader(text));
        _parser = new Parser(_scanner);
    }

    /// <summary>The one document of a file; null when it is empty, or when <paramref name="problems"/> say why it cannot be read.</summary>
    public static ConfigNode? Parse(ReadOnlySpan<byte> bytes, string file, ProblemList problems)
    {
        if (bytes.Length > MostBytes)
        {
            problems.Error("CW4005", new(file, 0, 0), $"The file has {bytes.Length >> 20} MiB; a configuration has at most {MostBytes >> 20}.", "Check that this is the right file.");
            return null;
        }

        if (Decode(bytes, file, problems) is not { } text || FindTab(text, file, problems))
            return null;

        var tree = new YamlTree(text, file, problems);
        try
        {
            return tree.Document();
        }

        // YamlDotNet 18.1 lets these out: the first for some unclosed brackets, the second for a tag that is no URI.
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            var mark = tree._scanner.CurrentPosition;
            problems.Error("CW4003", Place(file, mark), "This is not YAML: the text cannot be read on from here.", YamlHints.For(text, new YamlException(mark, mark, "")));
            return null;
        }
        catch (TooMuch)
        {
            return null;
        }
        catch (YamlException exception)
        {
            problems.Error("CW4003", Place(file, exception.Start), $"This is not YAML: {Sentence(exception.Message)}", YamlHints.For(text, exception));
            return null;
        }
    }

    ConfigNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
            return null;

        _parser.Consume<DocumentStart>();
        var (root, _) = Node(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            Refuse(second.Start, "A second document begins here; the configuration is one document.", "Remove the line `---`, or put the rest into its own file.");
        return root.IsNull ? null : root;
    }

    (ConfigNode Node, int Size) Node(int depth)
    {
        var next = _parser.Current ?? throw new YamlException("The file ends too early.");
        if (depth > MostDepth)
            Refuse(next.Start, $"Lists and mappings are nested more than {MostDepth} deep.", "No key of the configuration needs that; check the brackets.");

        var result = next switch
        {
            AnchorAlias => ReadAlias(_parser.Consume<AnchorAlias>()),
            Scalar => ReadScalar(_parser.Consume<Scalar>()),
            SequenceStart => ReadSequence(_parser.Consume<SequenceStart>(), depth),
            MappingStart => ReadMapping(_parser.Consume<MappingStart>(), depth),
            _ => throw new YamlException(next.Start, next.End, "A value is missing."),
        };

        // An alias stands for all that its anchor holds: counted in full, so that aliases of aliases cannot grow without end.
        _nodes += next is AnchorAlias ? result.Size : 1;
        if (_nodes > MostNodes)
            Refuse(next.Start, "Anchors and aliases (`&name`, `*name`) make the file too large to read.", "Write the values out, or repeat fewer of them.");
        if (next is NodeEvent { Anchor.IsEmpty: false } anchored)
            _anchors[anchored.Anchor.Value] = result;
        return result;
    }

    (ConfigNode Node, int Size) ReadAlias(AnchorAlias alias)
    {
        if (_anchors.TryGetValue(alias.Value.Value, out var target))
            return target;
        throw new YamlException(alias.Start, alias.End, $"The alias `*{alias.Value.Value}` names no anchor above it");
    }

    (ConfigNode Node, int Size) ReadScalar(Scalar scalar)
    {
        CheckTag(scalar);
        return (new ConfigNode.Scalar(Place(_file, scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain), 1);
    }

    (ConfigNode Node, int Size) ReadSequence(SequenceStart start, int depth)
    {
        CheckTag(start);
        var items = ImmutableArray.CreateBuilder<ConfigNode>();
        var size = 1;
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            var (item, itemSize) = Node(depth + 1);
            items.Add(item);
            size = Sum(size, itemSize);
        }

        return (new ConfigNode.Sequence(Place(_file, start.Start), items.ToImmutable()), size);
    }

    (ConfigNode Node, int Size) ReadMapping(MappingStart start, int depth)
    {
        CheckTag(start);
        var entries = new MappingEntries(_problems);
        var size = 1;
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var (key, keySize) = Node(depth + 1);
            var (value, valueSize) = Node(depth + 1);
            size = Sum(size, Sum(keySize, valueSize));
            if (key is ConfigNode.Scalar name)
                entries.Add(name, value);
            else
                _problems.Error("CW4008", key.Place, $"A key must be a text, and this is {key.Kind}.", "Put a value that begins with `{{` or `[` between quotes: '{{ … }}'.");
        }

        return (new ConfigNode.Mapping(Place(_file, start.Start), entries.ToImmutable()), size);
    }

    static int Sum(int left, int right) => (int)Math.Min((long)left + right, MostNodes + 1L);

    void CheckTag(NodeEvent node)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && !node.Tag.Value.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal))
            _problems.Error("CW4003", Place(_file, node.Start), $"The tag `{node.Tag.Value}` means nothing here.", "Remove it; put a text that begins with `!` between quotes.");
    }

    void Refuse(Mark mark, string message, string fix)
    {
        _problems.Error("CW4005", Place(_file, mark), message, fix);
        throw new TooMuch();
    }

    static SourcePlace Place(string file, Mark mark) => new(file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    static string? Decode(ReadOnlySpan<byte> bytes, string file, ProblemList problems)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
        }
        catch (DecoderFallbackException exception)
        {
            var before = bytes[..Math.Clamp(exception.Index, 0, bytes.Length)];
            var place = new SourcePlace(file, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
            problems.Error("CW4002", place, "The file is not text in UTF-8.", "Save it as UTF-8; `iconv -f latin1 -t utf-8` converts from the older encoding.");
            return null;
        }
    }

    // YAML forbids tabs in indentation, and its parsers report them somewhere else.
    static bool FindTab(string text, string file, ProblemList problems)
    {
        var number = 0;
        var found = false;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var indent = line[..^line.TrimStart(" \t").Length];
            if (indent.Length == line.Length || line[indent.Length] == '#' || indent.IndexOf('\t') is not (>= 0 and var column))
                continue;
            problems.Error("CW4004", new(file, number, column + 1), "A tab stands in the indentation; YAML allows only spaces there.", "Replace it by spaces.");
            found = true;
        }

        return found;
    }

    static string Sentence(string message)
    {
        var trimmed = message.Trim().TrimEnd('.');
        return trimmed.Length == 0 ? "the text cannot be read." : char.ToLower(trimmed[0], CultureInfo.InvariantCulture) + trimmed[1..] + ".";
    }

    sealed class TooMuch : Exception;
}
