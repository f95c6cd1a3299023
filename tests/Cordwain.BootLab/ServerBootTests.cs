using Cordwain.BootLab.Support;
using Cordwain.Emulation;

namespace Cordwain.BootLab;

/// <summary>From power-on to a running kernel with Cordwain alone. The end is the nonce of that boot on the console.</summary>
[Trait("Category", "Real")]
public sealed class ServerBootTests
{
    const string Mac = "52:54:00:aa:00:01";

    [Fact]
    public async Task Bios_ipxe_rom_to_menu_to_kernel_over_http()
    {
        using var lab = new Lab();
        lab.AddKernel();
        await lab.ServeCordwain(LabConfig.Server + lab.LinuxMenu());

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, Mac));

        await lab.Expect(machine, $"Lab menu {lab.Nonce}", 60);
        await lab.Expect(machine, lab.Up, 120);
        lab.ExpectExplained();
    }

    [Fact]
    public async Task Bios_rom_that_is_not_ipxe_to_undionly_to_kernel()
    {
        using var lab = new Lab();
        lab.AddKernel();
        await lab.ServeCordwain(LabConfig.Server + lab.LinuxMenu());

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, Mac));
        await lab.PretendToBeAnotherRom(machine);

        await lab.Expect(machine, "undionly.kpxe", 60);
        await lab.Expect(machine, $"Lab menu {lab.Nonce}", 180);
        await lab.Expect(machine, lab.Up, 180);
        lab.ExpectExplained();
    }

    [Fact]
    public async Task Ovmf_pxe_to_snponly_to_menu_to_kernel()
    {
        using var lab = new Lab();
        lab.AddKernel();
        await lab.ServeCordwain(LabConfig.Server + lab.LinuxMenu());

        var machine = lab.PowerOn(new(EmulatedFirmware.Uefi, Mac));

        await lab.Expect(machine, $"Lab menu {lab.Nonce}", 180);
        await lab.Expect(machine, lab.Up, 120);
        lab.ExpectExplained();
    }

    [Fact]
    public async Task Ovmf_http_boot_to_menu_to_kernel()
    {
        using var lab = new Lab();
        lab.AddKernel();
        await lab.ServeCordwain(LabConfig.Server + lab.LinuxMenu());

        var machine = lab.PowerOn(new(EmulatedFirmware.UefiHttp, Mac));

        await lab.Expect(machine, $"Lab menu {lab.Nonce}", 180);
        await lab.Expect(machine, lab.Up, 120);
        lab.ExpectExplained();
    }

    [Fact]
    public async Task Ovmf_pxe_to_grub_to_kernel()
    {
        using var lab = new Lab();
        lab.AddKernel();
        lab.AddFile("grubnetx64.efi", LabFiles.Unpacked("usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed"));
        await lab.ServeCordwain(LabConfig.Server + lab.LinuxMenu() + """
            rules:
              - when: { arch: [efi-x64] }
                file: grubnetx64.efi

            """);

        var machine = lab.PowerOn(new(EmulatedFirmware.Uefi, Mac) { Memory = 768 });

        await lab.Expect(machine, "Lab Linux", 120);
        await lab.Expect(machine, lab.Up, 180);
        lab.ExpectExplained();
    }

    [Theory]
    [InlineData("menu.c32", "")]
    [InlineData("vesamenu.c32", "  colors: { title: \"#ffffff\" }\n")]
    public async Task Pxelinux_menu_to_kernel_by_tftp(string module, string look)
    {
        using var lab = new Lab();
        lab.AddKernel();
        await lab.ServeCordwain(LabConfig.Server + lab.LinuxMenu().Replace("  entries:", look + "  entries:", StringComparison.Ordinal) + """
            rules:
              - when: { arch: [bios] }
                file: pxelinux.0

            """);

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, Mac));

        await lab.Expect(machine, lab.Up, 180);
        lab.ExpectExplained();
        Assert.Contains(module, lab.RunCordwain("boots", "show", "1", "--data", lab.Data).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pxelinux_times_out_to_the_local_disk()
    {
        using var lab = new Lab();
        var disk = LabDisk.Create(lab.Folder, "DISK-UP " + lab.Nonce);
        lab.AddKernel();
        await lab.ServeCordwain(LabConfig.Server + lab.LinuxMenu("local") + """
            rules:
              - when: { arch: [bios] }
                file: pxelinux.0

            """);

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, Mac) { Disk = disk });

        await lab.Expect(machine, "DISK-UP " + lab.Nonce, 90);
        lab.ExpectExplained();
    }

    [Fact]
    public async Task Ipxe_menu_times_out_to_the_local_disk()
    {
        using var lab = new Lab();
        var disk = LabDisk.Create(lab.Folder, "DISK-UP " + lab.Nonce);
        await lab.ServeCordwain(LabConfig.Server + lab.LinuxMenu("local"));

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, Mac) { Disk = disk });

        await lab.Expect(machine, $"Lab menu {lab.Nonce}", 60);
        await lab.Expect(machine, "DISK-UP " + lab.Nonce, 60);
        lab.ExpectExplained();
    }

    [Fact]
    public async Task Lpxelinux_does_all_over_http()
    {
        using var lab = new Lab();
        lab.AddKernel();
        await lab.ServeCordwain(LabConfig.Server + lab.LinuxMenu() + """
            rules:
              - when: { arch: [bios] }
                file: lpxelinux.0

            """);

        // On QEMU's virtio ROM lpxelinux stalls in large files; e1000 is sound.
        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, Mac) { NetworkCard = "e1000" });

        await lab.Expect(machine, lab.Up, 180);
        lab.ExpectExplained();
        var timeline = lab.RunCordwain("boots", "show", "1", "--data", lab.Data).Output;
        Assert.True(timeline.Contains("HTTP /linux", StringComparison.Ordinal), timeline);
    }

    [Theory]
    [InlineData(EmulatedFirmware.Bios)]
    [InlineData(EmulatedFirmware.Uefi)]
    public async Task Memtest_runs(EmulatedFirmware firmware)
    {
        using var lab = new Lab();
        lab.AddKernel();
        await lab.ServeCordwain(LabConfig.Server + lab.LinuxMenu("memtest").Replace(
            "images:\n", "images:\n  memtest:\n    title: Memory test\n    kernel: loader:memtest86+x64.bin\n    efi: loader:memtest86+x64.efi\n    args: console=ttyS0,115200\n",
            StringComparison.Ordinal));

        var machine = lab.PowerOn(new(firmware, Mac));

        await lab.Expect(machine, "Memtest86+", 120);
        await lab.Expect(machine, "Pass", 60);
        lab.ExpectExplained();
    }

    [Fact]
    public async Task Uboot_arm64_by_extlinux()
    {
        using var lab = new Lab();
        lab.AddKernel(architecture: "arm64");
        await lab.ServeCordwain(LabConfig.Server + lab.LinuxMenu().Replace("ttyS0,115200", "ttyAMA0", StringComparison.Ordinal));

        var machine = lab.PowerOn(new(EmulatedFirmware.UBootArm64, "52:52:52:52:52:52") { Memory = 768 });

        await lab.Expect(machine, lab.Up, 180);
        lab.ExpectExplained();
    }
}
