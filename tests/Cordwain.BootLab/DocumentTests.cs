using Cordwain.BootLab.Support;
using Cordwain.Emulation;

namespace Cordwain.BootLab;

/// <summary>The classic set-up as tutorials print it: a tftpboot folder, a chainloaded iPXE script, PXELINUX with a graphical menu, lines of dhcpd.conf.</summary>
[Trait("Category", "Real")]
public sealed class DocumentTests
{
    const string Mac = "52:54:00:aa:00:06";

    [Fact]
    public async Task The_ipxe_menu_boots_the_chosen_installer()
    {
        using var lab = new Lab();
        await Serve(lab, DhcpdConf);

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, Mac));
        await lab.Expect(machine, "Install CentOS 6 i386", 90);
        machine.Type("\u001b[B\r");

        await lab.Expect(machine, lab.Up, 120);
    }

    [Fact]
    public async Task The_ipxe_menu_times_out_to_the_local_disk()
    {
        using var lab = new Lab();
        var disk = LabDisk.Create(lab.Folder, "DISK-UP " + lab.Nonce);
        await Serve(lab, DhcpdConf);

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, Mac) { Disk = disk });

        await lab.Expect(machine, "Boot from local disk", 90);
        await lab.Expect(machine, "DISK-UP " + lab.Nonce, 120);
    }

    [Fact]
    public async Task The_pxelinux_menu_boots_the_chosen_installer()
    {
        using var lab = new Lab();
        await Serve(lab, PxelinuxDhcpdConf);

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, Mac));
        await lab.Expect(machine, "SysLinux Boot Menu", 120);
        machine.Type("\u001b[A\u001b[A\r");

        await lab.Expect(machine, lab.Up, 180);
    }

    [Fact]
    public async Task The_pxelinux_menu_times_out_to_the_local_disk()
    {
        using var lab = new Lab();
        var disk = LabDisk.Create(lab.Folder, "DISK-UP " + lab.Nonce);
        await Serve(lab, PxelinuxDhcpdConf);

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, Mac) { Disk = disk });

        await lab.Expect(machine, "SysLinux Boot Menu", 120);
        await lab.Expect(machine, "DISK-UP " + lab.Nonce, 120);
    }

    [Fact]
    public void Check_names_the_two_faults_of_the_printed_script()
    {
        using var lab = new Lab();
        lab.AddText("chainconfig.ipxe", DocumentTexts.PrintedScript);
        File.WriteAllText(Path.Combine(lab.Folder, "cordwain.yaml"), LabConfig.Server + $"files: {lab.Files}\n");

        var (exitCode, output) = lab.RunCordwain("check", "--config", Path.Combine(lab.Folder, "cordwain.yaml"), "--data", lab.Data);

        Assert.Equal(1, exitCode);
        Assert.Contains("chainconfig.ipxe:14:", output, StringComparison.Ordinal);
        Assert.Contains("--timeout 60000", output, StringComparison.Ordinal);
        Assert.Contains("chainconfig.ipxe:39:", output, StringComparison.Ordinal);
    }

    const string Subnet = "subnet 10.77.0.0 netmask 255.255.255.0 {\n  range 10.77.0.100 10.77.0.200;\n}\nnext-server 10.77.0.1;\n";

    const string DhcpdConf = Subnet + """
        if exists user-class and option user-class = "iPXE" {
            filename "chainconfig.ipxe";
        } else {
            filename "undionly.kpxe";
        }

        """;

    const string PxelinuxDhcpdConf = Subnet + "filename \"pxelinux.0\";\n";

    static async Task Serve(Lab lab, string dhcpdConf)
    {
        lab.AddFile("undionly.kpxe", "/usr/lib/ipxe/undionly.kpxe");
        lab.AddFile("pxelinux.0", "/usr/lib/PXELINUX/pxelinux.0");
        lab.AddFile("vesamenu.c32", "/usr/lib/syslinux/modules/bios/vesamenu.c32");
        lab.AddText("chainconfig.ipxe", DocumentTexts.MendedScript(lab));
        lab.AddText("pxelinux.cfg/default", DocumentTexts.PxelinuxMenu(lab));
        foreach (var (ipxe, pxelinux) in new[] { ("x86_64", "x64"), ("i386", "i386") })
        {
            lab.AddKernel($"centos-6/6/os/{ipxe}/images/pxeboot/vmlinuz", $"centos-6/6/os/{ipxe}/images/pxeboot/initrd.img");
            lab.AddKernel($"centos/6/{pxelinux}/vmlinuz", $"centos/6/{pxelinux}/initrd.img");
        }

        var conf = Path.Combine(lab.Folder, "dhcpd.conf");
        await File.WriteAllTextAsync(conf, dhcpdConf);
        var imported = lab.Network.Run(null, TimeSpan.FromSeconds(30), "/bin/sh", "-c", $"'{Lab.Cordwain}' import {conf} 2>/dev/null");
        await lab.ServeCordwain(imported.Output.Replace("dhcp: server\n", "dhcp: server\n    probe: false\n    force: true\n", StringComparison.Ordinal) + $"\nfiles: {lab.Files}\n");
    }
}
