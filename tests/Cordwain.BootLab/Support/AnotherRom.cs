using Cordwain.Emulation;

namespace Cordwain.BootLab.Support;

static class AnotherRom
{
    /// <summary>QEMU's only BIOS boot ROM is iPXE; this makes it say another user class, as a vendor's ROM would say none.</summary>
    public static async Task PretendToBeAnotherRom(this Lab lab, EmulatedMachine machine)
    {
        await lab.Expect(machine, "Ctrl-B", 60);
        machine.Type("\u0002");
        await lab.Expect(machine, "iPXE>", 30);
        machine.Type("set user-class another-rom\r");
        machine.Type("autoboot net0\r");
    }
}
