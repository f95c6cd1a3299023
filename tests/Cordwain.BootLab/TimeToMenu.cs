using System.Globalization;
using Cordwain.BootLab.Support;
using Cordwain.Emulation;

namespace Cordwain.BootLab;

/// <summary>Seconds from power-on to the menu beside dnsmasq + nginx, in turns in one run. A measurement, run when asked for: <c>./test BootLab -explicit only</c>.</summary>
[Trait("Category", "Real")]
public sealed class TimeToMenu(ITestOutputHelper output)
{
    const int Rounds = 5;

    [Theory(Explicit = true)]
    [InlineData(EmulatedFirmware.Bios)]
    [InlineData(EmulatedFirmware.Uefi)]
    public async Task Paired_with_dnsmasq_and_nginx(EmulatedFirmware firmware)
    {
        List<double> ours = [], theirs = [];
        for (var round = 0; round < Rounds; round++)
        {
            theirs.Add(await Measure(firmware, ServeDnsmasqAndNginx));
            ours.Add(await Measure(firmware, lab => lab.ServeCordwain(LabConfig.Server + lab.LinuxMenu())));
        }

        output.WriteLine($"{firmware}: power-on to menu, seconds, {Rounds} pairs");
        output.WriteLine($"  cordwain         {Line(ours)}");
        output.WriteLine($"  dnsmasq + nginx  {Line(theirs)}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  median of the ratios {ours.Zip(theirs, (our, their) => our / their).Order().ElementAt(Rounds / 2):0.00}"));
        Assert.Equal(Rounds, ours.Count);
    }

    static async Task<double> Measure(EmulatedFirmware firmware, Func<Lab, Task> serve)
    {
        using var lab = new Lab();
        lab.AddKernel();
        await serve(lab);
        var machine = lab.PowerOn(new(firmware, "52:54:00:aa:00:07"));
        await lab.Expect(machine, $"Lab menu {lab.Nonce}", 180);
        return machine.Age.TotalSeconds;
    }

    static async Task ServeDnsmasqAndNginx(Lab lab)
    {
        lab.AddFile("snponly.efi", "/usr/lib/ipxe/snponly.efi");
        lab.AddText("menu.ipxe", $"#!ipxe\nmenu Lab menu {lab.Nonce}\nitem linux Lab Linux\nitem local Local disk\nchoose --timeout 30000 --default linux selected || shell\n");
        var nginx = Path.Combine(lab.Folder, "nginx.conf");
        await File.WriteAllTextAsync(nginx, $"daemon off; master_process off; pid {lab.Folder}/nginx.pid; error_log stderr notice; events {{}} " +
            $"http {{ access_log off; server {{ listen {Lab.Server}:80; root {lab.Files}; }} }}");
        await lab.StartServer(null, "getrlimit", "/usr/sbin/nginx", "-c", nginx);
        await lab.StartServer(null, "sockets bound exclusively", "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--user=root",
            $"--interface={Lab.Bridge}", "--bind-interfaces", "--dhcp-range=10.77.0.100,10.77.0.200", "--no-ping", "--dhcp-option-force=175,b0:01:01",
            "--dhcp-userclass=set:ipxe,iPXE", $"--dhcp-boot=tag:ipxe,http://{Lab.Server}/menu.ipxe", "--dhcp-boot=tag:!ipxe,snponly.efi", "--enable-tftp", $"--tftp-root={lab.Files}",
            $"--dhcp-leasefile={lab.Folder}/leases");
    }

    static string Line(List<double> seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"median {seconds.Order().ElementAt(seconds.Count / 2):0.0} ({seconds.Min():0.0} to {seconds.Max():0.0})");
}
