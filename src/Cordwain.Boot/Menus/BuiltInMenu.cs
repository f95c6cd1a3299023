using System.Collections.Frozen;
using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;

namespace Cordwain.Boot.Menus;

/// <summary>The menu of a server that was given none: the machine's own disk, a memory test, and installers straight from the distributions.</summary>
public static class BuiltInMenu
{
    static readonly BootCondition Bios = new() { Platform = [Platform.Bios] };
    static readonly BootCondition EfiX64 = new() { Platform = [Platform.Efi], Cpu = [Cpu.X64] };
    static readonly BootCondition EfiX86 = new() { Platform = [Platform.Efi], Cpu = [Cpu.X86] };
    static readonly BootCondition EfiArm64 = new() { Platform = [Platform.Efi], Cpu = [Cpu.Arm64] };

    /// <summary>The menu and its images. Pure: the same files, the same menu.</summary>
    /// <param name="loaders">Which files of the distribution's packages there are; memtest86+ is offered only when its files are.</param>
    public static (MenuDefinition Menu, FrozenDictionary<string, ImageDefinition> Images) For(LoaderCatalog loaders)
    {
        ImmutableArray<ImageDefinition> tools = [.. MemoryTest(loaders)];
        ImmutableArray<ImageDefinition> installers = [.. Installers()];
        var menu = new MenuDefinition
        {
            Title = "Cordwain boot menu",
            Default = Choices.Local.Name,
            Items =
            [
                new MenuItem.Entry(Choices.Local.Name) { Hotkey = 'l' },
                new MenuItem.Separator("Install"),
                .. installers.Select(image => new MenuItem.Entry(image.Name)),
                new MenuItem.Separator("Tools"),
                .. tools.Select(image => new MenuItem.Entry(image.Name) { Hotkey = 'm' }),
                new MenuItem.Entry(Choices.Shell.Name) { Hotkey = 's' },
                new MenuItem.Entry(Choices.Reboot.Name) { Hotkey = 'r' },
                new MenuItem.Entry(Choices.PowerOff.Name),
            ],
        };
        return (menu, tools.AddRange(installers).ToFrozenDictionary(image => image.Name));
    }

    // Debian's memtest86+ package: one file boots as a Linux kernel (BIOS), the other is an EFI program.
    static IEnumerable<ImageDefinition> MemoryTest(LoaderCatalog loaders)
    {
        ImmutableArray<(BootCondition When, string File, bool IsKernel)> all =
        [
            (Bios, "memtest86+x64.bin", true), (Bios, "memtest86+ia32.bin", true),
            (EfiX64, "memtest86+x64.efi", false), (EfiX86, "memtest86+ia32.efi", false),
        ];
        ImmutableArray<ImageVariant> variants =
        [
            .. all.Where(row => loaders.Available.Contains(row.File)).Select(row => new ImageVariant(row.When, row.IsKernel
                ? new BootMethod.Kernel(new("loader:" + row.File), [], "")
                : new BootMethod.Program(new("loader:" + row.File), ""))),
        ];
        if (!variants.IsEmpty)
            yield return Image("memtest", "Memory test (memtest86+)", [.. variants]);
    }

    // The distributions' own public servers, each in a place that stays the same for the life of the release.
    static IEnumerable<ImageDefinition> Installers()
    {
        yield return Debian("debian-13", "Install Debian 13 (trixie)", "trixie");
        yield return Debian("debian-12", "Install Debian 12 (bookworm)", "bookworm");
        yield return RedHatLike("almalinux-9", "Install AlmaLinux 9", "https://repo.almalinux.org/almalinux/9/BaseOS");
        yield return RedHatLike("rocky-9", "Install Rocky Linux 9", "https://download.rockylinux.org/pub/rocky/9/BaseOS");
        yield return OpenSuse();
    }

    static ImageDefinition Debian(string name, string title, string release)
    {
        return Image(name, title, PcAndArm(arch =>
        {
            var folder = $"https://deb.debian.org/debian/dists/{release}/main/installer-{arch.Debian}/current/images/netboot/debian-installer/{arch.Debian}";
            return new BootMethod.Kernel(new(folder + "/linux"), [new(folder + "/initrd.gz")], "");
        }));
    }

    static ImageDefinition RedHatLike(string name, string title, string root) => Image(name, title, PcAndArm(arch =>
    {
        var tree = $"{root}/{arch.Rpm}/os";
        return new BootMethod.Kernel(new(tree + "/images/pxeboot/vmlinuz"), [new(tree + "/images/pxeboot/initrd.img")], $"inst.repo={tree}/");
    }));

    static ImageDefinition OpenSuse()
    {
        const string Tree = "https://download.opensuse.org/tumbleweed/repo/oss";
        var method = new BootMethod.Kernel(new(Tree + "/boot/x86_64/loader/linux"), [new(Tree + "/boot/x86_64/loader/initrd")], $"install={Tree}/");
        return Image("opensuse-tumbleweed", "Install openSUSE Tumbleweed", new(Bios, method), new(EfiX64, method));
    }

    static ImageVariant[] PcAndArm(Func<(string Debian, string Rpm), BootMethod> method)
    {
        var pc = method(("amd64", "x86_64"));
        return [new(Bios, pc), new(EfiX64, pc), new(EfiArm64, method(("arm64", "aarch64")))];
    }

    static ImageDefinition Image(string name, string title, params ImageVariant[] variants) =>
        new() { Name = name, Title = title, Variants = [.. variants] };
}
