using Cordwain.BootLab.Support;
using Cordwain.Emulation;

namespace Cordwain.BootLab;

/// <summary>The lab itself, proven with another server: a failure here is the lab's, not ours.</summary>
[Trait("Category", "Real")]
public sealed class ReferenceServerTests
{
    [Fact]
    public async Task Dnsmasq_boots_a_bios_machine()
    {
        using var lab = new Lab();
        lab.AddKernel();
        lab.AddText("boot.ipxe", $"#!ipxe\nkernel tftp://{Lab.Server}/linux {lab.Arguments}\ninitrd tftp://{Lab.Server}/initrd.gz\nboot\n");
        await lab.StartServer(null, "sockets bound exclusively", "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--user=root",
            $"--interface={Lab.Bridge}", "--bind-interfaces", "--dhcp-range=10.77.0.100,10.77.0.200", "--dhcp-boot=boot.ipxe", "--dhcp-option=option:router",
            "--dhcp-option-force=175,b0:01:01", "--enable-tftp", $"--tftp-root={lab.Files}", "--log-dhcp", $"--dhcp-leasefile={lab.Folder}/leases");

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, "52:54:00:aa:00:01"));

        await lab.Expect(machine, lab.Up, 120);
    }
}
