using Cordwain.Content.Folders;

namespace Cordwain.Content.Tests.Folders;

public sealed class RealPathTests : IDisposable
{
    readonly TempFolder _folder = new();

    public RealPathTests()
    {
        _folder.Write("a/sub/file", "x");
        Directory.CreateSymbolicLink(_folder["dot"], "a/sub");
        File.CreateSymbolicLink(_folder["up"], "dot/../file");
        File.CreateSymbolicLink(_folder["down"], "./a//sub/file");
        File.CreateSymbolicLink(_folder["whole"], _folder["dot"]);
        File.CreateSymbolicLink(_folder["nowhere"], "missing/file");
        File.CreateSymbolicLink(_folder["loop"], "loop");
        File.CreateSymbolicLink(_folder["there"], "back");
        File.CreateSymbolicLink(_folder["back"], "there");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a/sub/file", "a/sub/file")]
    [InlineData("a/sub/", "a/sub")]
    [InlineData("missing/more", "missing/more")]
    [InlineData("dot/file", "a/sub/file")]
    [InlineData("up", "a/file")]   // the parent of what the link names, not of the link
    [InlineData("down", "a/sub/file")]
    [InlineData("whole/file", "a/sub/file")]
    [InlineData("nowhere", "missing/file")]
    [InlineData("loop", null)]
    [InlineData("loop/file", null)]
    [InlineData("back", null)]
    public void Links_are_followed_as_the_kernel_does(string path, string? real) => Assert.Equal(real is null ? null : _folder[real], RealPath.Of(_folder[path]));

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void What_is_no_path_leads_nowhere(string path) => Assert.Null(RealPath.Of(path));

    [Fact]
    public void Links_are_counted_as_Linux_counts_them()
    {
        for (var i = 1; i <= 41; i++)
            File.CreateSymbolicLink(_folder[$"l{i}"], i == 1 ? "a" : $"l{i - 1}");
        Assert.Equal(_folder["a"], RealPath.Of(_folder["l40"]));
        Assert.Null(RealPath.Of(_folder["l41"]));
    }

    [Theory]
    [InlineData("/", "/", true), InlineData("/var", "/", true), InlineData("/var", "/var", true), InlineData("/var/x", "/var", true)]
    [InlineData("/variable", "/var", false), InlineData("/", "/var", false)]
    public void A_path_is_below_its_folder(string path, string folder, bool isBelow) => Assert.Equal(isBelow, RealPath.IsBelow(Native(path), Native(folder)));

    [Fact]
    public void Case_tells_paths_apart_but_on_Windows() => Assert.Equal(OperatingSystem.IsWindows(), RealPath.IsBelow(Native("/Var/X"), Native("/var")));

    static string Native(string path) => path.Replace('/', Path.DirectorySeparatorChar);
}
