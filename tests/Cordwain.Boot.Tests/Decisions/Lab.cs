using System.Collections.Frozen;
using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Menus;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Decisions;

/// <summary>The network of the captures, as an operator would configure it.</summary>
static class Lab
{
    public static readonly Ipv4Address Server = Ipv4Address.Parse("10.77.0.1");

    public static readonly MacAddress Mac = MacAddress.Parse("52:54:00:77:00:01");

    public static NetworkDefinition Network(NetworkRole role) => new()
    {
        Name = "office",
        Subnet = new(Ipv4Address.Parse("10.77.0.0"), 24),
        Role = role,
        Pools = [new(Ipv4Address.Parse("10.77.0.130"), Ipv4Address.Parse("10.77.0.140"))],
        Options = [Address(3, "10.77.0.1"), Address(6, "10.77.0.1"), Text(15, "lab.example"), Address(42, "10.77.0.1")],
        Lease = TimeSpan.FromHours(1),
    };

    public static readonly ImageDefinition Debian = new()
    {
        Name = "debian-12",
        Title = "Install Debian 12",
        Variants =
        [
            new(BootCondition.Always, new BootMethod.Kernel(
                new("https://mirror.example/debian/linux"), [new("https://mirror.example/debian/initrd.gz")], "auto=true")),
        ],
    };

    public static readonly ImageDefinition Memtest = new()
    {
        Name = "memtest",
        Title = "Memory test",
        Variants =
        [
            new(new() { Platform = [Boot.Machines.Platform.Efi] }, new BootMethod.Program(new("loader:memtest86+x64.efi"), "")),
            new(BootCondition.Always, new BootMethod.Kernel(new("tools/memtest.bin"), [], "")),
        ],
    };

    public static readonly ImageDefinition Disk = new()
    {
        Name = "disk",
        Title = "Disk on the network",
        Variants = [new(BootCondition.Always, new BootMethod.SanDisk("iscsi:10.77.0.1:::1:iqn.2024-01.lab:disk", "iqn.2024-01.lab:client"))],
    };

    public static BootCatalog Catalog(NetworkRole role, params MachineDefinition[] machines) => new()
    {
        Revision = "lab",
        Networks = [Network(role)],
        Menu = new() { Items = [new MenuItem.Entry("local"), new MenuItem.Entry("debian-12")] },
        Images = new[] { Debian, Memtest, Disk }.ToFrozenDictionary(image => image.Name),
        Machines = new([.. machines]),
        Loaders = new(new[] { "undionly.kpxe", "lpxelinux.0", "pxelinux.0", "snponly.efi", "snponly-arm64.efi" }.ToFrozenSet()),
    };

    public static DhcpOptionValue Address(byte code, string address)
    {
        var value = Ipv4Address.Parse(address).Value;
        return new(code, null, new byte[] { (byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value });
    }

    public static DhcpOptionValue Text(byte code, string text) => new(code, null, System.Text.Encoding.ASCII.GetBytes(text));
}
