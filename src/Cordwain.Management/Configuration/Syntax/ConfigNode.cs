using System.Collections.Immutable;

namespace Cordwain.Management.Configuration.Syntax;

/// <summary>What YAML makes of the text, with the place of every part; exactly one of the nested cases.</summary>
abstract record ConfigNode(SourcePlace Place)
{
    /// <summary>How messages call it.</summary>
    public abstract string Kind { get; }

    /// <summary>Nothing was written: <c>key:</c> with no value, <c>~</c>, <c>null</c>.</summary>
    public virtual bool IsNull => false;

    /// <param name="IsPlain">Written without quotes.</param>
    public sealed record Scalar(SourcePlace Place, string Text, bool IsPlain) : ConfigNode(Place)
    {
        public override string Kind => IsNull ? "nothing" : "a text";

        public override bool IsNull => IsPlain && Text is "" or "~" or "null";
    }

    public sealed record Sequence(SourcePlace Place, ImmutableArray<ConfigNode> Items) : ConfigNode(Place)
    {
        public override string Kind => "a list";
    }

    public sealed record Mapping(SourcePlace Place, ImmutableArray<ConfigEntry> Entries) : ConfigNode(Place)
    {
        public override string Kind => "a mapping";

        public ConfigEntry? Find(string key)
        {
            foreach (var entry in Entries)
            {
                if (entry.Key == key)
                    return entry;
            }

            return null;
        }
    }
}

readonly record struct ConfigEntry(string Key, SourcePlace KeyPlace, ConfigNode Value);
