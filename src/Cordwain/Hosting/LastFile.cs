using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Journal;
using Cordwain.Content;

namespace Cordwain.Hosting;

/// <summary>Knows when a machine has all it needs of an image.</summary>
static class LastFile
{
    /// <summary>True when the read fetched the last file of one of the image's ways to boot, or the script of an image that has no files.</summary>
    public static bool Completes(ImageDefinition image, BootEvent.Read read)
    {
        foreach (var variant in image.Variants)
        {
            var files = ImageFileNames.FilesOf(variant.Method);
            if (files.IsEmpty ? read.Source == "menu" : IsName(read.Name, ImageFileNames.For(image, files[^1])))
                return true;
        }

        return false;
    }

    static bool IsName(string read, string wanted) =>
        BootPath.TryFold(read, out var folded, out _) && folded.Equals(wanted, StringComparison.OrdinalIgnoreCase);
}
