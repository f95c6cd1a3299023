using System.Collections.Immutable;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>Puts <c>CORDWAIN_HTTP_PORT</c> and <c>--http-port</c> into the tree, as if the file said so.</summary>
static class Overrides
{
    const string Prefix = "CORDWAIN_";

    // Read by the command line itself.
    static readonly string[] Elsewhere = ["config", "no-install", "no-web", "home", "socket"];

    /// <summary>The keys that can be overridden: those with one value, at the top or one level below.</summary>
    public static IEnumerable<(string Name, ConfigKey? Group, ConfigKey Key)> Known =>
        RootKeys.Object.Keys.SelectMany(key => key switch
        {
            _ when key == RootKeys.Menu => [("menu-timeout", key, MenuKeys.Timeout), ("menu-default", key, MenuKeys.Default), ("menu-title", key, MenuKeys.Title)],
            { ValueKind: Inner inner } => inner.Objects.Single().Keys.Select(part => ($"{key.Name}-{part.Name}", (ConfigKey?)key, part)),
            { ValueKind: ScalarKind<string> or OneOrMany<string> } => [(key.Name, null, key)],
            _ => Array.Empty<(string, ConfigKey?, ConfigKey)>(),
        });

    public static ConfigNode.Mapping Apply(ConfigNode.Mapping root, IReadOnlyDictionary<string, string> overrides, ProblemList problems)
    {
        foreach (var (variable, value) in overrides.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (NameOf(variable) is not { } name || Elsewhere.Contains(name))
                continue;
            var place = new SourcePlace(variable, 0, 0);
            var known = Known.ToArray();
            var (_, group, key) = Array.Find(known, candidate => candidate.Name == name);
            if (key is null)
            {
                var meant = NearNames.Nearest(name, known.Select(candidate => candidate.Name));
                problems.Warning("CW4080", place, $"{variable} overrides nothing: there is no such setting.",
                    meant is null ? "Those that exist are listed in docs/guide/configuration.md." : $"Did you mean `{(variable[0] == '-' ? "--" + meant : VariableOf(meant))}`?");
                continue;
            }

            ConfigNode node = key.ValueKind is OneOrMany<string>
                ? new ConfigNode.Sequence(place, [.. value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(item => new ConfigNode.Scalar(place, item, false))])
                : new ConfigNode.Scalar(place, value, false);
            root = group is null ? With(root, key.Name, node, place) : With(root, group.Name, With(root.Find(group.Name)?.Value as ConfigNode.Mapping ?? new ConfigNode.Mapping(place, []), key.Name, node, place), place);
        }

        return root;
    }

    public static string VariableOf(string name) => Prefix + name.ToUpperInvariant().Replace('-', '_');

    static string? NameOf(string variable) =>
        variable.StartsWith(Prefix, StringComparison.Ordinal) ? variable[Prefix.Length..].ToLowerInvariant().Replace('_', '-')
        : variable.StartsWith("--", StringComparison.Ordinal) ? variable[2..]
        : null;

    static ConfigNode.Mapping With(ConfigNode.Mapping mapping, string key, ConfigNode value, SourcePlace place)
    {
        var index = mapping.Entries.Select(entry => entry.Key).ToImmutableArray().IndexOf(key);
        return mapping with
        {
            Entries = index < 0 ? mapping.Entries.Add(new(key, place, value)) : mapping.Entries.SetItem(index, mapping.Entries[index] with { Value = value }),
        };
    }
}
