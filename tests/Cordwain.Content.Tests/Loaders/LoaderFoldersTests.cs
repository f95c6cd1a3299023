using Cordwain.Boot.Catalog;
using Cordwain.Boot.Machines;
using Cordwain.Content.Folders;
using Cordwain.Content.Loaders;

namespace Cordwain.Content.Tests.Loaders;

public sealed class LoaderFoldersTests : IDisposable
{
    static readonly ClientArchitecture Bios = new(0), EfiIa32 = new(6), EfiX64 = new(7), EfiArm64 = new(11);

    readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("usr/lib/ipxe/undionly.kpxe", "undionly.kpxe", "ipxe")]
    [InlineData("usr/lib/ipxe/snponly.efi", "snponly.efi", "ipxe")]
    [InlineData("usr/lib/ipxe/arm64/snponly.efi", "snponly-arm64.efi", "ipxe")]
    [InlineData("usr/lib/ipxe/ipxe-arm64.efi", "ipxe-arm64.efi", "ipxe")]
    [InlineData("boot/ipxe.efi", "ipxe.efi", "ipxe")]
    [InlineData("usr/lib/PXELINUX/lpxelinux.0", "lpxelinux.0", "pxelinux")]
    [InlineData("usr/lib/syslinux/modules/bios/menu.c32", "menu.c32", "syslinux-common")]
    [InlineData("usr/lib/syslinux/modules/efi64/ldlinux.e64", "ldlinux.e64", "syslinux-common")]
    [InlineData("usr/lib/syslinux/memdisk", "memdisk", "syslinux-common")]
    [InlineData("usr/lib/SYSLINUX.EFI/efi64/syslinux.efi", "syslinux.efi", "syslinux-efi")]
    [InlineData("usr/lib/shim/shimx64.efi.signed", "shimx64.efi", "shim-signed")]
    [InlineData("usr/lib/shim/mmx64.efi.signed", "mmx64.efi", "shim-helpers-amd64-signed")]
    [InlineData("usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed", "grubx64.efi", "grub-efi-amd64-signed")]
    [InlineData("usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed", "grubnetx64.efi", "grub-efi-amd64-signed")]
    [InlineData("usr/lib/grub/x86_64-efi/http.mod", "grub/x86_64-efi/http.mod", "grub-efi-amd64-bin")]
    [InlineData("usr/lib/grub/x86_64-efi/command.lst", "grub/x86_64-efi/command.lst", "grub-efi-amd64-bin")]
    [InlineData("boot/memtest86+x64.bin", "memtest86+x64.bin", "memtest86+")]
    [InlineData("boot/mt86+x64", "memtest86+x64.efi", "memtest86+")]
    public void A_file_of_a_package_is_served_under_the_name_that_machines_ask(string path, string name, string package)
    {
        _root.Write(path, "x");
        var loader = LoaderFolders.Scan([], _root.Path).Find(name);
        Assert.Equal(new LoaderFile(name, _root[path], package), loader);
        Assert.Equal(loader, LoaderFolders.Scan([], _root.Path).Find(name.ToUpperInvariant()));
    }

    [Theory]
    [InlineData("undionly.kpxe", "ipxe")]
    [InlineData("snponly.efi", "ipxe")]
    [InlineData("pxelinux.0", "pxelinux")]
    [InlineData("vesamenu.c32", "syslinux-common")]
    [InlineData("efi64/vesamenu.c32", "syslinux-common")]
    [InlineData("shimx64.efi", "shim-signed")]
    [InlineData("grub/x86_64-efi/http.mod", "grub-efi-amd64-bin")]
    [InlineData("grubx64.efi", "grub-efi-amd64-signed")]
    [InlineData("memtest86+x64.efi", "memtest86+")]
    [InlineData("bootcode.bin", null)]
    [InlineData("other/vesamenu.c32", null)]
    public void A_missing_name_has_its_package(string name, string? package) => Assert.Equal(package, LoaderFolders.PackageFor(name));

    [Fact]
    public void What_lies_in_the_closed_folder_is_no_loader()
    {
        _root.Write("boot/mine.efi", "yours");
        _root.Write("boot/state/leases.db", "not yours");
        _root.Write("boot/state/sub/x", "not yours");
        Directory.CreateSymbolicLink(_root["boot/link"], "state");
        Directory.CreateSymbolicLink(_root["boot/dot"], "state/sub");
        Directory.CreateSymbolicLink(_root["other"], _root["boot"]);
        File.CreateSymbolicLink(_root["boot/file.db"], "state/leases.db");
        File.CreateSymbolicLink(_root["boot/up.db"], "dot/../leases.db");
        var loaders = Scan("boot/state/", "other");
        Assert.Equal(["mine.efi"], loaders.All.Select(file => file.Name));
    }

    [Theory]
    [InlineData("state")]
    [InlineData("state/leases.db")]
    public void No_link_in_a_folder_of_loaders_leads_into_data_that_lie_elsewhere(string target)
    {
        _root.Write("boot/mine.efi", "yours");
        _root.Write("state/leases.db", "not yours");
        File.CreateSymbolicLink(_root["boot/x"], _root[target]);
        Assert.Equal(["mine.efi"], Scan("state", "boot").All.Select(file => file.Name));
    }

    [Fact]
    public void A_store_that_lies_among_the_loaders_is_none_of_them()
    {
        foreach (var name in (string[])["leases.db", "leases.db-wal", "leases.db-shm", "leases.db-wal.damaged", "leases.db.damaged", "mine.efi"])
            _root.Write("boot/" + name, "x");
        Directory.CreateDirectory(_root["state"]);
        File.CreateSymbolicLink(_root["state/leases.db"], _root["boot/leases.db"]);
        Assert.Equal(["mine.efi"], Scan("state", "boot").All.Select(file => file.Name));
    }

    [Fact]
    public async Task Loaders_within_the_data_are_served_and_nothing_else_of_the_data()
    {
        _root.Write("state/loaders/mine.efi", "yours");
        _root.Write("state/leases.db", "not yours");
        _root.Write("boot/yours.efi", "yours too");
        File.CreateSymbolicLink(_root["state/loaders/up.db"], "../leases.db");
        File.CreateSymbolicLink(_root["boot/up.db"], _root["state/leases.db"]);
        File.CreateSymbolicLink(_root["state/loaders/out.efi"], _root["boot/yours.efi"]);
        var loaders = Scan("state", "state/loaders", "boot");
        Assert.Equal(["mine.efi", "out.efi", "yours.efi"], loaders.All.Select(file => file.Name));
        using var content = loaders.Open(loaders.Find("mine.efi")!).Content;
        Assert.Equal("yours", await Contents.ReadTextAsync(content!));
    }

    [Fact]
    public void Links_in_circles_and_folders_that_are_none_bring_no_loader()
    {
        _root.Write("boot/mine.efi", "yours");
        _root.Write("boot/state/leases.db", "not yours");
        File.CreateSymbolicLink(_root["boot/loop"], "loop");
        File.CreateSymbolicLink(_root["boot/gone"], "missing");
        File.CreateSymbolicLink(_root["circle"], "circle");
        var closed = new ClosedFolder(_root["boot/state"], ["", _root["circle"], _root["boot"]]);
        var loaders = LoaderFolders.Scan(["", _root["circle"], _root["circle/sub"], _root["boot"]], _root.Path, closed);
        Assert.Equal(["mine.efi"], loaders.All.Select(file => file.Name));
        Assert.True(closed.LiesIn(_root["boot"]));
        Assert.False(closed.LiesIn(_root["circle"]) || closed.LiesIn(""));
    }

    [Fact]
    public async Task A_loader_swapped_for_a_link_into_the_data_is_not_opened()
    {
        _root.Write("state/leases.db", "not yours");
        _root.Write("boot/v2.efi", "two");
        _root.Write("boot/mine.efi", "yours");
        var loaders = Scan("state", "boot");
        var mine = loaders.Find("mine.efi")!;
        Assert.Equal(new(null, "CW7009: the file was moved while it was opened"), loaders.Open(mine, _ => Swap(_root["state/leases.db"])));
        Assert.Equal(new(null, "CW7009: it is Cordwain's own data, which is not served"), loaders.Open(mine));
        Swap("mine.efi");
        Assert.Equal(FolderOpening.NotFound, loaders.Open(mine));
        Swap("v2.efi");   // as operators put a new version in place
        Assert.Equal(FolderOpening.NotFound, loaders.Open(loaders.Find("v2.efi")!, File.Delete));
        _root.Write("boot/v2.efi", "new");
        using var content = loaders.Open(mine).Content;
        Assert.Equal("new", await Contents.ReadTextAsync(content!));

        void Swap(string target)
        {
            File.Delete(mine.Path);
            File.CreateSymbolicLink(mine.Path, target);
        }
    }

    [Fact]
    public void What_is_closed_is_no_loader_of_the_catalog()
    {
        _root.Write("state/ipxe.efi", "not yours");
        Directory.CreateDirectory(_root["boot"]);
        File.CreateSymbolicLink(_root["boot/ipxe.efi"], _root["state/ipxe.efi"]);
        var files = new BootFolder(_root["state"], TimeProvider.System) { Closed = new(_root["state"], [_root["state"]]) };
        Assert.Null(Scan("state", "boot").ToCatalog(files).For(EfiX64));
    }

    [Fact]
    public void The_signed_grub_wins_over_the_unsigned_one()
    {
        _root.Write("usr/lib/grub/x86_64-efi/monolithic/grubnetx64.efi", "unsigned");
        Assert.Equal("grub-efi-amd64-bin", LoaderFolders.Scan([], _root.Path).Find("grubx64.efi")?.Package);
        _root.Write("usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed", "signed");
        Assert.Equal("grub-efi-amd64-signed", LoaderFolders.Scan([], _root.Path).Find("grubx64.efi")?.Package);
    }

    [Fact]
    public void Modules_of_one_name_go_by_who_asks()
    {
        foreach (var set in new[] { "bios", "efi32", "efi64" })
            _root.Write($"usr/lib/syslinux/modules/{set}/menu.c32", set);
        var loaders = LoaderFolders.Scan([], _root.Path);
        Assert.Equal("bios", SetOf(loaders.Find("menu.c32")));
        Assert.Equal("bios", SetOf(loaders.Find("menu.c32", Bios)));
        Assert.Equal("efi64", SetOf(loaders.Find("menu.c32", EfiX64)));
        Assert.Equal("efi32", SetOf(loaders.Find("menu.c32", EfiIa32)));
        Assert.Equal("efi64", SetOf(loaders.Find("efi64/menu.c32", Bios)));

        static string? SetOf(LoaderFile? file) => file is null ? null : File.ReadAllText(file.Path);
    }

    [Fact]
    public void A_folder_of_the_operators_wins_over_the_packages()
    {
        _root.Write("usr/lib/ipxe/snponly.efi", "package");
        _root.Write("own/snponly.efi", "own");
        _root.Write("own/bin-arm64-efi/ipxe.efi", "arm");
        var loaders = LoaderFolders.Scan([_root["own"], _root["missing"]], _root.Path);
        Assert.Equal(new LoaderFile("snponly.efi", _root["own/snponly.efi"], null), loaders.Find("snponly.efi"));
        Assert.Equal(_root["own/bin-arm64-efi/ipxe.efi"], loaders.Find("ipxe-arm64.efi")?.Path);
    }

    [Fact]
    public void The_catalog_knows_packages_and_the_files_folder()
    {
        _root.Write("usr/lib/ipxe/undionly.kpxe", "x");
        _root.Write("files/IPXE.EFI", "x");
        var catalog = LoaderFolders.Scan([], _root.Path).ToCatalog(new BootFolder(_root["files"], TimeProvider.System));
        Assert.Equal("undionly.kpxe", catalog.For(Bios));
        Assert.Equal("ipxe.efi", catalog.For(EfiX64));
        Assert.Null(catalog.For(EfiArm64));

        var missing = LoaderFolders.Missing(catalog);
        Assert.DoesNotContain(missing, loader => loader.Package == "pxelinux");
        Assert.Contains(missing, loader => loader.For == EfiArm64 && loader.Package == "grub-efi-arm64-signed");
    }

    [Fact]
    public void A_machine_without_any_loader_names_the_best_package()
    {
        var missing = LoaderFolders.Missing(LoaderCatalog.Empty);
        Assert.Contains(missing, loader => loader is { Name: "undionly.kpxe", Package: "ipxe" });
        Assert.Contains(missing, loader => loader is { Name: "snponly.efi", Package: "ipxe" });
    }

    [Fact, Trait("Category", "Real")]
    public void The_packages_installed_here_are_found()
    {
        var loaders = LoaderFolders.Scan([]);
        foreach (var name in new[] { "undionly.kpxe", "ipxe.efi", "snponly.efi", "pxelinux.0", "lpxelinux.0", "ldlinux.c32", "libcom32.c32", "libutil.c32", "menu.c32", "vesamenu.c32" })
            Assert.True(loaders.Find(name) is { Package: not null } file && new FileInfo(file.Path).Length >= 0, name);
    }

    LoaderFolders Scan(string data, params string[] own)
    {
        string[] folders = [.. own.Select(folder => _root[folder])];
        return LoaderFolders.Scan(folders, _root["nowhere"], new(_root[data], folders));
    }
}
