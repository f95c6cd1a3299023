using System.Collections.Frozen;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions.Names;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>Loaders and their parts come out of the distribution's packages when the folder has none.</summary>
static class LoaderFile
{
    // Second stages and parts: asked for by a loader that is already running, in whatever folder it believes to be its own.
    static readonly FrozenSet<string> Parts = new[]
    {
        "memdisk", "ldlinux.e32", "ldlinux.e64", "shimx64.efi", "shimaa64.efi", "grubx64.efi", "grubaa64.efi", "mmx64.efi", "mmaa64.efi",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static Verdict Apply(Question question)
    {
        var name = Reading.NameOf(question);
        // The whole name first: GRUB's modules are known by their folders (grub/x86_64-efi/http.mod).
        if ((Known(question.Catalog.Loaders, name.Path) ?? Known(question.Catalog.Loaders, name.Last)) is not { } loader)
            return Verdict.Pass("the name is no loader's");

        return Reading.Serve(question, [name.Path], new ContentCandidate.LoaderFile(loader), question.Say($"{loader} is a loader, or a part of one"));
    }

    static string? Known(LoaderCatalog loaders, string last) =>
        loaders.Available.FirstOrDefault(name => name.Equals(last, StringComparison.OrdinalIgnoreCase))
        ?? (Parts.Contains(last) || IsModule(last) ? last.ToLowerInvariant() : null);

    static bool IsModule(string name) => !name.Contains('/', StringComparison.Ordinal) && name.EndsWith(".c32", StringComparison.OrdinalIgnoreCase);
}
