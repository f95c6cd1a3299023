using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Menus;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Decisions;

public sealed class ReadDecisionTests
{
    static readonly Ipv4Address Client = Ipv4Address.Parse("10.77.0.130");

    static readonly MachineDirectory Machines = Seen(new ClientArchitecture(0), isIpxe: true);

    static readonly MachineDefinition Web01 = new() { Name = "web01", Macs = [Lab.Mac], Boot = "debian-12" };

    public static TheoryData<string, string> MenuNames => new()
    {
        // asked                                              served, in order
        { "boot.ipxe",                                        "folder boot.ipxe|menu for Ipxe" },
        { "menu.ipxe",                                        "folder menu.ipxe|menu for Ipxe" },
        { "autoexec.ipxe",                                    "folder autoexec.ipxe" },
        { "entry/memtest.ipxe",                               "folder entry/memtest.ipxe|memtest of the menu|memtest for Ipxe" },
        { "entry/no-such.ipxe",                               "folder entry/no-such.ipxe|no-such of the menu" },
        { "boot.scr.uimg",                                    "folder boot.scr.uimg|U-Boot's script" },
        { "pxelinux.cfg/default",                             "folder pxelinux.cfg/default|menu for Pxelinux" },
        { "bios/pxelinux.cfg/default",                        "folder bios/pxelinux.cfg/default|menu for Pxelinux" },
        { "pxelinux.cfg/0a4d",                                "folder pxelinux.cfg/0a4d|folder pxelinux.cfg/0a4|folder pxelinux.cfg/0a|folder pxelinux.cfg/0|folder pxelinux.cfg/default|menu for Pxelinux" },
        { "pxelinux.cfg/graphics.conf",                       "folder pxelinux.cfg/graphics.conf" },
        { "pxelinux.cfg/default-arm-qemu",                    "folder pxelinux.cfg/default-arm-qemu|folder pxelinux.cfg/default|menu for Extlinux" },
        { "extlinux/extlinux.conf",                           "folder extlinux/extlinux.conf|menu for Extlinux" },
        { "grub.cfg",                                         "folder grub.cfg|menu for Grub" },
        { "grub/grub.cfg",                                    "folder grub/grub.cfg|menu for Grub" },
        { "EFI/debian/grub.cfg",                              "folder EFI/debian/grub.cfg|menu for Grub" },
        { "grub/grub.cfg-0A",                                 "folder grub/grub.cfg-0A|folder grub/grub.cfg-0|folder grub/grub.cfg|menu for Grub" },
        { "grub/x86_64-efi/command.lst",                      "folder grub/x86_64-efi/command.lst" },
        { "undionly.kpxe",                                    "folder undionly.kpxe|loader undionly.kpxe" },
        { "Boot/UNDIONLY.KPXE",                               "folder Boot/UNDIONLY.KPXE|loader undionly.kpxe" },
        { "modules/libutil.c32",                              "folder modules/libutil.c32|loader libutil.c32" },
        { "shimx64.efi",                                      "folder shimx64.efi|loader shimx64.efi" },
        { "revocations_sbat.efi",                             "folder revocations_sbat.efi" },
        { "image/debian-12/linux",                            "folder image/debian-12/linux|mirror https://mirror.example/debian/linux" },
        { "IMAGE/Debian-12/INITRD.GZ",                        "folder IMAGE/Debian-12/INITRD.GZ|mirror https://mirror.example/debian/initrd.gz" },
        { "image/memtest/memtest-bin",                        "folder image/memtest/memtest-bin|folder tools/memtest.bin" },
        { "image/memtest/memtest86-x64.efi",                  "folder image/memtest/memtest86-x64.efi|loader memtest86+x64.efi" },
        { "prefix/image/debian-12/linux",                     "folder prefix/image/debian-12/linux|mirror https://mirror.example/debian/linux" },
        { "image/no-such/linux",                              "folder image/no-such/linux" },
        { "preseed/web.cfg",                                  "folder preseed/web.cfg" },
    };

