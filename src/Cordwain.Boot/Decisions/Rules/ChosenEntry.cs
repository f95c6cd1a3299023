using System.Collections.Immutable;
using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Menus;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary><c>entry/NAME.ipxe</c>: the script of an entry that a rule chose when iPXE did its DHCP, or whose password was typed in a menu.</summary>
static class ChosenEntry
{
    public static Verdict Apply(Question question)
    {
        var name = Reading.NameOf(question);
        if (name.Kind != BootNameKind.IpxeEntry)
            return Verdict.Pass("the name is no entry's");

        var folder = new ContentCandidate.FolderFile(name.Path);
        var image = Choices.Find(question.Catalog, name.Last);
        if (image is not null && question.Additions.Chosen == image)
            return new(new BootDecision.Serve([folder, new ContentCandidate.RenderedEntry(MenuDialect.Ipxe, image)]), question.Say($"{image.Name} is chosen for {question.Who}"));

        // What the menu protects is asked there, and nowhere else: one who says to be a machine that does not see the entry gets nothing.
        // What it does not hold is served by its name.
        ImmutableArray<ContentCandidate> candidates = [folder, new ContentCandidate.MenuEntry(name.Last, question.Request.Password)];
        return image is null || ProtectedItems.Protect(question.Catalog.Menu, image.Name)
            ? new(new BootDecision.Serve(candidates), question.Say($"the name asks for {name.Last} of the menu"))
            : new(new BootDecision.Serve(candidates.Add(new ContentCandidate.RenderedEntry(MenuDialect.Ipxe, image))), question.Say($"the name asks for the script that boots {image.Name}"));
    }
}
