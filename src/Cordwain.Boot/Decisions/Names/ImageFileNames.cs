using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Cordwain.Boot.Catalog;

namespace Cordwain.Boot.Decisions.Names;

/// <summary>The names under which the files of images are served, by TFTP and HTTP alike: <c>image/debian-12/linux</c>.</summary>
/// <remarks>Wherever a file lies (folder, package, mirror), a menu names it so, and every loader can fetch it.</remarks>
public static class ImageFileNames
{
    const string Prefix = "image/";
    const int LongestPart = 48;

    // PXELINUX judges a kernel by its extension: one of these would be started as a boot sector or a module (CWQ-09).
    static readonly string[] MisreadExtensions = [".bin", ".bs", ".bss", ".0", ".com", ".cbt", ".c32", ".img"];

    /// <summary>The path of a file of an image, without a leading slash.</summary>
    /// <exception cref="ArgumentException">The image does not use that file.</exception>
    public static string For(ImageDefinition image, BootFileRef file)
    {
        ArgumentNullException.ThrowIfNull(image);
        foreach (var (name, named) in Names(image))
        {
            if (named == file)
                return $"{Prefix}{image.Name}/{name}";
        }

        throw new ArgumentException($"Image {image.Name} has no file {file?.Location}.", nameof(file));
    }

    /// <summary>The file behind the last part of such a path; null when the image has none of that name. Case does not matter.</summary>
    public static BootFileRef? Find(ImageDefinition image, string name)
    {
        ArgumentNullException.ThrowIfNull(image);
        foreach (var (known, file) in Names(image))
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
                return file;
        }

        return null;
    }

    /// <summary>Takes <c>image/NAME/FILE</c> apart. U-Boot and others put the folder of their own boot file in front of every name: it does not count.</summary>
    public static bool TrySplit(string path, [NotNullWhen(true)] out string? image, [NotNullWhen(true)] out string? file)
    {
        ArgumentNullException.ThrowIfNull(path);
        (image, file) = (null, null);
        var start = path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? 0
            : path.IndexOf("/" + Prefix, StringComparison.OrdinalIgnoreCase) + 1;
        if ((start == 0 && !path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            || path[(start + Prefix.Length)..].Split('/') is not [{ Length: > 0 } first, { Length: > 0 } second])
            return false;

        (image, file) = (first, second);
        return true;
    }

    /// <summary>The files that a way to boot loads, in the order of loading.</summary>
    public static ImmutableArray<BootFileRef> FilesOf(BootMethod method) => method switch
    {
        BootMethod.Kernel kernel => [kernel.Image, .. kernel.Initrds, .. kernel.DeviceTree is { } tree ? [tree] : Array.Empty<BootFileRef>()],
        BootMethod.Program program => [program.Image],
        BootMethod.Script script => [script.File],
        _ => [],
    };

    /// <summary>Each file of the image once, under a name that no other has: its own, numbered from the second of a kind on.</summary>
    static IEnumerable<(string Name, BootFileRef File)> Names(ImageDefinition image)
    {
        var seen = new HashSet<BootFileRef>();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var variant in image.Variants)
        {
            var kernel = (variant.Method as BootMethod.Kernel)?.Image;
            foreach (var file in FilesOf(variant.Method).Where(seen.Add))
            {
                var wanted = OwnName(file.Location, file == kernel);
                var name = wanted;
                for (var number = 2; !taken.Add(name); number++)
                    name = string.Create(CultureInfo.InvariantCulture, $"{number}-{wanted}");
                yield return (name, file);
            }
        }
    }

    static string OwnName(string location, bool isKernel)
    {
        var end = location.IndexOfAny(['?', '#']);
        var path = (end < 0 ? location : location[..end]).TrimEnd('/');
        var last = path[(path.LastIndexOfAny(['/', ':', '\\']) + 1)..];
        var name = string.Concat(last.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-')).TrimStart('.');
        if (name.Length > LongestPart)
            name = name[^LongestPart..].TrimStart('.', '-');
        if (name.Length == 0)
            return "file";
        if (isKernel && Array.Find(MisreadExtensions, extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) is { } misread)
            return name[..^misread.Length] + "-" + misread[1..];
        return name;
    }
}
