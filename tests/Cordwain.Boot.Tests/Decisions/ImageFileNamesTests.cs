using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions.Names;
using CsCheck;

namespace Cordwain.Boot.Tests.Decisions;

public sealed class ImageFileNamesTests
{
    [Theory]
    [InlineData("https://mirror.example/debian/linux?arch=amd64#x", "image/test/linux")]
    [InlineData("debian/vmlinuz-6.1", "image/test/vmlinuz-6.1")]
    [InlineData("loader:memtest86+.bin", "image/test/memtest86--bin")]
    [InlineData("tools/memtest.bin", "image/test/memtest-bin")]
    [InlineData("https://mirror.example/", "image/test/mirror.example")]
    [InlineData("a b/c;d", "image/test/c-d")]
    public void A_kernel_keeps_its_own_name_as_far_as_loaders_can_take_it(string location, string expected)
    {
        var file = new BootFileRef(location);
        Assert.Equal(expected, ImageFileNames.For(Image(new BootMethod.Kernel(file, [], "")), file));
    }

    [Fact]
    public void An_initrd_keeps_its_extension()
    {
        var initrd = new BootFileRef("casper/initrd.img");
        Assert.Equal("image/test/initrd.img", ImageFileNames.For(Image(new BootMethod.Kernel(new("k"), [initrd], "")), initrd));
    }

    [Fact]
    public void The_same_file_in_two_variants_has_one_name_and_two_files_never_share_one()
    {
        var (kernel, first, second) = (new BootFileRef("a/linux"), new BootFileRef("a/initrd"), new BootFileRef("b/initrd"));
        var image = Image(new BootMethod.Kernel(kernel, [first], ""), new BootMethod.Kernel(kernel, [second], ""));
        Assert.Equal(["image/test/linux", "image/test/initrd", "image/test/2-initrd"], new[] { kernel, first, second }.Select(file => ImageFileNames.For(image, file)));
    }

    /// <summary>What a menu names is what is found, whatever the locations are.</summary>
    [Fact]
    public void Every_name_leads_back_to_its_file() =>
        Gen.String.Array[1, 6].Sample(locations =>
        {
            var files = locations.Select(location => new BootFileRef(location)).ToArray();
            var image = Image(new BootMethod.Kernel(files[0], [.. files[1..]], ""));
            foreach (var file in files)
            {
                var name = ImageFileNames.For(image, file);
                Assert.Matches("^image/test/[A-Za-z0-9._-]{1,64}$", name);
                Assert.True(ImageFileNames.TrySplit(name, out var of, out var last));
                Assert.Equal("test", of);
                Assert.Equal(file, ImageFileNames.Find(image, last.ToUpperInvariant()));
            }
        });

    static ImageDefinition Image(params BootMethod[] methods) =>
        new() { Name = "test", Title = "Test", Variants = [.. methods.Select(method => new ImageVariant(BootCondition.Always, method))] };
}
