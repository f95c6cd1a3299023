using System.Collections.Frozen;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Menus;

namespace Cordwain.Boot.Tests.Menus;

public sealed class MenuViewTests
{
    [Fact]
    public void An_entry_with_a_mistake_says_so_and_the_rest_of_the_menu_stands()
    {
        var scope = MenuExamples.Scope(MenuDialect.Ipxe, "bios") with { Machine = MenuExamples.Web01 with { Vars = FrozenDictionary<string, string>.Empty } };
        var (text, view) = MenuRenderers.RenderMenu(MenuExamples.Rich, scope);
        var broken = Assert.Single(view.Entries, entry => entry.Name == "debian-12");
        Assert.IsType<BootStep.Unavailable>(broken.Step);
        Assert.Contains(view.Remarks, remark => remark is { Code: "CW3002", Item: "debian-12" } && remark.Message.Contains("machine.console", StringComparison.Ordinal));
        Assert.Contains("echo Not bootable: CW3002", text, StringComparison.Ordinal);
        Assert.Contains("entry-memtest", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_image_is_left_out_and_reported()
    {
        var menu = new MenuDefinition { Items = [new MenuItem.Entry("nothing"), new MenuItem.Entry("local")] };
        var view = MenuViewBuilder.Build(menu, MenuExamples.Scope(MenuDialect.Grub, "efi-x64"));
        Assert.Equal(["local"], view.Entries.Select(entry => entry.Name));
        Assert.Contains(view.Remarks, remark => remark is { Code: MenuRemark.UnknownImage, Item: "nothing" });
    }

    [Fact]
    public void One_image_can_stand_in_a_menu_twice()
    {
        var menu = new MenuDefinition { Items = [new MenuItem.Entry("local"), new MenuItem.Entry("local") { Title = "again" }] };
        var view = MenuViewBuilder.Build(menu, MenuExamples.Scope(MenuDialect.Pxelinux, "bios"));
        Assert.Equal(["local", "local-2"], view.Entries.Select(entry => entry.Name));
    }

    [Theory]
    [InlineData(MenuDialect.Ipxe, BootChannel.Http, "http://mirror.example/a%20b?c=d", "http://mirror.example/a%20b?c=d")]
    [InlineData(MenuDialect.Ipxe, BootChannel.Http, "https://mirror.example/linux", "http://10.77.0.1:8067/image/x/linux")]
    [InlineData(MenuDialect.Ipxe, BootChannel.Http, "tftp://10.0.0.9/linux", "tftp://10.0.0.9/linux")]
    [InlineData(MenuDialect.Pxelinux, BootChannel.Tftp, "tftp://10.0.0.9/linux", "10.0.0.9::linux")]
    [InlineData(MenuDialect.Pxelinux, BootChannel.Tftp, "http://mirror.example/linux", "::image/x/linux")]
    [InlineData(MenuDialect.Pxelinux, BootChannel.Http, "http://mirror.example/linux", "http://mirror.example/linux")]
    [InlineData(MenuDialect.Grub, BootChannel.Http, "http://mirror.example/linux", "(http,mirror.example)/linux")]
    [InlineData(MenuDialect.Grub, BootChannel.Tftp, "tftp://10.0.0.9/linux", "(tftp,10.0.0.9)/linux")]
    [InlineData(MenuDialect.Extlinux, BootChannel.Tftp, "http://mirror.example/linux", "image/x/linux")]
    [InlineData(MenuDialect.Grub, BootChannel.Tftp, "my files/linux", "(tftp,10.77.0.1)/image/x/linux")]
    [InlineData(MenuDialect.Grub, BootChannel.Tftp, "files/linux", "(tftp,10.77.0.1)/files/linux")]
    [InlineData(MenuDialect.Pxelinux, BootChannel.Tftp, "loader:memtest.bin", "::image/x/memtest-bin")]
    public void A_file_is_named_as_the_loader_asks_for_it(MenuDialect dialect, BootChannel channel, string location, string expected)
    {
        var image = MenuExamples.Image("x", "X", new ImageVariant(BootCondition.Always, new BootMethod.Kernel(new(location, ViaServer: false), [], "")));
        var (entry, _) = MenuViewBuilder.BuildEntry(image, MenuExamples.Scope(dialect, dialect == MenuDialect.Grub ? "efi-x64" : "bios", channel));
        Assert.Equal(expected, Assert.IsType<BootStep.Kernel>(entry.Step).Image.Location);
    }

    [Fact]
    public void The_survey_names_each_limit_once()
    {
        var remarks = MenuSurvey.Of(MenuExamples.Catalog);
        Assert.Equal(remarks.Length, remarks.Distinct().Count());
        Assert.Contains(remarks, remark => remark is { Dialect: MenuDialect.Pxelinux, Code: MenuRemark.CannotBoot, Item: "iscsi" });
        Assert.Contains(remarks, remark => remark is { Dialect: null, Code: "CW3002", Item: "debian-12" });   // machines without `disk`
        Assert.DoesNotContain(remarks, remark => remark.Code == MenuRemark.NoVariant);
    }

    [Fact]
    public void The_built_in_menu_offers_no_memory_test_without_its_files()
    {
        var (menu, images) = BuiltInMenu.For(LoaderCatalog.Empty);
        Assert.DoesNotContain(menu.Items, item => item is MenuItem.Entry { Image: "memtest" });
        Assert.False(images.ContainsKey("memtest"));
    }

    [Fact]
    public void The_built_in_images_come_from_the_distributions_over_https() =>
        Assert.All(BuiltInMenu.For(LoaderCatalog.Empty).Images.Values.SelectMany(image => image.Variants).SelectMany(variant => ImageFileNames.FilesOf(variant.Method)), file =>
            Assert.Contains(new Uri(file.Location).Host, new[] { "deb.debian.org", "repo.almalinux.org", "download.rockylinux.org", "download.opensuse.org" }));

    [Fact]
    public void The_operators_word_on_the_architecture_goes_before_the_machines()
    {
        var machine = MenuExamples.Web01 with { Architecture = ClientArchitecture.TryParse("efi-x64", out var efi) ? efi : null };
        var text = MenuRenderers.RenderEntry(Choices.Local, MenuExamples.Scope(MenuDialect.Ipxe, "bios") with { Machine = machine }).Text;
        Assert.Contains("exit 1", text, StringComparison.Ordinal);
    }
}