    [Theory, MemberData(nameof(MenuNames))]
    public void Serves(string name, string expected) =>
        Assert.Equal(expected, Decide(name, Lab.Catalog(NetworkRole.Proxy)).Replace('\n', '|'));

    [Theory]
    [InlineData("memtest", true)]       // its own password, in a place that a stranger does not see
    [InlineData("debian-12", true)]     // a sub-menu's
    [InlineData("local", false)]
    public void What_the_menu_protects_is_not_given_by_its_name_to_somebody_who_does_not_see_it(string image, bool isProtected)
    {
        var catalog = Lab.Catalog(NetworkRole.Server) with
        {
            Menu = new()
            {
                Items =
                [
                    new MenuItem.Entry("memtest") { Password = "secret", When = new() { Arch = [new(0)] } },
                    new MenuItem.SubMenu("tools", new() { Items = [new MenuItem.Entry("debian-12")] }) { Password = "secret", When = new() { Arch = [new(0)] } },
                ],
            },
        };
        var request = BootRequest.FromRead(new(BootChannel.Http, Client, Lab.Server, $"entry/{image}.ipxe"), null, catalog);

        var serve = Assert.IsType<BootDecision.Serve>(BootDecider.Decide(request, catalog).Decision);

        Assert.Equal(!isProtected, serve.Candidates.Any(candidate => candidate is ContentCandidate.RenderedEntry));
    }

    [Fact]
    public void Where_dhcp_is_off_files_are_served_all_the_same() =>
        Assert.Equal("folder undionly.kpxe\nloader undionly.kpxe", Decide("undionly.kpxe", Lab.Catalog(NetworkRole.Off)));

    [Fact]
    public void A_folders_default_wins_over_a_generated_menu_though_it_would_be_asked_for_last()
    {
        var served = Decide("pxelinux.cfg/01-52-54-00-77-00-01", Lab.Catalog(NetworkRole.Proxy)).Split('\n');
        Assert.Equal("folder pxelinux.cfg/01-52-54-00-77-00-01", served[0]);
        Assert.Equal("folder pxelinux.cfg/0A4D0082", served[1]);
        Assert.Equal("folder pxelinux.cfg/0", served[8]);
        Assert.Equal(["folder pxelinux.cfg/default", "menu for Pxelinux"], served[9..]);
    }

    [Fact]
    public void A_uuid_stands_before_the_mac_in_the_search() =>
        Assert.Equal(
            ["folder pxelinux.cfg/77000000-0000-4000-8000-000000000001", "folder pxelinux.cfg/01-52-54-00-77-00-01"],
            Decide("pxelinux.cfg/77000000-0000-4000-8000-000000000001", Lab.Catalog(NetworkRole.Proxy)).Split('\n')[..2]);

    [Theory]
    [InlineData("boot.ipxe", "folder boot.ipxe|debian-12 for Ipxe")]
    [InlineData("pxelinux.cfg/01-52-54-00-77-00-01", "folder pxelinux.cfg/01-52-54-00-77-00-01|debian-12 for Pxelinux")]
    [InlineData("pxelinux.cfg/default", "folder pxelinux.cfg/default|debian-12 for Pxelinux")]
    [InlineData("grub/grub.cfg-01-52-54-00-77-00-01", "folder grub/grub.cfg-01-52-54-00-77-00-01|debian-12 for Grub")]
    public void An_assignment_beats_the_menu_in_every_dialect(string name, string expected) =>
        Assert.Equal(expected, Decide(name, Lab.Catalog(NetworkRole.Proxy, Web01)).Replace('\n', '|'));

    [Fact]
    public void An_assignment_that_is_used_up_leads_to_the_local_disk() =>
        Assert.Equal("folder boot.ipxe\nlocal for Ipxe", Decide("boot.ipxe", Lab.Catalog(NetworkRole.Proxy, Web01 with { Once = true, Armed = false })));

