using Cordwain.BootLab.Support;
using Cordwain.Emulation;

namespace Cordwain.BootLab;

/// <summary>Beside another program's DHCP server, which gives the addresses and knows nothing of booting.</summary>
[Trait("Category", "Real")]
public sealed class ProxyBootTests
{
    const string Mac = "52:54:00:aa:00:02";

    [Theory]
    [InlineData(EmulatedFirmware.Bios)]
    [InlineData(EmulatedFirmware.Uefi)]
    public async Task Boots_beside_a_foreign_server(EmulatedFirmware firmware)
    {
        using var lab = new Lab();
        lab.AddKernel();
        await lab.StartForeignDhcp();
        await lab.ServeCordwain(LabConfig.Proxy + lab.LinuxMenu());

        var machine = lab.PowerOn(new(firmware, Mac));

        await lab.Expect(machine, $"Lab menu {lab.Nonce}", 180);
        await lab.Expect(machine, lab.Up, 120);
        lab.ExpectExplained();
    }

    [Fact]
    public async Task Boots_a_rom_that_is_not_ipxe()
    {
        using var lab = new Lab();
        lab.AddKernel();
        await lab.StartForeignDhcp();
        await lab.ServeCordwain(LabConfig.Proxy + lab.LinuxMenu());

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, Mac));
        await lab.PretendToBeAnotherRom(machine);

        await lab.Expect(machine, "undionly.kpxe", 60);
        await lab.Expect(machine, lab.Up, 180);
        lab.ExpectExplained();
    }

    [Fact]
    public async Task Without_a_configuration_the_built_in_menu_appears()
    {
        using var lab = new Lab();
        await lab.StartForeignDhcp();
        await lab.StartServer(null, "Cordwain is ready", Lab.Cordwain, "serve", "--data", lab.Data, "--no-install");

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, Mac));

        await lab.Expect(machine, "local disk", 90);
    }
}
