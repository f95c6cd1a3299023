using System.Collections.Frozen;
using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Menus;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Menus;

/// <summary>A menu with everything in it, and machines to see it.</summary>
static class MenuExamples
{
    static readonly BootCondition Efi = new() { Platform = [Platform.Efi] };

    public static MachineDefinition Web01 { get; } = new()
    {
        Name = "web01",
        Macs = [MacAddress.Parse("52:54:00:12:34:56")],
        HostName = "web01",
        Vars = new Dictionary<string, string> { ["disk"] = "/dev/sda", ["console"] = "ttyS0,115200" }.ToFrozenDictionary(),
    };

    public static FrozenDictionary<string, ImageDefinition> Images { get; } = new[]
    {
        Image("debian-12", "Install Debian 12 on {{ machine.disk }}", new ImageVariant(BootCondition.Always, new BootMethod.Kernel(
            new("https://deb.debian.org/debian/dists/bookworm/linux"),
            [new("https://deb.debian.org/debian/dists/bookworm/initrd.gz"), new("extra/firmware.cpio.gz")],
            "auto=true priority=critical url={{ server.http }}/preseed.cfg console={{ machine.console }}"))),
        Image("memtest", "Memory test",
            new ImageVariant(Efi, new BootMethod.Program(new("loader:memtest86+x64.efi"), "")),
            new ImageVariant(BootCondition.Always, new BootMethod.Kernel(new("loader:memtest86+x64.bin"), [], ""))),
        Image("board", "Board image", new ImageVariant(BootCondition.Always, new BootMethod.Kernel(
            new("arm/Image"), [new("arm/initrd.img")], "root=/dev/nfs 'quoted' $x") { DeviceTree = new("arm/board.dtb") })),
        Image("iscsi", "Diskless root", new ImageVariant(BootCondition.Always, new BootMethod.SanDisk(
            "iscsi:{{ server.address }}:::1:iqn.2024-01.example:{{ machine.name }}", "iqn.2024-01.example:init:{{ machine.name }}"))),
        Image("own", "My own script", new ImageVariant(BootCondition.Always, new BootMethod.Script(new("scripts/own.ipxe")))),
        Image("direct", "Straight from the mirror", new ImageVariant(BootCondition.Always, new BootMethod.Kernel(
            new("http://mirror.example/vmlinuz", ViaServer: false), [], "quiet"))),
        Image("winpe", "Windows PE", new ImageVariant(Efi, new BootMethod.Program(new("winpe/boot.efi"), "one \"two three\""))),
    }.ToFrozenDictionary(image => image.Name);

    public static MenuDefinition Rich { get; } = new()
    {
        Title = "Boot menu for {{ machine.name }}",
        Timeout = TimeSpan.FromSeconds(60),
        Default = "local",
        Items =
        [
            new MenuItem.Entry("local") { Hotkey = 'l' },
            new MenuItem.Separator("Install"),
            new MenuItem.Entry("debian-12") { Hotkey = 'd', Arguments = "DEBIAN_FRONTEND=text" },
            new MenuItem.Entry("iscsi"),
            new MenuItem.Separator(null),
            new MenuItem.SubMenu("tools", new MenuDefinition
            {
                Title = "Tools",
                Items =
                [
                    new MenuItem.Entry("memtest") { Hotkey = 'm', Title = "Memory test (memtest86+)" },
                    new MenuItem.Entry("winpe"),
                    new MenuItem.Entry("own"),
                    new MenuItem.Entry("direct"),
                    new MenuItem.Entry("board"),
                ],
            }) { Hotkey = 't' },
            new MenuItem.Entry("reboot") { Password = "secret" },
            new MenuItem.Entry("poweroff") { When = new BootCondition { Platform = [Platform.Bios] } },
            new MenuItem.Entry("shell"),
        ],
        Look = new MenuLook
        {
            Background = "looks/background.png",
            Colors = ImmutableDictionary<string, string>.Empty.Add("title", "#c0ffffff").Add("entry", "#ffffff").Add("selected", "#e0ff8000"),
        },
    };

    public static BootCatalog Catalog { get; } = new()
    {
        Revision = "test",
        Menu = Rich,
        Images = Images,
        Machines = new MachineRegistry([Web01]),
        Networks =
        [
            new NetworkDefinition
            {
                Name = "rack-a",
                Subnet = new Ipv4Network(Ipv4Address.Parse("10.77.0.0"), 24),
                Options = [new DhcpOptionValue(3, null, new byte[] { 10, 77, 0, 254 }), new DhcpOptionValue(6, null, new byte[] { 10, 77, 0, 53 })],
            },
        ],
    };

    public static BootRequest Request(string architecture, BootChannel channel) => new()
    {
        Machine = new MachineIdentity(MacAddress.Parse("52:54:00:12:34:56"), Guid.Parse("4c4c4544-0042-3510-8052-b4c04f4d4e32"), "PF 12$x\n"),
        Channel = channel,
        Server = Ipv4Address.Parse("10.77.0.1"),
        Address = Ipv4Address.Parse("10.77.0.130"),
        Architecture = ClientArchitecture.TryParse(architecture, out var known) ? known : null,
        IsPxeClient = true,
        Network = "rack-a",
    };

    public static MenuScope Scope(MenuDialect dialect, string architecture, BootChannel channel = BootChannel.Tftp) =>
        new(Request(architecture, channel), Catalog, Web01, dialect);

    public static ImageDefinition[] BuiltInChoices { get; } = [Choices.Local, Choices.Shell, Choices.Reboot, Choices.PowerOff];

    public static ImageDefinition Image(string name, string title, params ImageVariant[] variants) =>
        new() { Name = name, Title = title, Variants = [.. variants] };
}
