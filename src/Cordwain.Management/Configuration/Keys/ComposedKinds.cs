using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Cordwain.Management.Configuration.Reading;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>One value, or a list of such; each with its place.</summary>
sealed class OneOrMany<T>(ValueKind<T> item, string plural) : ValueKind<ImmutableArray<Placed<T>>>($"{item.Text} or a list of {plural}")
{
    public override JsonObject Schema => new()
    {
        ["anyOf"] = new JsonArray(item.Schema, new JsonObject { ["type"] = "array", ["items"] = item.Schema }),
    };

    public override IEnumerable<ConfigObject> Objects => item.Objects;

    public override bool TryRead(ConfigNode node, string path, ReadScope scope, out ImmutableArray<Placed<T>> value)
    {
        if (node is not ConfigNode.Sequence list)
        {
            value = item.TryRead(node, path, scope, out var only) ? [new(only, node.Place)] : [];
            return value.Length == 1;
        }

        return Items.TryRead(list, item, path, scope, out value);
    }
}

/// <summary>A list, even of one.</summary>
sealed class ListOf<T>(ValueKind<T> item, string plural) : ValueKind<ImmutableArray<Placed<T>>>($"a list of {plural}")
{
    public override JsonObject Schema => new() { ["type"] = "array", ["items"] = item.Schema };

    public override IEnumerable<ConfigObject> Objects => item.Objects;

    public override bool TryRead(ConfigNode node, string path, ReadScope scope, out ImmutableArray<Placed<T>> value)
    {
        value = [];
        if (node.IsNull)
            return true;
        if (node is ConfigNode.Sequence list)
            return Items.TryRead(list, item, path, scope, out value);
        scope.Problems.Error("CW4008", node.Place, $"{path} takes {Text}, and this is {node.Kind}.", "Begin each item on its own line with `- `.");
        return false;
    }
}

static class Items
{
    /// <summary>The items that read; false when one did not.</summary>
    public static bool TryRead<T>(ConfigNode.Sequence list, ValueKind<T> item, string path, ReadScope scope, out ImmutableArray<Placed<T>> values)
    {
        var read = ImmutableArray.CreateBuilder<Placed<T>>(list.Items.Length);
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (item.TryRead(list.Items[i], $"{path}[{i}]", scope, out var value))
                read.Add(new(value, list.Items[i].Place));
        }

        values = read.ToImmutable();
        return values.Length == list.Items.Length;
    }
}

/// <summary>A mapping with names of the operator's own; the values are read by whoever asks for them.</summary>
sealed class Named(ConfigObject value, string plural) : ValueKind<ImmutableArray<ConfigEntry>>($"a mapping from names to {plural}")
{
    public override JsonObject Schema => new() { ["type"] = new JsonArray("object", "null"), ["additionalProperties"] = SchemaRef.To(value) };

    public override IEnumerable<ConfigObject> Objects => [value];

    public override bool TryRead(ConfigNode node, string path, ReadScope scope, out ImmutableArray<ConfigEntry> entries) =>
        MappingOf.TryRead(node, path, Text, scope, out entries);
}

/// <summary>A mapping from texts to texts.</summary>
sealed class Texts(string text) : ValueKind<ImmutableArray<ConfigEntry>>(text)
{
    public override JsonObject Schema => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") },
    };

    public override bool TryRead(ConfigNode node, string path, ReadScope scope, out ImmutableArray<ConfigEntry> entries) =>
        MappingOf.TryRead(node, path, Text, scope, out entries);
}

static class MappingOf
{
    public static bool TryRead(ConfigNode node, string path, string expected, ReadScope scope, out ImmutableArray<ConfigEntry> entries)
    {
        entries = (node as ConfigNode.Mapping)?.Entries ?? [];
        if (node is ConfigNode.Mapping || node.IsNull)
            return true;
        scope.Problems.Error("CW4008", node.Place, $"{path} takes {expected}, and this is {node.Kind}.", "Write `name: value`, each on its own line below it.");
        return false;
    }
}

/// <summary>An object of its own, read by whoever asks for it.</summary>
sealed class Inner(ConfigObject value, string text) : ValueKind<ConfigNode>(text)
{
    public override JsonObject Schema => SchemaRef.To(value);

    public override IEnumerable<ConfigObject> Objects => [value];

    public override bool TryRead(ConfigNode node, string path, ReadScope scope, [MaybeNullWhen(false)] out ConfigNode read)
    {
        read = node;
        return true;
    }
}

/// <summary>A value of several shapes, told apart by whoever asks for it.</summary>
sealed class AnyOf(string text, ImmutableArray<ConfigObject> objects, Func<JsonObject> schema) : ValueKind<ConfigNode>(text)
{
    public override JsonObject Schema => schema();

    public override IEnumerable<ConfigObject> Objects => objects;

    public override bool TryRead(ConfigNode node, string path, ReadScope scope, [MaybeNullWhen(false)] out ConfigNode read)
    {
        read = node;
        return true;
    }
}

static class SchemaRef
{
    public static JsonObject To(ConfigObject target) => new() { ["$ref"] = $"#/$defs/{target.Name}" };
}
