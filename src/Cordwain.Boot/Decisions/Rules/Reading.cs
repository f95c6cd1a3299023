using System.Collections.Immutable;
using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Menus;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>The decisions of reads. A file in the operator's folder always comes first.</summary>
static class Reading
{
    public static BootName NameOf(Question question) => BootName.Read(question.Request.File ?? "");

    public static Verdict Serve(Question question, ImmutableArray<string> folderNames, ContentCandidate otherwise, string because) =>
        new(new BootDecision.Serve([.. folderNames.Select(name => new ContentCandidate.FolderFile(name)), otherwise]),
            question.Say($"{because}; a file of that name in the files folder wins"));

    public static Verdict OnlyFolder(Question question, string because) =>
        new(new BootDecision.Serve([new ContentCandidate.FolderFile(NameOf(question).Path)]), because);

    /// <summary>
    /// The menu, or the entry that is chosen for this machine. A loader asks for its own name before the general one, and we could answer the
    /// first at once; but a general one that the operator wrote (pxelinux.cfg/default) must still win over a menu of ours,
    /// so the later names of the search are looked for in the folder too. A choice for this very machine wins over those.
    /// </summary>
    public static Verdict Menu(Question question, MenuDialect dialect, BootName name)
    {
        if (question.Additions.Chosen is { } chosen)
            return Serve(question, [name.Path], new ContentCandidate.RenderedEntry(dialect, chosen), question.Say($"{chosen.Name} is chosen for {question.Who}: no menu"));

        var order = name.SearchOrder(question.Request.Machine, question.Request.Address);
        return Serve(question, order, new ContentCandidate.RenderedMenu(dialect, question.Catalog.Menu),
            order.Length == 1 ? question.Say($"{question.Who} gets the menu") : question.Say($"{question.Who} gets the menu, unless the folder has a file that its search would come to"));
    }
}
