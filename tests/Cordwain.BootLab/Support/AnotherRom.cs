using Cordwain.Emulation;

namespace Cordwain.BootLab.Support;

static class AnotherRom
{
    /// <summary>QEMU's only BIOS boot ROM is iPXE; this makes it say another user class, as a vendor's ROM would say none.</summary>
    public static async Task PretendToBeAnotherRom(this Lab lab, EmulatedMachine machine)
    {
        await lab.Expect(machine, "Ctrl-B", 60);
        await lab.OpenCommandLine(machine);
        await lab.Command(machine, "set user-class another-rom");
        await lab.Command(machine, "autoboot net0");
    }

    /// <summary>The ROM listens for two seconds, which a busy host may let pass: so the key is pressed until it is heard. On the command line it does nothing.</summary>
    static async Task OpenCommandLine(this Lab lab, EmulatedMachine machine)
    {
        const string Prompt = "iPXE>";
        for (var presses = 0; presses < 60; presses++)
        {
            machine.Type("\u0002");
            try
            {
                await machine.WaitFor(Prompt, TimeSpan.FromMilliseconds(500));
                return;
            }
            catch (TimeoutException)
            {
                // Not heard yet.
            }
        }

        await lab.Expect(machine, Prompt, 1);
    }

    /// <summary>Types no faster than it is read: a serial port keeps 16 characters, and what comes on top of them is lost.</summary>
    static async Task Command(this Lab lab, EmulatedMachine machine, string command)
    {
        const int AtOnce = 8;
        for (var typed = 0; typed < command.Length; typed += AtOnce)
        {
            var upTo = Math.Min(typed + AtOnce, command.Length);
            machine.Type(command[typed..upTo]);
            await lab.Expect(machine, command[..upTo], 60);
        }

        machine.Type("\r");
    }
}
