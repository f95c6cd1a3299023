namespace Cordwain.Content.Loaders;

/// <summary>Where Debian's packages put their loaders, and the names under which machines ask for them.</summary>
static class LoaderPackages
{
    /// <summary>Whole folders: every file with one of the endings is served under prefix and its own name.</summary>
    public static readonly LoaderFolder[] Folders =
    [
        new("usr/lib/ipxe", "ipxe", [""], [".kpxe", ".kkpxe", ".pxe", ".lkrn", ".efi", ".iso"]),
        new("usr/lib/PXELINUX", "pxelinux", ["", "bios/"], [".0"]),
        new("usr/lib/syslinux/modules/bios", "syslinux-common", ["", "bios/"], [".c32"]),
        // One name space for three sets of modules: those of BIOS have the plain names, and syslinux.efi is told apart by who asks.
        new("usr/lib/syslinux/modules/efi64", "syslinux-common", ["efi64/"], [".c32", ".e64"]),
        new("usr/lib/syslinux/modules/efi32", "syslinux-common", ["efi32/"], [".c32", ".e32"]),
        // GRUB's own prefix for a network boot is /grub, then the platform's folder.
        new("usr/lib/grub/x86_64-efi", "grub-efi-amd64-bin", ["grub/x86_64-efi/"], [".mod", ".lst"]),
        new("usr/lib/grub/arm64-efi", "grub-efi-arm64-bin", ["grub/arm64-efi/"], [".mod", ".lst"]),
        new("usr/lib/grub/i386-pc", "grub-pc-bin", ["grub/i386-pc/"], [".mod", ".lst"]),
    ];

    /// <summary>Single files; where a name stands twice, the first that is there wins.</summary>
    public static readonly LoaderName[] Files =
    [
        new("ipxe.efi", "ipxe", "boot/ipxe.efi"),
        new("ipxe.lkrn", "ipxe", "boot/ipxe.lkrn"),
        new("memdisk", "syslinux-common", "usr/lib/syslinux/memdisk"),
        new("syslinux.efi", "syslinux-efi", "usr/lib/SYSLINUX.EFI/efi64/syslinux.efi"),
        new("efi64/syslinux.efi", "syslinux-efi", "usr/lib/SYSLINUX.EFI/efi64/syslinux.efi"),
        new("efi32/syslinux.efi", "syslinux-efi", "usr/lib/SYSLINUX.EFI/efi32/syslinux.efi"),
        new("ldlinux.e64", "syslinux-common", "usr/lib/syslinux/modules/efi64/ldlinux.e64"),
        new("ldlinux.e32", "syslinux-common", "usr/lib/syslinux/modules/efi32/ldlinux.e32"),
        new("shimx64.efi", "shim-signed", "usr/lib/shim/shimx64.efi.signed"),
        new("mmx64.efi", "shim-helpers-amd64-signed", "usr/lib/shim/mmx64.efi.signed"),
        new("fbx64.efi", "shim-helpers-amd64-signed", "usr/lib/shim/fbx64.efi.signed"),
        new("shimaa64.efi", "shim-signed", "usr/lib/shim/shimaa64.efi.signed"),
        new("mmaa64.efi", "shim-helpers-arm64-signed", "usr/lib/shim/mmaa64.efi.signed"),
        // shim asks for grubx64.efi beside itself: it must be the network build, whose prefix is on the server.
        new("grubnetx64.efi", "grub-efi-amd64-signed", "usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed"),
        new("grubx64.efi", "grub-efi-amd64-signed", "usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed"),
        new("grubnetx64.efi", "grub-efi-amd64-bin", "usr/lib/grub/x86_64-efi/monolithic/grubnetx64.efi"),
        new("grubx64.efi", "grub-efi-amd64-bin", "usr/lib/grub/x86_64-efi/monolithic/grubnetx64.efi"),
        new("grubnetaa64.efi", "grub-efi-arm64-signed", "usr/lib/grub/arm64-efi-signed/grubnetaa64.efi.signed"),
        new("grubaa64.efi", "grub-efi-arm64-signed", "usr/lib/grub/arm64-efi-signed/grubnetaa64.efi.signed"),
        new("grubnetaa64.efi", "grub-efi-arm64-bin", "usr/lib/grub/arm64-efi/monolithic/grubnetaa64.efi"),
        new("grubaa64.efi", "grub-efi-arm64-bin", "usr/lib/grub/arm64-efi/monolithic/grubnetaa64.efi"),
        new("memtest86+x64.bin", "memtest86+", "boot/memtest86+x64.bin"),
        new("memtest86+x64.efi", "memtest86+", "boot/memtest86+x64.efi"),
        new("memtest86+ia32.bin", "memtest86+", "boot/memtest86+ia32.bin"),
        new("memtest86+ia32.efi", "memtest86+", "boot/memtest86+ia32.efi"),
        // From version 7 on one file is both a BIOS image and an EFI program.
        new("memtest86+x64.bin", "memtest86+", "boot/mt86+x64"),
        new("memtest86+x64.efi", "memtest86+", "boot/mt86+x64"),
        new("memtest86+ia32.bin", "memtest86+", "boot/mt86+ia32"),
        new("memtest86+ia32.efi", "memtest86+", "boot/mt86+ia32"),
    ];

    /// <summary>Files that packages of the names above bring without standing in the table by name.</summary>
    static readonly (string Name, string Package)[] Known =
    [
        ("undionly.kpxe", "ipxe"), ("undionly.kkpxe", "ipxe"), ("ipxe.pxe", "ipxe"), ("snponly.efi", "ipxe"),
        ("pxelinux.0", "pxelinux"), ("lpxelinux.0", "pxelinux"),
    ];

    /// <summary>The Debian package that would provide a served name; null when none does.</summary>
    public static string? For(string name)
    {
        foreach (var (known, package) in Known)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
                return package;
        }

        foreach (var file in Files)
        {
            if (file.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return file.Package;
        }

        foreach (var folder in Folders)
        {
            if (folder.Package != "ipxe" && folder.Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                && folder.Prefixes.Contains(name[..(name.LastIndexOf('/') + 1)], StringComparer.OrdinalIgnoreCase))
                return folder.Package;
        }

        return null;
    }
}

/// <param name="Path">Below the root of the file system.</param>
sealed record LoaderFolder(string Path, string Package, string[] Prefixes, string[] Endings);

/// <param name="Path">Below the root of the file system.</param>
sealed record LoaderName(string Name, string Package, string Path);
