using Microsoft.Win32.SafeHandles;

namespace Cordwain.Content.Folders;

/// <summary>Opens what is served out of folders, each file by where it really lies.</summary>
static class PlainFile
{
    public const string IsClosed = "CW7009: it is Cordwain's own data, which is not served";

    public const string LeadsOut = "CW7009: a link in the folder leads out of it, or round in circles";

    /// <param name="path">Without links, see <see cref="RealPath"/>.</param>
    /// <param name="found">Called between finding the file and opening it: the moment in which somebody may swap it, or its folder, for a link.</param>
    public static FolderOpening Open(string path, ClosedFolder closed, string source, Action<string>? found)
    {
        if (closed.Holds(path))
            return new(null, IsClosed);
        try
        {
            var info = new FileInfo(path);
            if (info.Attributes.HasFlag(FileAttributes.Directory))
                return FolderOpening.NotFound;
            var isEmpty = info.Length == 0;
            found?.Invoke(path);
            if (!isEmpty)
                return OpenAt(path, source);
            return FileKinds.IsPlainEmptyFile(path)
                ? new(new RenderedContent(ReadOnlyMemory<byte>.Empty) { Source = source }, null)
                : new(null, "CW7009: not a plain file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed(e);
        }
    }

    /// <summary>What an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> on the way to a file comes to.</summary>
    public static FolderOpening Failed(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => FolderOpening.NotFound,
        UnauthorizedAccessException => new(null, "CW7009: the file cannot be read: no right to"),
        _ => new(null, "CW7009: the file cannot be read: the system refuses"),
    };

    static FolderOpening OpenAt(string path, string source)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (IsAt(file, path))
            return new(new FileContent(file, File.GetLastWriteTimeUtc(file)) { Source = source }, null);
        file.Dispose();
        return new(null, "CW7009: the file was moved while it was opened");
    }

    static bool IsAt(SafeFileHandle file, string path)
    {
        // Where the system names its open files (Linux), that name is the truth.
        if (new FileInfo($"/proc/self/fd/{file.DangerousGetHandle()}").LinkTarget is { } opened)
            return opened == path || (opened.EndsWith(" (deleted)", StringComparison.Ordinal) && opened[..^10] == path);

        return RealPath.Of(path) == path;
    }
}
