using Cordwain.BootLab.Support;
using Cordwain.Emulation;

namespace Cordwain.BootLab;

/// <summary>Debian's own installer, its kernel and initrd as shipped.</summary>
[Trait("Category", "Real")]
public sealed class InstallerTests
{
    [Fact]
    public async Task Debian_installer_fetches_its_preseed()
    {
        using var lab = new Lab();
        var images = LabFiles.Unpacked("usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64");
        lab.AddFile("linux", Path.Combine(images, "linux"));
        lab.AddFile("initrd.gz", Path.Combine(images, "initrd.gz"));
        lab.AddText("preseed.cfg", $"d-i mirror/country string manual\nd-i preseed/early_command string echo PRESEED-RUN {lab.Nonce} > /dev/ttyS0\n");
        await lab.ServeCordwain(LabConfig.Server + $$$"""
            files: {{{lab.Files}}}
            menu: { timeout: 1s, default: debian, entries: [debian] }
            images:
              debian:
                title: Install Debian
                kernel: linux
                initrd: initrd.gz
                args: auto=true priority=critical console=ttyS0,115200 url={{ server.http }}/preseed.cfg

            """);

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, "52:54:00:aa:00:05") { Memory = 1024 });

        await lab.Expect(machine, "PRESEED-RUN " + lab.Nonce, 300);
    }
}
