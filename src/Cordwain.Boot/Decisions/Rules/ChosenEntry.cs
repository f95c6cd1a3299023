using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Menus;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary><c>entry/NAME.ipxe</c>: the script of an entry that a rule chose when iPXE did its DHCP.</summary>
static class ChosenEntry
{
    public static Verdict Apply(Question question)
    {
        var name = Reading.NameOf(question);
        if (name.Kind != BootNameKind.IpxeEntry)
            return Verdict.Pass("the name is no entry's");

        return Choices.Find(question.Catalog, name.Last) is { } image
            ? Reading.Serve(question, [name.Path], new ContentCandidate.RenderedEntry(MenuDialect.Ipxe, image), $"the name asks for the script that boots {image.Name}")
            : Reading.OnlyFolder(question, $"there is no image {PrintableText.Quote(name.Last)}");
    }
}
