using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Menus;

namespace Cordwain.Boot.Decisions.Rules;

static class PxelinuxMenu
{
    public static Verdict Apply(Question question)
    {
        var name = Reading.NameOf(question);
        return name.Kind != BootNameKind.Pxelinux ? Verdict.Pass("the name is not in PXELINUX's search order")
            : Reading.Menu(question, IsUBoot(question.Request, name) ? MenuDialect.Extlinux : MenuDialect.Pxelinux, name);
    }

    /// <summary>There is no PXELINUX for anything but x86: on other CPUs, U-Boot reads these names.</summary>
    static bool IsUBoot(BootRequest request, BootName name) =>
        name.IsUBoot || request.IsUBoot || request.Architecture is { Cpu: not (Cpu.X86 or Cpu.X64 or Cpu.Unknown) };
}
