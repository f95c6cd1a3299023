using Cordwain.Boot.Catalog;
using Cordwain.Management.Configuration;

namespace Cordwain.Management.Tests.Configuration;

/// <summary>What the manual shows can be copied.</summary>
public sealed class GuideTests
{
    static readonly ImageDefinition Known = new() { Name = "memtest", Title = "Memory test", Variants = [new(BootCondition.Always, new BootMethod.Shell())] };

    [Fact]
    public void The_file_to_start_from_holds()
    {
        var page = File.ReadAllText(Path.Combine(Golden.Repository, "docs", "guide", "configuration.md"));
        var yaml = page.Split("```yaml\n")[1].Split("```")[0];
        Assert.Empty(Reading.Of(yaml).Problems);
    }

    /// <summary>As the product's own description shows it, without what comes later.</summary>
    [Fact]
    public void The_example_of_the_product_holds()
    {
        const string Yaml = """
            networks:
              office:            # somebody else gives the addresses here
                subnet: 10.77.0.0/24
                dhcp: proxy
              rack-a:
                subnet: 192.168.10.0/24
                dhcp: server
                pool: 192.168.10.50-192.168.10.200
                router: 192.168.10.1
                dns: [192.168.10.1]
                lease: 12h
                options: { ntp-servers: [192.168.10.1], 43: hex:0104deadbeef, 175.176: 1 }
                probe: false
                force: true
              rack-b:
                subnet: 192.168.20.0/24
                dhcp: server
                pool: [192.168.20.50-192.168.20.99, 192.168.20.150-192.168.20.199]
            http: { port: 8067 }
            tftp: { port: 69 }             # enabled: false turns it off
            files: /srv/tftpboot           # an existing folder, served as it stands
            menu:
              title: Boot menu
              timeout: 60s
              default: local
              entries: [local, debian-12, memtest]
            images:
              debian-12:
                title: Install Debian 12
                kernel: https://mirror.example/debian/…/linux        # fetched once, verified, cached
                initrd: https://mirror.example/debian/…/initrd.gz
                args: auto=true priority=critical url={{ answer 'debian.preseed' }} console={{ machine.console }}
            rules:
              - when: { arch: [bios], ipxe: false }
                file: undionly.kpxe
              - when: { ipxe: true, mac: "52:54:00:*" }
                entry: debian-12
            machines:
              web01:
                mac: [52:54:00:12:34:56]
                boot: debian-12
                once: true               # remembered: only a changed declaration arms again
                vars: { disk: /dev/sda, console: ttyS0 }
            """;
        var result = Reading.Of(Yaml, Reading.Inputs with { KnownImages = [Known] });
        Assert.Empty(result.Problems);
        Assert.Equal("auto=true priority=critical url={{ answer 'debian.preseed' }} console={{ machine.console }}",
            Assert.IsType<BootMethod.Kernel>(result.Catalog!.Images["debian-12"].Variants[0].Method).Arguments);
    }
}
