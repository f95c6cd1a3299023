namespace Cordwain.Content.Tests;

public sealed class FileContentTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_replaced_file_keeps_its_old_bytes()
    {
        var path = _folder.Write("f", "old bytes");
        using var content = FileContent.Open(path, "folder");
        File.Move(_folder.Write("new", "other bytes, and more"), path, overwrite: true);
        Assert.Equal("old bytes", await Contents.ReadTextAsync(content));
    }

    [Fact]
    public async Task What_is_appended_later_is_not_seen()
    {
        var path = _folder.Write("f", "1234");
        using var content = FileContent.Open(path, "folder");
        await File.AppendAllTextAsync(path, "5678", TestContext.Current.CancellationToken);
        Assert.Equal("1234", await Contents.ReadTextAsync(content));
        Assert.Equal(4, content.Length);
    }

    [Fact]
    public async Task A_cut_file_ends_in_an_error_not_in_a_short_file()
    {
        var path = _folder.Write("f", Contents.Pattern(100_000));
        using var content = FileContent.Open(path, "folder");
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(50_000);
        Assert.Equal(40_000, await content.ReadAsync(0, new byte[40_000], TestContext.Current.CancellationToken));
        var error = await Assert.ThrowsAsync<IOException>(async () => await content.ReadAsync(40_000, new byte[40_000], TestContext.Current.CancellationToken));
        Assert.StartsWith("CW7010", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_a_file_reads_as_that_part()
    {
        var bytes = Contents.Pattern(5000);
        using var whole = FileContent.Open(_folder.Write("f", bytes), "folder");
        using var part = new FileContent(new(whole.Extent!.Value.File, 1000, 3000), whole.LastModified, ownsFile: false) { Source = "folder" };
        Assert.Equal(bytes[1000..4000], await Contents.ReadAllAsync(part, 700));
        Assert.NotEqual(whole.ETag, part.ETag);
    }

    [Fact]
    public void The_tag_changes_with_the_file()
    {
        var path = _folder.Write("f", "1234");
        using var first = FileContent.Open(path, "folder");
        using var same = FileContent.Open(path, "folder");
        Assert.Equal(first.ETag, same.ETag);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(-10));
        using var later = FileContent.Open(path, "folder");
        Assert.NotEqual(first.ETag, later.ETag);
    }

    [Fact]
    public async Task Rendered_bytes_read_at_any_offset()
    {
        using var text = RenderedContent.Text("menu", "#!ipxe\n");
        var buffer = new byte[4];
        Assert.Equal(4, await text.ReadAsync(3, buffer, TestContext.Current.CancellationToken));
        Assert.Equal("pxe\n"u8.ToArray(), buffer);
        Assert.Equal(0, await text.ReadAsync(7, buffer, TestContext.Current.CancellationToken));
        Assert.Equal(0, await text.ReadAsync(long.MaxValue, buffer, TestContext.Current.CancellationToken));
    }
}
