using Cordwain.BootLab.Support;
using Cordwain.Emulation;

namespace Cordwain.BootLab;

/// <summary>A disk across the network: tgt's first LUN is 1.</summary>
[Trait("Category", "Real")]
public sealed class SanBootTests
{
    internal const string Target = "iqn.2026-01.lab:disk";

    [Fact]
    public async Task An_iscsi_disk_boots_by_sanboot()
    {
        using var lab = new Lab();
        await StartTarget(lab);
        await lab.ServeCordwain(LabConfig.Server + $$"""
            menu:
              timeout: 2s
              default: disk
              entries: [disk]
            images:
              disk:
                title: A disk on the network
                disk: { uri: "iscsi:10.77.0.9:::1:{{Target}}", initiator: iqn.2026-01.lab:machine }

            """);

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, "52:54:00:aa:00:04"));

        await lab.Expect(machine, "DISK-UP " + lab.Nonce, 90);
        lab.ExpectExplained();
    }

    [Fact]
    public async Task An_iscsi_disk_boots_by_option_17_alone()
    {
        using var lab = new Lab();
        await StartTarget(lab);
        await lab.ServeCordwain(LabConfig.Server + $$"""
            images:
              disk:
                title: A disk on the network
                disk: { uri: "iscsi:10.77.0.9:::1:{{Target}}", initiator: iqn.2026-01.lab:machine }
            machines:
              diskless:
                mac: 52:54:00:aa:00:04
                boot: disk

            """);

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, "52:54:00:aa:00:04"));

        await lab.Expect(machine, "DISK-UP " + lab.Nonce, 90);
        lab.ExpectExplained();
        Assert.DoesNotContain("boot.ipxe", lab.RunCordwain("boots", "show", "1", "--data", lab.Data).Output, StringComparison.Ordinal);
    }

    internal static async Task StartTarget(Lab lab)
    {
        var disk = LabDisk.Create(lab.Folder, "DISK-UP " + lab.Nonce);
        var host = lab.Network.AddHost("san", Lab.Bridge, "10.77.0.9/24");
        var port = $"{Environment.ProcessId % 30000}";   // tgtd's control socket is named by this number, machine-wide
        await lab.StartServer(host, "listen", "/bin/sh", "-c", $"tgtd -f -C {port} --iscsi portal=10.77.0.9:3260 2>&1 & tgt=$!; " +
            $"until tgtadm -C {port} --lld iscsi --op new --mode target --tid 1 -T {Target} 2>/dev/null; do sleep 0.1; done; " +
            $"tgtadm -C {port} --lld iscsi --op new --mode logicalunit --tid 1 --lun 1 -b {disk} && " +
            $"tgtadm -C {port} --lld iscsi --op bind --mode target --tid 1 -I ALL && echo listening; wait $tgt");
    }
}
