namespace Cordwain.Management.Import.Menus;

/// <summary>Names of files as menus and scripts write them, and as <c>images</c> want them.</summary>
static class ImportedFiles
{
    /// <summary>A path below the files folder, or a URL; null when neither can be made of it.</summary>
    /// <param name="why">A clause; empty on success.</param>
    public static string? Location(string written, out string why)
    {
        why = "";
        var name = written.Trim().Replace('\\', '/');
        if (name.Contains("${", StringComparison.Ordinal) || name.Contains("{{", StringComparison.Ordinal))
        {
            why = "the place of the file is known only while the script runs";
            return null;
        }

        // PXELINUX: `::path` is a path from the root, `host::path` is on another TFTP server.
        if (name.IndexOf("::", StringComparison.Ordinal) is >= 0 and var colons && !name.Contains("://", StringComparison.Ordinal))
            name = colons == 0 ? name[2..] : $"tftp://{name[..colons]}/{name[(colons + 2)..].TrimStart('/')}";
        if (name.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
        {
            why = "its URL is of a kind that is not fetched";
            var known = name[..scheme].ToLowerInvariant() is "http" or "https" or "tftp";
            return known && Uri.TryCreate(name, UriKind.Absolute, out var uri) && uri is { Host.Length: > 0, UserInfo.Length: 0 } && !name.Any(character => char.IsControl(character) || character == ' ') ? Done(name, out why) : null;
        }

        name = name.TrimStart('/');
        while (name.StartsWith("./", StringComparison.Ordinal))
            name = name[2..].TrimStart('/');
        if (name.Length > 0 && !name.StartsWith("loader:", StringComparison.Ordinal) && !name.Split('/').Contains("..") && !name.Any(char.IsControl))
            return name;
        why = "it leads out of the files folder";
        return null;

        static string Done(string location, out string why)
        {
            why = "";
            return location;
        }
    }

    /// <summary>A text for menus: one line, without what would be a template.</summary>
    public static string Title(string text) => string.Concat(text.Select(character => char.IsControl(character) || char.IsSurrogate(character) ? ' ' : character)).Replace("{{", "{ {", StringComparison.Ordinal).Trim();
}
