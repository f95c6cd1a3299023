using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Menus;
using Cordwain.Boot.Templates;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration;

/// <summary>All that a configuration is read against: the world, and what other parts know.</summary>
public sealed record ConfigurationInputs
{
    /// <summary>What wins over the file: <c>CORDWAIN_HTTP_PORT</c> or <c>--http-port</c>, with its text.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The networks of this machine's interfaces; asked when the file names no networks.</summary>
    public IReadOnlyList<(string Interface, Ipv4Network Network)> Links { get; init; } = [];

    /// <summary>Shown when the file has no menu, and after the images of a file that has only those.</summary>
    public MenuDefinition BuiltInMenu { get; init; } = new() { Default = Choices.Local.Name, Items = [new MenuItem.Entry(Choices.Local.Name), new MenuItem.Entry(Choices.Shell.Name)] };

    /// <summary>Images that need no definition, beside the four choices of <see cref="Choices"/>.</summary>
    public ImmutableArray<ImageDefinition> KnownImages { get; init; } = [];

    public OptionVocabulary Options { get; init; } = OptionVocabulary.Standard;

    /// <summary>Compiles a template; null when it reads, otherwise what is wrong, one sentence.</summary>
    public Func<string, string?> CheckTemplate { get; init; } = text => TemplateText.Check(text)?.Message;

    /// <summary>Looks up which loaders there are, in the folders that the settings name and in the packages.</summary>
    public Func<ServerSettings, LoaderCatalog> FindLoaders { get; init; } = _ => LoaderCatalog.Empty;

    /// <summary>Whether a machine's <c>once: true</c>, by the hash of its declaration, has had its boot.</summary>
    public Func<string, string, bool> IsUsedUp { get; init; } = (_, _) => false;

    /// <summary>What was made by other ways than the file; the same name in both is refused.</summary>
    public IReadOnlyList<StoredName> Stored { get; init; } = [];

    public Func<string, bool> FolderExists { get; init; } = Directory.Exists;
}

/// <summary>An object that stands in the database.</summary>
/// <param name="Kind">The key of the file under which its like stand: <c>machines</c>, <c>images</c>, <c>networks</c>.</param>
/// <param name="Place">As the operator would look for it: <c>made in the page by alice on 2026-03-01</c>.</param>
public sealed record StoredName(string Kind, string Name, string Place);
