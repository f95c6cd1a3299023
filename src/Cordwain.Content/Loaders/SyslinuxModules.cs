using Cordwain.Content.Folders;

namespace Cordwain.Content.Loaders;

/// <summary>Whether modules of the package fit the PXELINUX or SYSLINUX that asks for them.</summary>
/// <remarks>
/// From version 5 on the loader needs <c>ldlinux.c32</c> and libraries of exactly its own build. A folder that has the loader but not its modules
/// gets them from the package when its loader is the package's, byte for byte; mixed builds hang or reboot without a word.
/// </remarks>
static class SyslinuxModules
{
    static readonly string[] Loaders = ["pxelinux.0", "lpxelinux.0", "gpxelinux.0", "syslinux.efi"];

    public static bool IsModule(string name) =>
        name.EndsWith(".c32", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".e32", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".e64", StringComparison.OrdinalIgnoreCase);

    /// <param name="asked">The folded name that the loader asked for; its folder is where the loader came from.</param>
    /// <returns>The loader in that folder which the package's modules do not fit; null when there is none.</returns>
    public static string? ForeignLoader(string asked, BootFolder? files, LoaderFolders loaders)
    {
        string? foreign = null;
        foreach (var loader in Loaders)
        {
            var name = asked[..(asked.LastIndexOf('/') + 1)] + loader;
            if (files?.Resolve(name, out _) is not { } path || !File.Exists(path))
                continue;
            if (loaders.All.Any(own => own.Package is not null && own.Name.EndsWith(loader, StringComparison.OrdinalIgnoreCase) && SameBytes(own.Path, path)))
                return null;
            foreign ??= name;
        }

        return foreign;
    }

    static bool SameBytes(string first, string second) =>
        new FileInfo(first).Length == new FileInfo(second).Length && File.ReadAllBytes(first).AsSpan().SequenceEqual(File.ReadAllBytes(second));
}
