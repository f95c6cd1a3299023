using Cordwain.Boot.Catalog;
using Cordwain.Boot.Machines;
using Cordwain.Content.Loaders;

namespace Cordwain.Management.Check;

/// <summary>Whether there is a first program for each kind of machine.</summary>
sealed class LoadersCheck : ICheck
{
    // What nearly every network has; the others are worth a note.
    static readonly string[] Common = ["bios", "efi-x64"];

    public string Title => "loaders";

    public IEnumerable<Problem> Examine(CheckSubject subject)
    {
        foreach (var missing in LoaderFolders.Missing(subject.Catalog.Loaders))
        {
            var names = LoaderCatalog.WantedFor(missing.For);
            yield return new("CW4103", Common.Contains(missing.For.Name) ? Severity.Warning : Severity.Note,
                $"There is no loader for {missing.For.Name} machines: none of {string.Join(", ", names)}.",
                missing.Package is null ? $"Put `{missing.Name}` into the files folder, or into a folder below `loaders:`." : $"Install it: `apt-get install {missing.Package}`.");
        }
    }
}
