using Cordwain.BootLab.Support;
using Cordwain.Emulation;

namespace Cordwain.BootLab;

/// <summary>A machine on a link where we have no address, behind ISC's relay agent.</summary>
[Trait("Category", "Real")]
public sealed class RelayBootTests
{
    [Fact]
    public async Task Boots_behind_a_relay()
    {
        using var lab = new Lab();
        lab.AddKernel();
        lab.Network.AddLink("far0", null);
        var relay = lab.Network.AddHost("relay", Lab.Bridge, "10.77.0.3/24");
        lab.Network.Attach(relay, "eth1", "far0", "10.88.0.1/24");
        lab.Network.Run(relay, TimeSpan.FromSeconds(5), "sysctl", "-qw", "net.ipv4.ip_forward=1");
        lab.Network.Run(null, TimeSpan.FromSeconds(5), "ip", "route", "add", "10.88.0.0/24", "via", "10.77.0.3");
        await lab.ServeCordwain(LabConfig.Server + """
              far:
                subnet: 10.88.0.0/24
                dhcp: server
                pool: 10.88.0.100-10.88.0.150
                router: 10.88.0.1
                probe: false
                force: true

            """ + lab.LinuxMenu());
        await lab.StartServer(relay, "Sending on", LabFiles.Unpacked("usr/sbin/dhcrelay"), "-4", "-d", "--no-pid", "-a",
            "-id", "eth1", "-iu", "eth0", Lab.Server);

        var machine = lab.PowerOn(new(EmulatedFirmware.Bios, "52:54:00:aa:00:03"), "far0");

        await lab.Expect(machine, "10.88.0.1", 60);
        await lab.Expect(machine, lab.Up, 150);
        lab.ExpectExplained();
        Assert.Contains("10.88.0.1", lab.RunCordwain("leases", "--data", lab.Data).Output, StringComparison.Ordinal);
    }
}
