using System.Collections.Frozen;
using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Content.Folders;
using Cordwain.Content.Loaders;
using Cordwain.Content.Mirrors;
using Cordwain.Content.Tests.Mirrors;
using Cordwain.Protocols.Wire;

namespace Cordwain.Content.Tests;

public sealed class BootFilesTests : IAsyncDisposable, IMachineDirectory, IMenuTexts
{
    static readonly Ipv4Address Client = Ipv4Address.Parse("10.77.0.130"), Server = Ipv4Address.Parse("10.77.0.1");

    readonly TempFolder _root = new();
    readonly FlakyMirror _mirror = new();
    readonly MirrorCache _mirrors;
    readonly BootFiles _files;
    BootCatalog _catalog = BootCatalog.Empty;
    LoaderFolders _loaders = LoaderFolders.Empty;
    MachineSighting? _sighting;
    EntryText? _entry;

    public BootFilesTests()
    {
        _mirrors = new(new() { Folder = _root["cache"], RetryAfter = TimeSpan.Zero }, TimeProvider.System);
        var folder = new BootFolder(_root["files"], TimeProvider.System);
        _files = new(() => _catalog, () => new(folder, _loaders, _mirrors), this, this);
    }

    public async ValueTask DisposeAsync()
    {
        await _mirrors.DisposeAsync();
        _mirror.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData(@"\Boot\BCD")]
    [InlineData("//boot//bcd")]
    public async Task A_file_of_the_folder_is_served_under_any_spelling(string name)
    {
        _root.Write("files/Boot/BCD", "windows");
        Assert.Equal(("folder", "windows"), await TextAsync(name));
    }

    [Fact]
    public async Task A_file_wins_over_a_rendered_one_of_the_same_name()
    {
        Assert.Equal(("menu", "Ipxe menu for unknown machine"), await TextAsync("boot.ipxe"));
        _root.Write("files/boot.ipxe", "#!ipxe own");
        Assert.Equal(("folder", "#!ipxe own"), await TextAsync("boot.ipxe"));
    }

    [Fact]
    public async Task The_trace_says_why_an_entry_of_the_menu_is_not_opened()
    {
        _entry = new("#!ipxe\necho no\n", new("password", true, "it is wrong"));
        var opened = await _files.OpenAsync(new(BootChannel.Http, Client, Server, "entry/x.ipxe"), TestContext.Current.CancellationToken);
        Assert.Equal(_entry.Refused, opened.Trace[^1]);
        _entry = _entry with { Refused = null };
        opened = await _files.OpenAsync(new(BootChannel.Http, Client, Server, "entry/x.ipxe"), TestContext.Current.CancellationToken);
        Assert.Equal("the menu has x", opened.Trace[^1].Because);
    }

    [Fact]
    public async Task A_machine_is_known_by_what_its_script_sends()
    {
        var opened = await _files.OpenAsync(new(BootChannel.Http, Client, Server, "boot.ipxe")
        {
            Query = new Dictionary<string, string> { ["mac"] = "52-54-00-12-34-56", ["serial"] = "ABC" }.ToImmutableDictionary(),
        }, TestContext.Current.CancellationToken);
        Assert.Equal(new(MacAddress.Parse("52:54:00:12:34:56"), null, "ABC"), opened.Machine);
        Assert.Equal(ContentTypesText, opened.ContentType);
        opened.Content!.Dispose();
    }

    [Fact]
    public async Task A_machine_is_known_by_its_address_in_tftp()
    {
        _sighting = new(new(MacAddress.Parse("52:54:00:12:34:56")), Client, new ClientArchitecture(0), false, null);
        Assert.Equal(("menu", "Pxelinux menu for 52:54:00:12:34:56"), await TextAsync("pxelinux.cfg/default"));
    }

    [Fact]
    public async Task A_loader_comes_from_its_package_wherever_it_is_asked_for()
    {
        _root.Write("pkg/usr/lib/ipxe/snponly.efi", "snponly");
        _root.Write("pkg/usr/lib/grub/x86_64-efi/http.mod", "module");
        Scan();
        Assert.Equal(("loader", "snponly"), await TextAsync("snponly.efi"));
        Assert.Equal(("loader", "module"), await TextAsync("/grub/x86_64-efi/http.mod"));
        _root.Write("files/snponly.efi", "own");
        Assert.Equal(("folder", "own"), await TextAsync("SNPONLY.EFI"));
    }

    [Fact]
    public async Task Modules_go_by_who_asks_and_by_where_its_loader_lies()
    {
        _root.Write("pkg/usr/lib/syslinux/modules/bios/menu.c32", "bios");
        _root.Write("pkg/usr/lib/syslinux/modules/efi64/menu.c32", "efi64");
        Scan();
        Assert.Equal(("loader", "bios"), await TextAsync("menu.c32"));
        Assert.Equal(("loader", "efi64"), await TextAsync("efi64/menu.c32"));
        _sighting = new(new(MacAddress.Parse("52:54:00:12:34:56")), Client, new ClientArchitecture(7), false, null);
        Assert.Equal(("loader", "efi64"), await TextAsync("menu.c32"));
    }

