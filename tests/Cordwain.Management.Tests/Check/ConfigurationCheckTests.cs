using System.Collections.Frozen;
using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Menus;
using Cordwain.Management.Check;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Tests.Check;

public sealed class ConfigurationCheckTests
{
    static readonly FakeHost Fine = new()
    {
        Interfaces = ["lo", "eth0"],
        Links = [("eth0", new Ipv4Network(Ipv4Address.Parse("10.0.0.0"), 24))],
        Files = { ["/srv/linux"] = "x" },
    };

    static readonly string[] Loaders = ["undionly.kpxe", "snponly.efi", "snponly-ia32.efi", "snponly-arm64.efi", "snponly-arm32.efi", "snponly-riscv64.efi", "snponly-loong64.efi"];

    const string Net = "networks: { lan: { subnet: 10.0.0.0/24 } }\n";

    [Fact]
    public void A_machine_where_all_is_well_gives_no_problem()
    {
        var report = Run(Net + "files: /srv\nmenu: { entries: [local, a] }\nimages: { a: { kernel: linux } }", Fine);
        Assert.Empty(report.Problems);
        Assert.False(report.HasErrors);
        Assert.Equal(["configuration", "ports", "rights", "interfaces", "firewall", "loaders", "files", "menu", "scripts"], report.Sections.Select(section => section.Title));
    }

    [Fact]
    public void A_file_with_mistakes_is_all_that_is_reported()
    {
        var report = Run("nonsense: 1", Fine with { Listeners = new() { [(Transport.Udp, 67)] = "dnsmasq (pid 5)" } });
        Assert.Equal("CW4007", Assert.Single(report.Problems).Code);
        Assert.True(report.HasErrors);
    }

    public static TheoryData<string, string, FakeHost, string> Found => new()
    {
        {
            "a port that is taken", Net,
            Fine with { Listeners = new() { [(Transport.Udp, 69)] = "in.tftpd (pid 812)" } },
            "error CW4101: Port 69/udp (tftp.port) is taken by in.tftpd (pid 812). Stop that program, or set another `tftp.port`."
        },
        {
            "our own server", Net,
            Fine with { Listeners = new() { [(Transport.Tcp, 8067)] = "cordwain (pid 9)" } },
            "note CW4101: Port 8067/tcp (http.port) is taken by cordwain (pid 9): a server is running already. That is as it should be, if it is yours."
        },
        {
            "no right to low ports", Net,
            Fine with { MayBindLowPorts = false },
            "warning CW4102: This user may not bind ports below 1024, and the configuration needs 67, 69. Run `cordwain serve` as root, or give its service CAP_NET_BIND_SERVICE and CAP_NET_RAW."
        },
        {
            "no right to raw frames", Net,
            Fine with { MaySendFrames = false },
            "warning CW4102: This user may not send raw frames, which answers machines that have no address yet. Run `cordwain serve` as root, or give its service CAP_NET_BIND_SERVICE and CAP_NET_RAW."
        },
        {
            "an interface that is not there", Net + "dhcp: { interfaces: [eth9, 'e*'] }", Fine,
            "warning CW4107: dhcp.interfaces: there is no interface `eth9` now. There are: eth0, lo."
        },
        {
            "a network behind a relay", "networks: { far: { subnet: 10.9.0.0/24 } }", Fine,
            "note CW4108: networks.far: no interface has an address in 10.9.0.0/24, so machines there are reached through a relay only. If they are on a link of this machine, give that interface an address in the network."
        },
        {
            "ufw", Net + "tftp: { enabled: false }",
            Fine with { Firewalls = [("ufw", "x")] },
            "warning CW4104: ufw seems to be active (x). Let the ports in: `ufw allow 67/udp`, `ufw allow 4011/udp`, `ufw allow 8067/tcp`."
        },
        {
            "firewalld", Net + "tftp: { enabled: false }",
            Fine with { Firewalls = [("firewalld", "x")] },
            "warning CW4104: firewalld seems to be active (x). Let the ports in: `firewall-cmd --permanent --add-port=67/udp --add-port=4011/udp --add-port=8067/tcp`, then `firewall-cmd --reload`."
        },
        {
            "a file of an image", Net + "files: /srv\nmenu: { entries: [local] }\nimages: { a: { kernel: linux, initrd: initrd.gz } }", Fine,
            "warning CW4105: images.a: the file `initrd.gz` is not there. Copy it to /srv/initrd.gz, or correct the path."
        },
        {
            "no folder for the files", Net + "menu: { entries: [local] }\nimages: { a: { kernel: linux } }", Fine,
            "warning CW4105: images.a: the file `linux` is not there. Set `files:` to the folder that holds it."
        },
        {
            "a loader that a rule names", Net + "files: /srv\nrules: [{ file: /custom.kpxe }]", Fine,
            "warning CW4105: rules[0]: the file `custom.kpxe` is not there. Copy it to /srv/custom.kpxe, or correct the path."
        },
        {
            "a loader that a rule names and that is there", Net + "rules: [{ file: undionly.kpxe }]",
            Fine with { MaySendFrames = false, Interfaces = Fine.Interfaces },
            "warning CW4102: This user may not send raw frames, which answers machines that have no address yet. Run `cordwain serve` as root, or give its service CAP_NET_BIND_SERVICE and CAP_NET_RAW."
        },
    };

