using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Menus;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>Signed builds of GRUB look in a folder that was fixed when they were built, others in that of their loader: the name counts, not the folder.</summary>
static class GrubMenu
{
    public static Verdict Apply(Question question)
    {
        var name = Reading.NameOf(question);
        return name.Kind == BootNameKind.Grub ? Reading.Menu(question, MenuDialect.Grub, name) : Verdict.Pass("the name is not in GRUB's search order");
    }
}