    [Fact]
    public async Task Modules_of_the_package_fit_the_packages_loader_in_the_folder()
    {
        _root.Write("pkg/usr/lib/PXELINUX/pxelinux.0", "build A");
        _root.Write("pkg/usr/lib/syslinux/modules/bios/ldlinux.c32", "module A");
        Scan();
        _root.Write("files/pxelinux.0", "build A");
        _root.Write("files/old/pxelinux.0", "build B");
        Assert.Equal(("loader", "module A"), await TextAsync("ldlinux.c32"));

        var foreign = await OpenAsync("old/ldlinux.c32");
        Assert.Null(foreign.Content);
        Assert.StartsWith("CW7011: old/pxelinux.0 ", foreign.Refusal, StringComparison.Ordinal);
        _root.Write("files/old/ldlinux.c32", "module B");
        Assert.Equal(("folder", "module B"), await TextAsync("old/ldlinux.c32"));
    }

    [Fact]
    public async Task A_remote_kernel_comes_through_the_cache_and_its_failure_is_told()
    {
        _mirror.Answer = FlakyMirror.File("kernel"u8.ToArray());
        Image(new(_mirror.Url("debian/linux")));
        Assert.Equal(("mirror", "kernel"), await TextAsync("image/debian/linux"));

        Image(new(_mirror.Url("debian/initrd.gz"), new string('0', 64)));
        _mirror.Answer = (_, stream) => FlakyMirror.SendAsync(stream, "404 Not Found", ["Content-Length: 0"], ReadOnlyMemory<byte>.Empty);
        var opened = await OpenAsync("image/debian/initrd.gz");
        Assert.Null(opened.Content);
        Assert.StartsWith("CW7002: ", opened.Refusal, StringComparison.Ordinal);
        Assert.Equal(opened.Refusal, opened.Trace[^1].Because);
    }

    [Fact]
    public async Task No_name_brings_in_a_url_of_its_own()
    {
        Image(new(_mirror.Url("debian/linux")));
        foreach (var name in new[] { _mirror.Url("evil"), "image/debian/" + _mirror.Url("evil"), "image/debian/..%2fevil", "http:/127.0.0.1/x" })
            Assert.Null((await OpenAsync(name)).Content);
        Assert.Empty(_mirror.Requests);
    }

    [Theory]
    [InlineData("missing", null)]
    [InlineData("../secret", "CW7008: the name leads out of the folder")]
    [InlineData("", "CW7008: the name is empty")]
    public async Task What_is_not_to_be_had_says_why(string name, string? refusal)
    {
        _root.Write("secret", "no");
        var opened = await OpenAsync(name);
        Assert.Equal((null, refusal), (opened.Content, opened.Refusal));
    }

    const string ContentTypesText = "text/plain; charset=utf-8";

    void Scan()
    {
        _loaders = LoaderFolders.Scan([], _root["pkg"]);
        _catalog = _catalog with { Loaders = _loaders.ToCatalog(null) };
    }

    void Image(BootFileRef kernel)
    {
        var image = new ImageDefinition { Name = "debian", Title = "Debian", Variants = [new(BootCondition.Always, new BootMethod.Kernel(kernel, [], ""))] };
        _catalog = _catalog with { Images = new Dictionary<string, ImageDefinition> { ["debian"] = image }.ToFrozenDictionary() };
    }

    ValueTask<OpenedFile> OpenAsync(string name) => _files.OpenAsync(new(BootChannel.Tftp, Client, Server, name), TestContext.Current.CancellationToken);

    async Task<(string Source, string Text)> TextAsync(string name)
    {
        var opened = await OpenAsync(name);
        Assert.True(opened.Content is not null, opened.Refusal + string.Join('\n', opened.Trace));
        using var content = opened.Content;
        return (content.Source, await Contents.ReadTextAsync(content));
    }

    public MachineSighting? FindByAddress(Ipv4Address address) => _sighting?.Address == address ? _sighting : null;

    public MachineSighting? FindByMac(MacAddress mac) => _sighting?.Machine.Mac == mac ? _sighting : null;

    public string Render(ContentCandidate.RenderedMenu menu, BootRequest request, BootCatalog catalog) => $"{menu.Dialect} menu for {request.Machine}";

    public EntryText? Render(ContentCandidate.MenuEntry entry, BootRequest request, BootCatalog catalog) => _entry;

    public string Render(ContentCandidate.RenderedEntry entry, BootRequest request, BootCatalog catalog) => $"{entry.Dialect} {entry.Image.Name}";
}
