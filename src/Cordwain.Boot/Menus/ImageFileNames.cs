using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Cordwain.Boot.Catalog;

namespace Cordwain.Boot.Menus;

/// <summary>The names under which an image's files are served: <c>image/debian-12/linux</c>. Made from the catalog alone, so that whoever writes a name and whoever is asked for it agree.</summary>
public static class ImageFileNames
{
    const string Prefix = "image/";

    /// <summary>The name, without a slash in front. Two files of an image never share one; the same file in two variants has one name.</summary>
    public static string NameOf(ImageDefinition image, BootFileRef file)
    {
        foreach (var (name, candidate) in Names(image))
        {
            if (candidate.Location == file.Location)
                return $"{Prefix}{image.Name}/{name}";
        }

        return $"{Prefix}{image.Name}/{LastPart(file.Location)}";
    }

    /// <summary>The file behind a name that <see cref="NameOf"/> made.</summary>
    /// <param name="path">As asked, folded: no slash in front. Compared without regard to case, because firmware changes it.</param>
    public static bool TryFind(
        BootCatalog catalog, string path, [NotNullWhen(true)] out ImageDefinition? image, [NotNullWhen(true)] out BootFileRef? file)
    {
        image = null;
        file = null;
        if (Start(path) is not (> 0 and var start) || path.IndexOf('/', start) is not (> 0 and var slash))
            return false;

        var imageName = path[start..slash];
        if (!catalog.Images.TryGetValue(imageName, out image) && !catalog.Images.TryGetValue(imageName.ToLowerInvariant(), out image))
            return false;

        foreach (var (name, candidate) in Names(image))
        {
            if (name.Equals(path[(slash + 1)..], StringComparison.OrdinalIgnoreCase))
            {
                file = candidate;
                return true;
            }
        }

        image = null;
        return false;
    }

    // U-Boot and others put the folder of their own boot file in front of every name.
    static int Start(string path) =>
        path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? Prefix.Length
        : path.IndexOf("/" + Prefix, StringComparison.OrdinalIgnoreCase) is >= 0 and var inside ? inside + 1 + Prefix.Length
        : -1;

    /// <summary>Every file of an image, in the order of the configuration.</summary>
    public static IEnumerable<BootFileRef> FilesOf(ImageDefinition image) => image.Variants.SelectMany(variant => FilesOf(variant.Method));

    static IEnumerable<BootFileRef> FilesOf(BootMethod method) => method switch
    {
        BootMethod.Kernel { DeviceTree: { } tree } kernel => [kernel.Image, .. kernel.Initrds, tree],
        BootMethod.Kernel kernel => [kernel.Image, .. kernel.Initrds],
        BootMethod.Program program => [program.Image],
        BootMethod.Script script => [script.File],
        _ => [],
    };

    static IEnumerable<(string Name, BootFileRef File)> Names(ImageDefinition image)
    {
        var locations = new HashSet<string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in FilesOf(image))
        {
            if (!locations.Add(file.Location))
                continue;

            var name = LastPart(file.Location);
            for (var number = 2; !names.Add(name); number++)
                name = string.Create(CultureInfo.InvariantCulture, $"{number}-{LastPart(file.Location)}");
            yield return (name, file);
        }
    }

    /// <summary>The part after the last slash, without query, in characters that no loader and no shell takes for anything else.</summary>
    static string LastPart(string location)
    {
        var end = location.Contains("://", StringComparison.Ordinal) && location.IndexOfAny(['?', '#']) is >= 0 and var query ? query : location.Length;
        var path = location[..end].TrimEnd('/');
        var part = path[(path.LastIndexOfAny(['/', '\\', ':']) + 1)..];
        var safe = new StringBuilder(part.Length);
        foreach (var c in part)
            safe.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_');
        return safe.ToString().Trim('.') is { Length: > 0 } name ? name : "file";
    }
}
