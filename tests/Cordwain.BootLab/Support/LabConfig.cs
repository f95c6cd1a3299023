namespace Cordwain.BootLab.Support;

/// <summary>Configurations that several boots share.</summary>
static class LabConfig
{
    public const string Server = """
        networks:
          lab:
            subnet: 10.77.0.0/24
            dhcp: server
            pool: 10.77.0.100-10.77.0.200
            router: 10.77.0.1
            dns: 10.77.0.1
            probe: false
            force: true

        """;

    public const string Proxy = """
        networks:
          lab:
            subnet: 10.77.0.0/24
            dhcp: proxy

        """;

    /// <summary>The lab's kernel as the default of a menu with a short timeout.</summary>
    public static string LinuxMenu(this Lab lab, string entry = "linux") => $$"""
        files: {{lab.Files}}
        menu:
          title: Lab menu {{lab.Nonce}}
          timeout: 3s
          default: {{entry}}
          entries: [local, linux, memtest]
        images:
          linux:
            title: Lab Linux
            kernel: linux
            initrd: initrd.gz
            args: {{lab.Arguments}}

        """;

    /// <summary>Another program's DHCP server on the same link, without a word about booting.</summary>
    public static Task StartForeignDhcp(this Lab lab)
    {
        var host = lab.Network.AddHost("dhcp", Lab.Bridge, "10.77.0.2/24");
        return lab.StartServer(host, "DHCP, IP range", "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--user=root", "--interface=eth0",
            "--bind-interfaces", "--dhcp-range=10.77.0.100,10.77.0.200", "--dhcp-authoritative", $"--dhcp-leasefile={lab.Folder}/foreign-leases");
    }
}
