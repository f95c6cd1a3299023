using System.Buffers;
using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Cordwain.Content.Tests")]

namespace Cordwain.Content.Folders;

/// <summary>The operator's files folder, served as it stands: names are matched without regard to case where the exact one is missing,
/// and nothing outside it is ever opened, whatever links lie in it.</summary>
public sealed class BootFolder
{
    static readonly SearchValues<char> WindowsSpecials = SearchValues.Create(":*?\"<>|");

    readonly FolderNames _names;
    readonly string? _root;

    /// <param name="root">Need not exist yet; a link here is the operator's wish and is followed.</param>
    public BootFolder(string root, TimeProvider time)
    {
        _root = RealPath.Of(root);
        Root = _root ?? root;
        _names = new(time);
    }

    /// <summary>The folder itself, without links.</summary>
    public string Root { get; }

    /// <summary>What is not served, wherever it lies.</summary>
    public ClosedFolder Closed { get; init; } = ClosedFolder.None;

    /// <summary>For tests, see <see cref="PlainFile.Open"/>.</summary>
    internal Action<string>? Found { get; init; }

    /// <summary>Opens a file below the folder.</summary>
    /// <param name="name">Folded by <see cref="BootPath.TryFold"/>.</param>
    public FolderOpening Open(string name)
    {
        if (Resolve(name, out var refusal) is not { } path)
            return new(null, refusal);
        var opening = PlainFile.Open(path, Closed, "folder", Found);
        return opening with { IsExact = opening.Content is FileContent && path == Path.Join(Root, name) };
    }

    /// <summary>Where a name leads: a path below <see cref="Root"/> without links.</summary>
    /// <returns>Null when it is not there, or (with a refusal) when links lead out, it is closed, or the way cannot be read.</returns>
    public string? Resolve(string name, out string? refusal)
    {
        try
        {
            return Walk(name, out refusal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            refusal = PlainFile.Failed(e).Refusal;
            return null;
        }
    }

    string? Walk(string name, out string? refusal)
    {
        refusal = PlainFile.LeadsOut;
        if (_root is not { } path)
            return null;
        var links = 0;
        foreach (var part in name.Split('/'))
        {
            if (Step(path, part) is not { } next)
            {
                refusal = null;
                return null;
            }

            if (new FileInfo(next).LinkTarget is null)
                path = next;
            else if (++links <= RealPath.MaxLinks && RealPath.Of(next) is { } target && RealPath.IsBelow(target, _root))
                path = target;
            else
                return null;
        }

        refusal = Closed.Holds(path) ? PlainFile.IsClosed : null;
        return refusal is null ? path : null;
    }

    string? Step(string folder, string part)
    {
        if (OperatingSystem.IsWindows() && (part.AsSpan().ContainsAny(WindowsSpecials) || part[^1] is '.' or ' '))
            return null;   // streams, devices and patterns of Windows

        var exact = Path.Join(folder, part);
        if (Exists(exact))
            return exact;
        return Directory.Exists(folder) && _names.Find(folder, part) is { } other ? Path.Join(folder, other) : null;
    }

    // A link whose target is missing exists too: it is followed by the walk, which then says why it leads nowhere.
    static bool Exists(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;
}
