namespace Cordwain.Content.Folders;

/// <summary>The server's own data, of which nothing is served: leases, hashes of passwords, keys.</summary>
/// <remarks>
/// What is opened and closed by others beside it harms a store as well: closing takes its locks away (fcntl). So this is asked before a file is opened.
/// It is made once for a configuration, and knows where the stores lay then: each may be a link to another disk.
/// </remarks>
public sealed class ClosedFolder
{
    static readonly string[] Stores = ["leases.db", "objects.db", "journal.db"];

    readonly string? _data;
    readonly string[] _served, _stores;

    /// <param name="data">The data folder; null: there is none, and nothing is closed.</param>
    /// <param name="served">The folders that the configuration serves. One that lies in the data folder, such as <c>data/loaders</c>, is none of the data.</param>
    public ClosedFolder(string? data, IEnumerable<string> served)
    {
        _data = data is null ? null : RealPath.Of(data);
        _served = [.. served.Select(RealPath.Of).OfType<string>().Where(folder => !RealPath.IsSame(folder, _data))];
        _stores = _data is null ? [] : [.. Stores.Select(name => RealPath.Of(Path.Join(_data, name))).OfType<string>()];
    }

    public static ClosedFolder None { get; } = new(null, []);

    /// <summary>Whether a path without links (<see cref="RealPath"/>) is of the data.</summary>
    public bool Holds(string path) =>
        _data is not null && RealPath.IsBelow(path, _data) && !Array.Exists(_served, own => RealPath.IsBelow(own, _data) && RealPath.IsBelow(path, own))
        || Array.Exists(_stores, store => RealPath.IsBeside(path, store));

    /// <summary>Whether the data folder is a folder or lies in it.</summary>
    public bool LiesIn(string folder) => _data is not null && RealPath.Of(folder) is { } real && RealPath.IsBelow(_data, real);
}
