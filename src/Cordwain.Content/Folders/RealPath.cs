namespace Cordwain.Content.Folders;

/// <summary>Paths without links, which can be compared.</summary>
public static class RealPath
{
    /// <summary>Links followed before they are taken for a loop; as many as Linux follows.</summary>
    internal const int MaxLinks = 40;

    static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    static readonly StringComparison Comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <param name="path">Need not exist; what does not holds no links.</param>
    /// <returns>Null when it leads nowhere: links go round in circles, or it is no path at all.</returns>
    /// <remarks>Part by part as the kernel does: <c>..</c> behind a link is the parent of what the link names.</remarks>
    public static string? Of(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            return null;

        path = Path.GetFullPath(path);
        var left = new Stack<string>();
        var real = Push(path, left, Path.GetPathRoot(path)!);
        var links = 0;
        while (left.TryPop(out var part))
        {
            var next = Path.Join(real, part);
            if (part == "..")
                real = Path.GetDirectoryName(real) ?? real;
            else if (new FileInfo(next).LinkTarget is not { } target)
                real = next;
            else if (++links <= MaxLinks)
                real = Push(target, left, real);
            else
                return null;
        }

        return real;
    }

    /// <summary>Whether two paths without links are one.</summary>
    public static bool IsSame(string path, string? other) => path.Equals(other, Comparison);

    /// <summary>Whether a path is a folder or lies in it, both without links.</summary>
    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder, Comparison)
        && (path.Length == folder.Length || Path.EndsInDirectorySeparator(folder) || path[folder.Length] == Path.DirectorySeparatorChar);

    /// <summary>Whether a path is a file or begins with its name, as the log beside a store does: <c>leases.db-wal</c>, <c>leases.db.damaged</c>.</summary>
    public static bool IsBeside(string path, string file) =>
        path.StartsWith(file, Comparison) && (path.Length == file.Length || path[file.Length] is '-' or '.');

    /// <returns>Where the parts of the path begin.</returns>
    static string Push(string path, Stack<string> left, string from)
    {
        var root = Path.GetPathRoot(path)!;
        foreach (var part in path[root.Length..].Split(Separators, StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            if (part != ".")
                left.Push(part);
        }

        return root.Length == 0 ? from : Path.GetFullPath(root, from);
    }
}
