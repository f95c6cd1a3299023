using System.Diagnostics;
using Cordwain.Content.Mirrors;

namespace Cordwain.Content.Tests.Mirrors;

/// <summary>The cache on a disk of 4 MB of its own.</summary>
[Trait("Category", "Real")]
public sealed class FullDiskTests : IAsyncLifetime
{
    readonly TempFolder _folder = new();
    readonly FlakyMirror _mirror = new();
    MirrorCache _cache = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder["cache"]);
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", _folder["cache"]);
        _cache = new(new() { Folder = _folder["cache"], RetryAfter = TimeSpan.Zero, FailureMemory = TimeSpan.Zero }, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _cache.DisposeAsync();
        await RunAsync("umount", _folder["cache"]);
        _mirror.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Readers_get_an_error_and_the_next_file_that_fits_is_served()
    {
        _mirror.Answer = FlakyMirror.File(Contents.Pattern(10_000_000));
        using (var content = await OpenAsync("big"))
        {
            var error = await Assert.ThrowsAsync<MirrorException>(() => Contents.ReadAllAsync(content));
            Assert.Equal("CW7005", error.Code);
        }

        var small = Contents.Pattern(1_000_000);
        _mirror.Answer = FlakyMirror.File(small);
        using var fits = await OpenAsync("small");
        Assert.Equal(small, await Contents.ReadAllAsync(fits));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder["cache/parts"]), part => new FileInfo(part).Length > 1_000_000);
    }

    [Fact]
    public async Task Files_that_nobody_uses_make_room()
    {
        var first = Contents.Pattern(2_500_000, seed: 1);
        _mirror.Answer = FlakyMirror.File(first);
        using (var content = await OpenAsync("first"))
            Assert.Equal(first, await Contents.ReadAllAsync(content));
        while (_cache.Files.Any(file => file.State == MirrorFileState.Arriving))
            await Task.Delay(5, Cancellation);

        var second = Contents.Pattern(2_500_000, seed: 2);
        _mirror.Answer = FlakyMirror.File(second);
        using var next = await OpenAsync("second");
        Assert.Equal(second, await Contents.ReadAllAsync(next));
        Assert.Equal(1, _cache.Counters.Evicted);
    }

    async Task<BootContent> OpenAsync(string name) => await _cache.OpenAsync(new(_mirror.Url(name)), Cancellation);

    static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(command[0], command[1..]);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.Equal(0, process.ExitCode);
    }
}
