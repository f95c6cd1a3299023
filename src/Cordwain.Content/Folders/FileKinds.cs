using System.Formats.Tar;

namespace Cordwain.Content.Folders;

/// <summary>Tells plain files from pipes, sockets and devices without opening them: opening a pipe would wait for its writer.</summary>
static class FileKinds
{
    /// <summary>A file whose length the system gives as 0 may be an empty file, and may be no file at all.</summary>
    /// <remarks>
    /// The runtime has no portable call that names the kind of a file. Its tar writer knows: it notes pipes and devices as such
    /// without opening them, and refuses sockets. Asked for empty files only, so it costs nothing that counts.
    /// </remarks>
    public static bool IsPlainEmptyFile(string path)
    {
        using var archive = new MemoryStream();
        try
        {
            using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
                writer.WriteEntry(path, "f");
            archive.Position = 0;
            using var reader = new TarReader(archive);
            return reader.GetNextEntry() is { EntryType: TarEntryType.RegularFile, Length: 0 };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
