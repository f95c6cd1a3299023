using System.Collections.Immutable;

namespace Cordwain.Management.Configuration.Syntax;

/// <summary>The entries of one mapping as they come: no key twice, and <c>&lt;&lt;</c> filled in from what it names.</summary>
sealed class MappingEntries(ProblemList problems)
{
    readonly List<ConfigEntry> _entries = [];
    readonly Dictionary<string, SourcePlace> _seen = new(StringComparer.Ordinal);
    readonly List<ConfigNode.Mapping> _merged = [];

    public void Add(ConfigNode.Scalar key, ConfigNode value)
    {
        if (key is { IsPlain: true, Text: "<<" })
        {
            Merge(value);
            return;
        }

        if (_seen.TryGetValue(key.Text, out var first))
        {
            problems.Error("CW4006", key.Place, $"The key `{key.Text}` stands here for the second time; the first is in line {first.Line}.", "Remove one of the two, or join their values.");
            return;
        }

        _seen.Add(key.Text, key.Place);
        _entries.Add(new(key.Text, key.Place, value));
    }

    /// <summary>What was written wins over what was merged; an earlier merge wins over a later one.</summary>
    public ImmutableArray<ConfigEntry> ToImmutable()
    {
        foreach (var entry in _merged.SelectMany(mapping => mapping.Entries))
        {
            if (_seen.TryAdd(entry.Key, entry.KeyPlace))
                _entries.Add(entry);
        }

        return [.. _entries];
    }

    void Merge(ConfigNode value)
    {
        foreach (var source in value is ConfigNode.Sequence list ? list.Items : [value])
        {
            if (source is ConfigNode.Mapping mapping)
                _merged.Add(mapping);
            else
                problems.Error("CW4008", source.Place, $"`<<` takes a mapping, or a list of them, and this is {source.Kind}.", "Name an anchor of a mapping: `<<: *name`.");
        }
    }
}