    [Fact]
    public void A_blocked_machine_gets_nothing() =>
        Assert.Equal("ignore", Decide("boot.ipxe", Lab.Catalog(NetworkRole.Proxy, Web01 with { Blocked = true })));

    [Fact]
    public void A_name_with_a_mac_says_who_asks_whatever_the_address_was_seen_with()
    {
        var other = new MachineDefinition { Name = "other", Macs = [MacAddress.Parse("52:54:00:00:00:02")], Boot = "memtest" };
        Assert.EndsWith("memtest for Pxelinux", Decide("pxelinux.cfg/01-52-54-00-00-00-02", Lab.Catalog(NetworkRole.Proxy, Web01, other)), StringComparison.Ordinal);
        Assert.EndsWith("memtest for Ipxe", Decide("boot.ipxe", Lab.Catalog(NetworkRole.Proxy, Web01, other), ("mac", "52-54-00-00-00-02")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_serial_number_in_the_query_finds_its_machine()
    {
        var bySerial = new MachineDefinition { Name = "rack7", Serial = "ABC123", Boot = "memtest" };
        Assert.EndsWith("memtest for Ipxe", Decide("boot.ipxe", Lab.Catalog(NetworkRole.Proxy, bySerial), ("serial", "abc123")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_chooses_an_entry_for_loaders_that_never_asked_dhcp()
    {
        var rules = ImmutableArray.Create(new BootRule("rules[0]", new() { Mac = [new("52:54:00:*")], Ipxe = false }, new() { Entry = "memtest" }));
        Assert.EndsWith("memtest for Pxelinux", Decide("pxelinux.cfg/default", Lab.Catalog(NetworkRole.Proxy, Web01) with { Rules = rules }), StringComparison.Ordinal);
        Assert.EndsWith("debian-12 for Ipxe", Decide("boot.ipxe", Lab.Catalog(NetworkRole.Proxy, Web01) with { Rules = rules }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(22)]
    [InlineData(11)]
    public void U_boot_gets_its_own_dialect_under_pxelinuxs_names(ushort architecture)
    {
        var outcome = BootDecider.Decide(
            BootRequest.FromRead(Read("pxelinux.cfg/default"), Seen(new(architecture), isIpxe: false).FindByMac(Lab.Mac), Lab.Catalog(NetworkRole.Proxy)),
            Lab.Catalog(NetworkRole.Proxy));
        Assert.EndsWith("menu for Extlinux", DecisionText.Of(outcome.Decision), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stranger_gets_the_menu_too() =>
        Assert.EndsWith("menu for Ipxe", DecisionText.Of(BootDecider.Decide(
            BootRequest.FromRead(Read("boot.ipxe"), null, Lab.Catalog(NetworkRole.Proxy)), Lab.Catalog(NetworkRole.Proxy)).Decision), StringComparison.Ordinal);

    [Fact]
    public void The_trace_of_a_read_is_for_people()
    {
        var catalog = Lab.Catalog(NetworkRole.Proxy, Web01);
        var request = BootRequest.FromRead(Read("pxelinux.cfg/01-52-54-00-77-00-01"), Machines.FindByAddress(Client), catalog);
        Golden.Match("ReadDecision/assigned-pxelinux.txt", BootDecider.Decide(request, catalog).Explain() + "\n");
    }

    static ReadQuestion Read(string name, params (string Key, string Value)[] query) =>
        new(BootChannel.Http, Client, Lab.Server, name) { Query = query.ToImmutableDictionary(pair => pair.Key, pair => pair.Value) };

    static string Decide(string name, BootCatalog catalog, params (string Key, string Value)[] query)
    {
        var read = Read(name, query);
        return DecisionText.Of(BootDecider.Decide(BootRequest.FromRead(read, read.Sighted(Machines), catalog), catalog).Decision);
    }

    static MachineDirectory Seen(ClientArchitecture architecture, bool isIpxe)
    {
        var machines = new MachineDirectory();
        machines.Learn(new(new(Lab.Mac), Client, architecture, isIpxe, "office"));
        return machines;
    }
}