    [Theory, MemberData(nameof(Found))]
    public void Finds(string what, string yaml, FakeHost host, string expected) =>
        Assert.Equal(what + ": " + expected, what + ": " + string.Join('\n', Run(yaml, host).Problems));

    [Fact]
    public void A_loader_that_is_missing_comes_with_its_package()
    {
        var problems = Run(Net, Fine, loaders: []).Problems.Where(problem => problem.Code == "CW4103").ToArray();
        var bios = problems.Single(problem => problem.Message.Contains("bios", StringComparison.Ordinal));
        Assert.Equal("warning CW4103: There is no loader for bios machines: none of undionly.kpxe, ipxe.pxe, lpxelinux.0, pxelinux.0. Install it: `apt-get install ipxe`.", bios.ToString());
        Assert.Contains(problems, problem => problem.Severity == Severity.Note);
    }

    [Fact]
    public void Scripts_of_the_operator_are_read_with_their_place()
    {
        var host = Fine with
        {
            Files = new()
            {
                ["/srv/linux"] = "x",
                ["/srv/menu.ipxe"] = "#!ipxe\nchoose --default local 60000 target\n",
                ["/srv/pxelinux.cfg/default"] = "UI vesamenu.c32\nLABEL a\n  KERNEL nowhere\n",
                ["/srv/readme.txt"] = "not a script",
            },
        };
        var problems = Run(Net + "files: /srv", host).Sections.Single(section => section.Title == "scripts").Problems;
        Assert.Contains(problems, problem => problem.File == "/srv/menu.ipxe" && problem.Line == 2);
        Assert.Contains(problems, problem => problem.File == "/srv/pxelinux.cfg/default" && problem.Message.Contains("vesamenu.c32", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, problem => problem.File == "/srv/readme.txt");
    }

    [Fact]
    public void What_a_loader_cannot_do_is_a_note_for_built_in_choices_and_a_warning_for_images()
    {
        var problems = Run(Net + "files: /srv\nmenu: { entries: [local, shell, disk] }\nimages: { disk: { disk: aoe:e0.1 } }", Fine).Problems.ToArray();
        Assert.All(problems, problem => Assert.Equal("CW3012", problem.Code));
        Assert.Contains(problems, problem => problem.Severity == Severity.Note && problem.Message.StartsWith("GRUB: shell: ", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Severity == Severity.Warning && problem.Message.StartsWith("PXELINUX: disk: ", StringComparison.Ordinal));
    }

    [Fact]
    public void More_checks_can_be_added()
    {
        var report = ConfigurationCheck.Run(Read(Net, Loaders), Fine, new OneMore());
        Assert.Equal("CW9999", Assert.Single(report.Sections[^1].Problems).Code);
    }

    sealed class OneMore : ICheck
    {
        public string Title => "more";

        public IEnumerable<Problem> Examine(CheckSubject subject) => [new("CW9999", Severity.Note, "x")];
    }

    [Fact]
    public void Every_code_of_the_check_has_its_page() =>
        Assert.All(["CW4101", "CW4102", "CW4103", "CW4104", "CW4105", "CW4107", "CW4108"], code => Assert.True(File.Exists(Path.Combine(Golden.Repository, "docs", "errors", code + ".md")), code));

    static CheckReport Run(string yaml, FakeHost host, string[]? loaders = null) => ConfigurationCheck.Run(Read(yaml, loaders ?? Loaders), host);

    static ConfigurationResult Read(string yaml, string[] loaders) => ConfigurationLoader.Read(Encoding.UTF8.GetBytes(yaml), "cordwain.yaml",
        new() { FolderExists = _ => true, BuiltInMenu = new() { Items = [new MenuItem.Entry("local")] }, FindLoaders = _ => new LoaderCatalog(loaders.ToFrozenSet()) });
}
