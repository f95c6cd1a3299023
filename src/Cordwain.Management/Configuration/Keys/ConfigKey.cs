using System.Collections.Immutable;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>One key that an object of the configuration may have: all that validation, the schema and the manual say about it.</summary>
/// <param name="Doc">One sentence for the manual.</param>
abstract record ConfigKey(string Name, string Doc)
{
    public abstract ValueKind ValueKind { get; }

    /// <summary>As it would be written; null when there is none, or when <see cref="Doc"/> says it.</summary>
    public string? Default { get; init; }

    public bool Required { get; init; }

    /// <summary>Other words for the same thing, in dhcpd.conf, dnsmasq.conf or plain speech; only to suggest the right one.</summary>
    public ImmutableArray<string> Aka { get; init; } = [];
}

/// <summary>The row carries the type of its value.</summary>
sealed record ConfigKey<T>(string Name, ValueKind<T> Kind, string Doc) : ConfigKey(Name, Doc)
{
    public override ValueKind ValueKind => Kind;
}

/// <summary>One kind of mapping in the configuration.</summary>
/// <param name="Name">How the manual and the schema call it.</param>
sealed record ConfigObject(string Name, string Doc, ImmutableArray<ConfigKey> Keys)
{
    /// <summary>Names that will mean something one day: refused now, so that nobody uses them for something else.</summary>
    public ImmutableArray<string> Reserved { get; init; } = [];

    public ConfigKey? Find(string name)
    {
        foreach (var key in Keys)
        {
            if (key.Name == name)
                return key;
        }

        return null;
    }

    public string? Meant(string written) =>
        Keys.FirstOrDefault(key => key.Aka.Contains(written, StringComparer.OrdinalIgnoreCase))?.Name
        ?? NearNames.Nearest(written, Keys.Select(key => key.Name));
}
