using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Menus.Extlinux;
using Cordwain.Content.Folders;
using Cordwain.Content.Loaders;
using Cordwain.Content.Mirrors;

namespace Cordwain.Content;

/// <summary>Where bytes come from, beside the catalog. Replaced whole when the configuration changes.</summary>
/// <param name="Folder">The operator's files folder; null: there is none.</param>
/// <param name="Mirrors">Null: nothing remote is fetched.</param>
public sealed record BootFileSources(BootFolder? Folder, LoaderFolders Loaders, MirrorCache? Mirrors);

/// <summary>Answers the names that machines ask for: decides, then opens the first place that has the bytes.</summary>
public sealed class BootFiles(
    Func<BootCatalog> catalogs, Func<BootFileSources> sources, IMachineDirectory machines, IMenuTexts menus) : IBootFiles
{
    public async ValueTask<OpenedFile> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!BootPath.TryFold(request.Name, out var name, out var refusal))
            return new(null, machines.FindByAddress(request.Client)?.Machine ?? MachineIdentity.Unknown, ContentTypes.Text, []) { Refusal = refusal };

        var catalog = catalogs();
        var read = new ReadQuestion(request.Channel, request.Client, request.Server, name) { Query = request.Query, UserAgent = request.UserAgent };
        var from = sources();
        var sighting = read.Sighted(machines);
        var question = BootRequest.FromRead(read, sighting, catalog);
        var outcome = BootDecider.Decide(question, catalog);
        var candidates = outcome.Decision is BootDecision.Serve serve ? serve.Candidates : [];
        string? refused = null;
        foreach (var candidate in candidates)
        {
            var opening = await OpenAsync(candidate, name, question, catalog, from, cancellationToken);
            if (opening.Content is { } content)
            {
                var type = content.Source == "menu" ? ContentTypes.Text : ContentTypes.Of(name);
                return new(content, question.Machine, type, [.. outcome.Trace, opening.Step ?? Found(candidate)])
                {
                    Basis = opening.IsExact && candidate == candidates[0] && candidate is ContentCandidate.FolderFile file ? BasisOf(file.Path, catalog, from, sighting, read) : null,
                };
            }

            refused ??= opening.Refusal;
        }

        var trace = candidates.IsEmpty ? outcome.Trace : [.. outcome.Trace, NotFound(refused)];
        return new(null, question.Machine, ContentTypes.Text, trace) { Refusal = refused };
    }

    /// <summary>Nothing stands before the file and nothing was searched for: while these are the same, so is the answer.</summary>
    AnswerBasis BasisOf(string path, BootCatalog catalog, BootFileSources from, MachineSighting? sighting, ReadQuestion read)
    {
        var claimed = read.Claimed.Mac;
        return new(Path.Join(from.Folder!.Root, path), from.Folder.Root, () =>
            ReferenceEquals(catalogs(), catalog) && ReferenceEquals(sources(), from)
            && (claimed is { } mac ? machines.FindByMac(mac) : machines.FindByAddress(read.Client)) == sighting);
    }

    async ValueTask<FolderOpening> OpenAsync(
        ContentCandidate candidate, string asked, BootRequest question, BootCatalog catalog, BootFileSources from, CancellationToken cancellationToken)
    {
        switch (candidate)
        {
            case ContentCandidate.FolderFile file:
                // The path may be one of the configuration, as the operator wrote it.
                return from.Folder is not { } folder ? FolderOpening.NotFound
                    : BootPath.TryFold(file.Path, out var path, out var refusal) ? folder.Open(path) : new(null, refusal);

            case ContentCandidate.LoaderFile loader:
                return OpenLoader(loader.Name, asked, question, from);

            case ContentCandidate.RenderedMenu menu:
                return new(RenderedContent.Text("menu", menus.Render(menu, question, catalog)), null);

            case ContentCandidate.RenderedEntry entry:
                return new(RenderedContent.Text("menu", menus.Render(entry, question, catalog)), null);

            case ContentCandidate.MenuEntry entry:
                return menus.Render(entry, question, catalog) is { } text ? new(RenderedContent.Text("menu", text.Script), null) { Step = text.Refused } : FolderOpening.NotFound;

            case ContentCandidate.UBootScript:
                return new(new RenderedContent(UBootScriptImage.MenuByNetwork) { Source = "loader" }, null);

            case ContentCandidate.RemoteFile { File: var file } when from.Mirrors is { } mirrors:
                try
                {
                    return new(await mirrors.OpenAsync(file, cancellationToken), null);
                }
                catch (MirrorException e)
                {
                    return new(null, e.Message);
                }

            default:
                return FolderOpening.NotFound;
        }
    }

    static FolderOpening OpenLoader(string name, string asked, BootRequest question, BootFileSources from)
    {
        var (folder, loaders, _) = from;
        // efi64/menu.c32 says which of two modules it means; a bare menu.c32 does not.
        var exact = asked.Contains('/', StringComparison.Ordinal) && asked.EndsWith("/" + name, StringComparison.OrdinalIgnoreCase) ? loaders.Find(asked) : null;
        if ((exact ?? loaders.Find(name, question.Architecture)) is not { } loader)
            return FolderOpening.NotFound;
        if (loader.Package is not null && SyslinuxModules.IsModule(name) && SyslinuxModules.ForeignLoader(asked, folder, loaders) is { } foreign)
        {
            return new(null, $"CW7011: {foreign} in the files folder is another build than the package's, so the package's {loader.Name} does not fit it; "
                + "copy the modules of its own build beside it.");
        }

        return loaders.Open(loader);
    }

    static TraceStep Found(ContentCandidate candidate) => new("content", true, candidate switch
    {
        ContentCandidate.FolderFile file => $"the files folder has {file.Path}",
        ContentCandidate.LoaderFile loader => $"the loader {loader.Name} is there",
        ContentCandidate.RenderedMenu menu => $"the menu is written for {menu.Dialect}",
        ContentCandidate.RenderedEntry entry => $"the entry {entry.Image.Name} is written for {entry.Dialect}",
        ContentCandidate.MenuEntry entry => $"the menu has {entry.Name}",
        ContentCandidate.UBootScript => "the script is built in",
        ContentCandidate.RemoteFile => "the mirror or its cached copy has it",
        _ => "",
    });

    static TraceStep NotFound(string? refusal) => new("content", false, refusal ?? "no place has the file");
}
