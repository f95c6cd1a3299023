using System.Diagnostics.CodeAnalysis;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>Reads the keys of one mapping. What is unknown or missing is reported when it is opened.</summary>
sealed class ObjectReader
{
    readonly ConfigNode.Mapping _mapping;
    readonly ConfigObject _object;
    readonly ReadScope _scope;

    ObjectReader(ConfigNode.Mapping mapping, ConfigObject @object, string path, ReadScope scope)
    {
        _mapping = mapping;
        _object = @object;
        _scope = scope;
        Path = path;
    }

    /// <summary>How messages name this object: <c>networks.rack-a</c>; empty for the file itself.</summary>
    public string Path { get; }

    public SourcePlace Place => _mapping.Place;

    /// <summary>A key was written that is not known: what seems to be missing may be what it meant.</summary>
    public bool HasUnknownKeys => _mapping.Entries.Any(entry => _object.Find(entry.Key) is null);

    /// <summary>Null when the node is no mapping; an empty value counts as an empty mapping.</summary>
    public static ObjectReader? Open(ConfigNode node, ConfigObject @object, string path, ReadScope scope)
    {
        var mapping = node.IsNull ? new ConfigNode.Mapping(node.Place, []) : node as ConfigNode.Mapping;
        if (mapping is null)
        {
            scope.Problems.Error("CW4008", node.Place, $"{(path.Length == 0 ? "The configuration" : path)} takes a mapping, and this is {node.Kind}.",
                $"Write keys with values below it: {string.Join(", ", @object.Keys.Take(4).Select(key => $"`{key.Name}`"))} …");
            return null;
        }

        var reader = new ObjectReader(mapping, @object, path, scope);
        reader.CheckKeys();
        return reader;
    }

    public bool Has(ConfigKey key) => _mapping.Find(key.Name) is { Value.IsNull: false };

    public ConfigNode? NodeOf(ConfigKey key) => _mapping.Find(key.Name)?.Value;

    /// <summary>Of the value; where the key is missing, of the object.</summary>
    public SourcePlace PlaceOf(ConfigKey key) => _mapping.Find(key.Name)?.Value.Place ?? Place;

    public SourcePlace KeyPlaceOf(ConfigKey key) => _mapping.Find(key.Name)?.KeyPlace ?? Place;

    public string PathOf(ConfigKey key) => PathOf(Path, key.Name);

    public static string PathOf(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>False when the key is missing or its value does not read; the latter has been reported.</summary>
    public bool Try<T>(ConfigKey<T> key, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        return _mapping.Find(key.Name) is { } entry && key.Kind.TryRead(entry.Value, PathOf(key), _scope, out value);
    }

    public T Or<T>(ConfigKey<T> key, T otherwise) => Try(key, out var value) ? value : otherwise;

    public T? OrNull<T>(ConfigKey<T> key) where T : class => Try(key, out var value) ? value : null;

    public T? OrNone<T>(ConfigKey<T> key) where T : struct => Try(key, out var value) ? value : null;

    void CheckKeys()
    {
        foreach (var entry in _mapping.Entries)
        {
            if (_object.Find(entry.Key) is null)
                Unknown(entry);
        }

        foreach (var key in _object.Keys)
        {
            if (key.Required && _mapping.Find(key.Name) is null)
                _scope.Problems.Error("CW4009", Place, $"{(Path.Length == 0 ? "The configuration" : Path)} lacks `{key.Name}`.", $"Add `{key.Name}:` with {key.ValueKind.Text}.");
        }
    }

    void Unknown(ConfigEntry entry)
    {
        var path = PathOf(Path, entry.Key);
        if (_object.Reserved.Contains(entry.Key))
            _scope.Problems.Error("CW4016", entry.KeyPlace, $"{path} is reserved for later: this version does not have it yet.", "Remove it.");
        else if (_object.Meant(entry.Key) is { } meant)
            _scope.Problems.Error("CW4007", entry.KeyPlace, $"{path}: the key `{entry.Key}` is not known.", $"Did you mean `{meant}`?");
        else
            _scope.Problems.Error("CW4007", entry.KeyPlace, $"{path}: the key `{entry.Key}` is not known.", $"Known here: {string.Join(", ", _object.Keys.Select(key => key.Name))}.");
    }
}
