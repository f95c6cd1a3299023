using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Menus;

namespace Cordwain.Boot.Decisions.Rules;

static class IpxeScript
{
    public static Verdict Apply(Question question)
    {
        var name = Reading.NameOf(question);

        // Quirk CWQ-10 (iPXE 1.21 and later, EFI): it looks for autoexec.ipxe through the firmware, before its own DHCP. A menu given there
        // would run without a network; "not found" lets iPXE go on to DHCP, which names boot.ipxe.
        if (name.Kind == BootNameKind.IpxeAutoexec)
            return Reading.OnlyFolder(question, "iPXE looks for autoexec.ipxe before it has an address; without one it goes on to DHCP and gets its script there");
        return name.Kind == BootNameKind.IpxeScript
            ? Reading.Menu(question, MenuDialect.Ipxe, name)
            : Verdict.Pass("the name is no iPXE script's");
    }
}
