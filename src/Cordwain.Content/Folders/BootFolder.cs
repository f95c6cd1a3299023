using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

[assembly: InternalsVisibleTo("Cordwain.Content.Tests")]

namespace Cordwain.Content.Folders;

/// <summary>The operator's files folder, served as it stands: names are matched without regard to case where the exact one is missing,
/// and nothing outside it is ever opened, whatever links lie in it.</summary>
public sealed class BootFolder
{
    /// <summary>Links followed for one name before it is taken for a loop; as many as Linux follows.</summary>
    const int MaxLinks = 40;

    static readonly SearchValues<char> WindowsSpecials = SearchValues.Create(":*?\"<>|");

    readonly FolderNames _names;

    /// <param name="root">Need not exist yet; a link here is the operator's wish and is followed.</param>
    public BootFolder(string root, TimeProvider time)
    {
        Root = RealPath.Of(root);
        _names = new(time);
    }

    /// <summary>The folder itself, without links.</summary>
    public string Root { get; }

    /// <summary>A folder in or at this one that is not served, with all that is in it: the server's own data. Null: none.</summary>
    public string? Closed { get; init => field = value is null ? null : RealPath.Of(value); }

    /// <summary>Whether <see cref="Closed"/> is in or at this one. A folder for files within that of the data is none of it.</summary>
    public bool HoldsClosed => Closed is not null && RealPath.IsBelow(Closed, Root);

    /// <summary>Called between finding a file and opening it: the moment in which somebody may swap a folder for a link.</summary>
    internal Action<string> Found { get; init; } = _ => { };

    /// <summary>Opens a file below the folder.</summary>
    /// <param name="name">Folded by <see cref="BootPath.TryFold"/>.</param>
    public FolderOpening Open(string name)
    {
        try
        {
            if (Resolve(name, out var refusal) is not { } path)
                return new(null, refusal);

            var info = new FileInfo(path);
            if (info.Attributes.HasFlag(FileAttributes.Directory))
                return FolderOpening.NotFound;
            var isEmpty = info.Length == 0;
            Found(path);
            if (!isEmpty)
                return OpenPlainFile(path, isExact: path == Path.Join(Root, name));
            return FileKinds.IsPlainEmptyFile(path)
                ? new(new RenderedContent(ReadOnlyMemory<byte>.Empty) { Source = "folder" }, null)
                : new(null, "CW7009: not a plain file");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return FolderOpening.NotFound;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(null, "CW7009: the file cannot be read: " + (e is UnauthorizedAccessException ? "no right to" : "the system refuses"));
        }
    }

    /// <summary>Where a name leads: a path below <see cref="Root"/> without links.</summary>
    /// <returns>Null when it is not there, or (with a refusal) when links lead out or it is closed.</returns>
    public string? Resolve(string name, out string? refusal)
    {
        refusal = null;
        var path = Root;
        var links = 0;
        var left = new Stack<string>(name.Split('/').Reverse());
        while (left.TryPop(out var part))
        {
            if (part == "..")
            {
                // Only a link's target brings one in. What is walked so far holds no link, so its parent is the true one.
                if (path == Root)
                    return Refuse(out refusal);
                path = Path.GetDirectoryName(path)!;
                continue;
            }

            if (Step(path, part) is not { } next)
                return null;
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                path = next;
                continue;
            }

            if (++links > MaxLinks || !Follow(target, ref path, left))
                return Refuse(out refusal);
        }

        if (!HoldsClosed || !RealPath.IsBelow(path, Closed!))
            return path;
        refusal = "CW7009: it is Cordwain's own data, which is not served";
        return null;
    }

    bool Follow(string target, ref string path, Stack<string> left)
    {
        if (Path.IsPathRooted(target))
        {
            var below = Path.GetRelativePath(Root, target);
            if (Path.IsPathRooted(below) || below == ".." || below.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                return false;
            path = Root;
            target = below;
        }

        foreach (var part in target.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            if (part != ".")
                left.Push(part);
        }

        return true;
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

    FolderOpening OpenPlainFile(string path, bool isExact)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (!IsStillAt(file, path))
        {
            file.Dispose();
            return new(null, "CW7009: the file was moved while it was opened");
        }

        return new(new FileContent(file, File.GetLastWriteTimeUtc(file)) { Source = "folder" }, null) { IsExact = isExact };
    }

    /// <summary>Between the walk and the opening a folder may have been replaced by a link.</summary>
    bool IsStillAt(SafeFileHandle file, string path)
    {
        // Where the system names its open files (Linux), that name is the truth.
        if (new FileInfo($"/proc/self/fd/{file.DangerousGetHandle()}").LinkTarget is { } opened)
            return opened == path || (opened.EndsWith(" (deleted)", StringComparison.Ordinal) && opened[..^10] == path);

        return Resolve(Path.GetRelativePath(Root, path).Replace('\\', '/'), out _) == path;
    }

    static string? Refuse(out string? refusal)
    {
        refusal = "CW7009: a link in the folder leads out of it, or round in circles";
        return null;
    }
}
