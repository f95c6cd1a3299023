using Cordwain.Boot.Catalog;
using Cordwain.Management.Configuration.Keys;
using Cordwain.Management.Configuration.Syntax;

namespace Cordwain.Management.Configuration.Reading;

/// <summary>Reads the files of one image: a text, or a mapping with more to say.</summary>
sealed class FileReading(string? sha256, bool cache, ReadScope scope)
{
    readonly HashSet<string> _locations = new(StringComparer.Ordinal);

    /// <summary>How many different files were read.</summary>
    public int Count => _locations.Count;

    public BootFileRef? Read(ConfigNode node, string path)
    {
        if (node is not ConfigNode.Mapping)
            return PathKinds.Location.TryRead(node, path, scope, out var location) ? Make(location, sha256, cache) : null;
        if (ObjectReader.Open(node, FileKeys.Object, path, scope) is not { } reader || !reader.Try(FileKeys.File, out var file))
            return null;
        return Make(file, reader.OrNull(FileKeys.Sha256) ?? sha256, reader.Or(FileKeys.Cache, cache));
    }

    BootFileRef Make(string location, string? hash, bool viaServer)
    {
        _locations.Add(location);
        return new(location, hash, viaServer);
    }
}
