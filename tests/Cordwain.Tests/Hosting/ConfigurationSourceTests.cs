using Cordwain.Hosting;
using Cordwain.Management.Configuration;
using Cordwain.Tests.Support;

namespace Cordwain.Tests.Hosting;

public sealed class ConfigurationSourceTests : IDisposable
{
    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("boot", "x.efi", false)]
    [InlineData("boot", "mine.efi", true)]
    [InlineData("boot/data", "x.efi", false)]
    [InlineData("boot/data/loaders", "inner.efi", true)]
    public void The_catalog_names_the_loaders_that_are_served(string loaders, string name, bool isNamed)
    {
        _folder.Write("boot/mine.efi", "x");
        _folder.Write("boot/data/x.efi", "x");
        _folder.Write("boot/data/loaders/inner.efi", "x");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "boot", "x.efi"), "data/x.efi");
        var (catalog, sources) = Read($"loaders: [{Path.Combine(_folder.Path, loaders)}]");
        Assert.Equal(isNamed, catalog.Contains(name));
        Assert.Equal(isNamed, sources.Loaders.Find(name) is not null);
    }

    [Fact]
    public void A_file_that_is_a_link_to_the_servers_own_is_not_served()
    {
        _folder.Write("boot/data/ipxe.efi", "x");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "boot", "snponly.efi"), "data/ipxe.efi");
        var (_, sources) = Read($"files: {Path.Combine(_folder.Path, "boot")}");
        Assert.StartsWith("CW7009: it is Cordwain's own data", sources.Folder!.Open("snponly.efi").Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_in_circles_refuse_no_start()
    {
        _folder.Write("boot/data/leases.db", "x");
        _folder.Write("boot/mine.efi", "x");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "boot", "loop"), "loop");
        Assert.Contains("mine.efi", Read($"loaders: [{Path.Combine(_folder.Path, "boot/loop")}, {Path.Combine(_folder.Path, "boot")}]").Catalog);
    }

    (IReadOnlySet<string> Catalog, Content.BootFileSources Sources) Read(string yaml)
    {
        var source = new ConfigurationSource(_folder.Write("cordwain.yaml", yaml), Path.Combine(_folder.Path, "boot", "data"), () => [], (_, _) => false, TimeProvider.System);
        var result = source.Load();
        Assert.DoesNotContain(result.Problems, problem => problem.Severity == Management.Severity.Error);
        return (result.Catalog!.Loaders.Available, source.Sources(result.Settings!, null, out _));
    }
}
