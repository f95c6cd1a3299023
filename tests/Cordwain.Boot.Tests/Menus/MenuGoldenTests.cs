using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Menus;

namespace Cordwain.Boot.Tests.Menus;

public sealed class MenuGoldenTests
{
    public static TheoryData<MenuDialect, string, BootChannel, string> Machines => new()
    {
        { MenuDialect.Ipxe, "bios", BootChannel.Http, "ipxe-bios.ipxe" },
        { MenuDialect.Ipxe, "efi-x64", BootChannel.Http, "ipxe-efi.ipxe" },
        { MenuDialect.Ipxe, "never said", BootChannel.Http, "ipxe-unknown.ipxe" },
        { MenuDialect.Pxelinux, "bios", BootChannel.Tftp, "pxelinux-bios.cfg" },
        { MenuDialect.Pxelinux, "bios", BootChannel.Http, "lpxelinux-http.cfg" },
        { MenuDialect.Pxelinux, "efi-x64", BootChannel.Tftp, "syslinux-efi.cfg" },
        { MenuDialect.Grub, "efi-x64", BootChannel.Tftp, "grub-efi-tftp.cfg" },
        { MenuDialect.Grub, "efi-x64", BootChannel.Http, "grub-efi-http.cfg" },
        { MenuDialect.Grub, "bios", BootChannel.Tftp, "grub-bios.cfg" },
        { MenuDialect.Extlinux, "uboot-arm64", BootChannel.Tftp, "extlinux.conf" },
    };

    [Theory, MemberData(nameof(Machines))]
    public void A_rich_menu_is_this_text_for_this_machine(MenuDialect dialect, string architecture, BootChannel channel, string file) =>
        Golden.Match(file, MenuRenderers.RenderMenu(MenuExamples.Rich, MenuExamples.Scope(dialect, architecture, channel)).Text);

    [Theory, MemberData(nameof(Machines))]
    public void What_a_dialect_cannot_express_is_said(MenuDialect dialect, string architecture, BootChannel channel, string file)
    {
        var view = MenuViewBuilder.Build(MenuExamples.Rich, MenuExamples.Scope(dialect, architecture, channel));
        Golden.Match($"remarks/{file}.txt", string.Concat(view.Remarks.Select(remark => remark + "\n")));
    }

    public static TheoryData<MenuDialect, string, string> Stations => new()
    {
        { MenuDialect.Ipxe, "bios", "entries-ipxe-bios.txt" },
        { MenuDialect.Ipxe, "efi-x64", "entries-ipxe-efi.txt" },
        { MenuDialect.Pxelinux, "bios", "entries-pxelinux.txt" },
        { MenuDialect.Grub, "efi-x64", "entries-grub.txt" },
        { MenuDialect.Extlinux, "uboot-arm64", "entries-extlinux.txt" },
    };

    [Theory, MemberData(nameof(Stations))]
    public void Each_image_alone_is_this_text(MenuDialect dialect, string architecture, string file)
    {
        var scope = MenuExamples.Scope(dialect, architecture);
        var images = MenuExamples.Images.Values.Concat(MenuExamples.BuiltInChoices).OrderBy(image => image.Name, StringComparer.Ordinal);
        Golden.Match(file, string.Concat(images.Select(image => $"=== {image.Name}\n{MenuRenderers.RenderEntry(image, scope).Text}\n")));
    }

    public static TheoryData<MenuDialect, string, string> BuiltIn => new()
    {
        { MenuDialect.Ipxe, "bios", "builtin-bios.ipxe" },
        { MenuDialect.Ipxe, "efi-x64", "builtin-efi.ipxe" },
        { MenuDialect.Pxelinux, "bios", "builtin-pxelinux.cfg" },
        { MenuDialect.Grub, "efi-arm64", "builtin-grub-arm64.cfg" },
        { MenuDialect.Extlinux, "uboot-arm64", "builtin-extlinux.conf" },
    };

    [Theory, MemberData(nameof(BuiltIn))]
    public void The_built_in_menu_is_this_text(MenuDialect dialect, string architecture, string file)
    {
        var (menu, images) = BuiltInMenu.For(new(System.Collections.Frozen.FrozenSet.ToFrozenSet<string>(["memtest86+x64.bin", "memtest86+x64.efi"])));
        var scope = MenuExamples.Scope(dialect, architecture) with { Catalog = MenuExamples.Catalog with { Menu = menu, Images = images }, Machine = null };
        Golden.Match(file, MenuRenderers.RenderMenu(menu, scope).Text);
    }
}
