namespace Cordwain.Content.Folders;

/// <summary>The server's own data, of which nothing is served: leases, hashes of passwords, keys.</summary>
/// <remarks>
/// What is opened and closed by others beside it harms a store as well: closing takes its locks away (fcntl). So this is asked before a file is opened.
/// It is made once for a configuration, and knows the links that lay in the folder then.
/// </remarks>
public sealed class ClosedFolder
{
    readonly string? _data;
    readonly List<string> _folders = [], _files = [];
    readonly string[] _served;

    /// <param name="data">The data folder; null: there is none, and nothing is closed.</param>
    /// <param name="served">The folders that the configuration serves. One that lies in the data folder, such as <c>data/loaders</c>, is none of the data.</param>
    public ClosedFolder(string? data, IEnumerable<string> served)
    {
        _data = data is null ? null : RealPath.Of(data);
        _served = [.. served.Select(RealPath.Of).OfType<string>().Where(folder => !RealPath.IsSame(folder, _data))];
        if (_data is null)
            return;
        _folders.Add(_data);
        foreach (var target in LinkTargets(_data))
            (Directory.Exists(target) ? _folders : _files).Add(target);
    }

    public static ClosedFolder None { get; } = new(null, []);

    /// <summary>Whether a path without links (<see cref="RealPath"/>) is of the data.</summary>
    public bool Holds(string path) =>
        _folders.Exists(folder => RealPath.IsBelow(path, folder) && !Array.Exists(_served, own => RealPath.IsBelow(own, folder) && RealPath.IsBelow(path, own)))
        || _files.Exists(file => RealPath.IsBeside(path, file));

    /// <summary>Whether the data folder is a folder or lies in it.</summary>
    public bool LiesIn(string folder) => _data is not null && RealPath.Of(folder) is { } real && RealPath.IsBelow(_data, real);

    static string[] LinkTargets(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(info => info.LinkTarget is not null).Select(info => RealPath.Of(info.FullName)).OfType<string>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];   // missing, or not ours: then this process does not run on it
        }
    }
}
