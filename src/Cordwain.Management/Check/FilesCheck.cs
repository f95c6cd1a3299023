using Cordwain.Boot.Catalog;

namespace Cordwain.Management.Check;

/// <summary>Whether the files that images and rules name are there.</summary>
sealed class FilesCheck : ICheck
{
    const string LoaderPrefix = "loader:";

    // Names that nothing of ours generates: they are a file, or they are not found.
    static readonly string[] LoaderEndings = [".kpxe", ".pxe", ".kkpxe", ".0", ".efi", ".n12", ".lkrn"];

    public string Title => "files";

    public IEnumerable<Problem> Examine(CheckSubject subject)
    {
        foreach (var (file, owner) in Named(subject.Catalog).Distinct())
        {
            if (file.StartsWith(LoaderPrefix, StringComparison.Ordinal))
            {
                if (!subject.Catalog.Loaders.Available.Contains(file[LoaderPrefix.Length..]))
                    yield return Missing(owner, file, LoaderFix(file[LoaderPrefix.Length..]));
            }
            else if (!file.Contains("://", StringComparison.Ordinal) && !IsThere(file, subject))
            {
                yield return subject.Settings.FilesFolder is { } folder
                    ? Missing(owner, file, $"Copy it to {Path.Join(folder, file)}, or correct the path.")
                    : Missing(owner, file, "Set `files:` to the folder that holds it.");
            }
        }
    }

    static IEnumerable<(string File, string Owner)> Named(BootCatalog catalog)
    {
        // Built-in images name what was found; only the operator's own can be wrong, and all are cheap to look at.
        foreach (var image in catalog.Images.Values.OrderBy(image => image.Name, StringComparer.Ordinal))
        {
            foreach (var file in image.Variants.SelectMany(variant => FilesOf(variant.Method)))
                yield return (file.Location, $"images.{image.Name}");
        }

        if (catalog.Menu.Look.Background is { } background)
            yield return (background, "menu.background");
        foreach (var rule in catalog.Rules)
        {
            if (rule.Then is { File: { } file, NextServer: null } && !file.Contains("{{", StringComparison.Ordinal) && LoaderEndings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
                yield return (file.TrimStart('/'), rule.Name);
        }
    }

    static IEnumerable<BootFileRef> FilesOf(BootMethod method) => method switch
    {
        BootMethod.Kernel kernel => [kernel.Image, .. kernel.Initrds, .. kernel.DeviceTree is { } tree ? [tree] : Array.Empty<BootFileRef>()],
        BootMethod.Program program => [program.Image],
        BootMethod.Script script => [script.File],
        _ => [],
    };

    static bool IsThere(string file, CheckSubject subject) =>
        subject.Catalog.Loaders.Available.Contains(file) || (subject.Settings.FilesFolder is { } folder && subject.Host.FileExists(Path.Join(folder, file)));

    static Problem Missing(string owner, string file, string fix) => new("CW4105", Severity.Warning, $"{owner}: the file `{file}` is not there.", fix);

    static string LoaderFix(string name) =>
        Content.Loaders.LoaderFolders.PackageFor(name) is { } package ? $"Install it: `apt-get install {package}`." : "Put it into a folder below `loaders:`.";
}
