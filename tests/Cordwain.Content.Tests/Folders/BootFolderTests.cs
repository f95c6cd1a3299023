using System.Diagnostics;
using Cordwain.Content.Folders;

namespace Cordwain.Content.Tests.Folders;

public sealed class BootFolderTests : IDisposable
{
    const string Closed = "CW7009: it is Cordwain's own data, which is not served";

    readonly TempFolder _outer = new();
    readonly BootFolder _folder;

    public BootFolderTests()
    {
        _outer.Write("secret", "not yours");
        _outer.Write("files/pxelinux.cfg/default", "DEFAULT local");
        _outer.Write("files/Boot/BCD", "windows");
        _folder = new(_outer["files"], TimeProvider.System);
    }

    public void Dispose() => _outer.Dispose();

    [Theory]
    [InlineData("pxelinux.cfg/default", "DEFAULT local")]
    [InlineData("PXELINUX.CFG/Default", "DEFAULT local")]
    [InlineData("boot/bcd", "windows")]
    [InlineData("pxelinux.cfg", null)]
    [InlineData("pxelinux.cfg/default/x", null)]
    [InlineData("missing", null)]
    [InlineData("missing/too", null)]
    public async Task A_name_is_found_as_it_stands_or_in_another_case(string name, string? expected)
    {
        var opening = _folder.Open(name);
        Assert.Null(opening.Refusal);
        using var content = opening.Content;
        Assert.Equal(expected, content is null ? null : await Contents.ReadTextAsync(content));
        Assert.True(content is null or { Source: "folder" });
    }

    [Theory]
    [InlineData("files/state", "state/leases.db", true)]
    [InlineData("files/state", "link/leases.db", true)]
    [InlineData("files/state/", "STATE/leases.db", true)]
    [InlineData("other", "state/leases.db", true)]
    [InlineData("files", "pxelinux.cfg/default", true)]
    [InlineData("files/state", "stateless/a", false)]
    [InlineData("files/state", "pxelinux.cfg/default", false)]
    [InlineData("", "pxelinux.cfg/default", false)]
    public void What_lies_in_the_closed_folder_is_not_opened(string closed, string name, bool isRefused)
    {
        _outer.Write("files/state/leases.db", "not yours");
        _outer.Write("files/stateless/a", "yours");
        Directory.CreateSymbolicLink(_outer["files/link"], "state");
        Directory.CreateSymbolicLink(_outer["other"], _outer["files/state"]);
        Assert.Equal(isRefused ? Closed : null, RefusalOf(name, closed));
    }

    [Fact]
    public void A_closed_file_is_not_opened_through_a_link_that_goes_up_from_another()
    {
        _outer.Write("files/state/leases.db", "not yours");
        _outer.Write("files/state/sub/x", "not yours");
        _outer.Write("files/leases.db", "yours");
        Directory.CreateSymbolicLink(_outer["files/dot"], "state/sub");
        File.CreateSymbolicLink(_outer["files/f.db"], "dot/../leases.db");
        Assert.Equal(Closed, RefusalOf("f.db", "files/state"));
        Assert.Null(RefusalOf("leases.db", "files/state"));
    }

    [Theory]
    [InlineData("boot.db", true), InlineData("boot.db-wal", true), InlineData("boot.db-wal.damaged", true), InlineData("boot.db.damaged", true)]
    [InlineData("boot.dbx", false), InlineData("boot", false), InlineData("own/file", false)]
    public void A_store_that_is_a_link_is_not_opened_where_it_leads_to(string name, bool isRefused)
    {
        _outer.Write("files/" + name, "some bytes");
        _outer.Write("files/boot.db", "a store");
        _outer.Write("files/own/file", "the operator's");
        Directory.CreateDirectory(_outer["data"]);
        File.CreateSymbolicLink(_outer["hop"], _outer["files/boot.db"]);
        File.CreateSymbolicLink(_outer["data/leases.db"], "../hop");
        Directory.CreateSymbolicLink(_outer["data/own"], _outer["files/own"]);
        File.CreateSymbolicLink(_outer["data/loop"], "loop");
        Assert.Equal(isRefused ? Closed : null, RefusalOf(name, "data"));
    }

    [Theory]
    [InlineData("data", "data/files")]
    [InlineData("elsewhere", "link/files")]
    public void A_folder_within_the_data_serves_what_lies_in_it_and_nothing_else(string data, string files)
    {
        Directory.CreateSymbolicLink(_outer["link"], "elsewhere");
        _outer.Write(data + "/leases.db", "not yours");
        _outer.Write(data + "/other/key", "not yours");
        _outer.Write(data + "/files/mine", "yours");
        File.CreateSymbolicLink(_outer[files + "/up"], "../leases.db");
        Directory.CreateSymbolicLink(_outer[files + "/other"], "../other");
        Assert.Null(RefusalOf("mine", data, files));
        Assert.NotNull(RefusalOf("up", data, files));
        Assert.NotNull(RefusalOf("other/key", data, files));
    }

    [Fact]
    public void A_root_that_goes_round_in_circles_serves_nothing()
    {
        Directory.CreateSymbolicLink(_outer["loop"], "loop");
        foreach (var root in (string[])[_outer["loop"], _outer["loop/files"], ""])
            Assert.StartsWith("CW7009: ", new BootFolder(root, TimeProvider.System).Open("etc").Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exact_name_wins_and_then_the_first_in_order()
    {
        _outer.Write("files/A/linux", "A");
        _outer.Write("files/a/LINUX", "a, upper");
        _outer.Write("files/a/Linux", "a, mixed");
        Assert.Equal("A", await TextAsync("A/linux"));
        Assert.Equal("a, mixed", await TextAsync("a/Linux"));
        Assert.Equal("a, upper", await TextAsync("a/linux"));   // 'L' 'I' stands before 'L' 'i'
    }

    [Fact]
    public async Task A_new_file_is_found_although_its_folder_was_read_before()
    {
        var time = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Directory.SetLastWriteTimeUtc(_outer["files/pxelinux.cfg"], time);   // settled: the listing is remembered
        Assert.Null(_folder.Open("pxelinux.cfg/AC1E0001").Content);
        Assert.Null(_folder.Open("pxelinux.cfg/AC1E0001").Content);

        _outer.Write("files/pxelinux.cfg/ac1e0001", "found");
        Assert.Equal("found", await TextAsync("pxelinux.cfg/AC1E0001"));
    }

    [Fact]
    public async Task Links_inside_are_followed()
    {
        File.CreateSymbolicLink(_outer["files/menu"], "pxelinux.cfg/default");
        File.CreateSymbolicLink(_outer["files/absolute"], _outer["files/Boot/BCD"]);
        Directory.CreateSymbolicLink(_outer["files/cfg"], "./pxelinux.cfg");
        Directory.CreateSymbolicLink(_outer["files/Boot/up"], "../pxelinux.cfg");
        Assert.Equal("DEFAULT local", await TextAsync("menu"));
        Assert.Equal("windows", await TextAsync("absolute"));
        Assert.Equal("DEFAULT local", await TextAsync("cfg/default"));
        Assert.Equal("DEFAULT local", await TextAsync("Boot/up/default"));
    }

    [Fact]
    public void Links_that_leave_the_folder_are_refused()
    {
        File.CreateSymbolicLink(_outer["files/out"], "../secret");
        File.CreateSymbolicLink(_outer["files/absolute"], _outer["secret"]);
        File.CreateSymbolicLink(_outer["files/passwd"], "/etc/passwd");
        Directory.CreateSymbolicLink(_outer["files/parent"], "..");
        File.CreateSymbolicLink(_outer["files/hop"], "out");
        File.CreateSymbolicLink(_outer["files/sneaky"], "Boot/../../secret");
        // A neighbour whose path begins with the folder's own.
        _outer.Write("files-not/secret", "no");
        File.CreateSymbolicLink(_outer["files/neighbour"], _outer["files-not/secret"]);

        foreach (var name in new[] { "out", "absolute", "passwd", "parent/secret", "hop", "sneaky", "neighbour" })
        {
            var opening = _folder.Open(name);
            Assert.Null(opening.Content);
            Assert.StartsWith("CW7009: ", opening.Refusal, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Links_round_in_circles_are_refused()
    {
        File.CreateSymbolicLink(_outer["files/a"], "b");
        File.CreateSymbolicLink(_outer["files/b"], "a");
        Directory.CreateSymbolicLink(_outer["files/self"], ".");
        Assert.NotNull(_folder.Open("a").Refusal);
        Assert.Null(_folder.Open("a").Content);
        Assert.NotNull(_folder.Open(string.Concat(Enumerable.Repeat("self/", 50)) + "Boot/BCD").Refusal);
    }

    [Fact]
    public void A_link_to_nowhere_is_not_found()
    {
        File.CreateSymbolicLink(_outer["files/dangling"], "nothing");
        Assert.Equal(FolderOpening.NotFound, _folder.Open("dangling"));
    }

    [Fact]
    public void A_root_that_is_a_link_is_the_operators_wish()
    {
        Directory.CreateSymbolicLink(_outer["link"], _outer["files"]);
        using var content = new BootFolder(_outer["link"], TimeProvider.System).Open("Boot/BCD").Content;
        Assert.NotNull(content);
    }

    [Fact]
    public void A_root_that_is_missing_has_no_files() =>
        Assert.Equal(FolderOpening.NotFound, new BootFolder(_outer["nowhere"], TimeProvider.System).Open("a"));

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        _outer.Write("files/empty", "");
        using var content = _folder.Open("empty").Content;
        Assert.NotNull(content);
        Assert.Equal(0, content.Length);
        Assert.Empty(await Contents.ReadAllAsync(content));
    }

    [Fact, Trait("Category", "Real")]
    public async Task Pipes_sockets_and_devices_are_refused_without_opening_them()
    {
        await RunAsync("mkfifo", _outer["files/pipe"]);
        await RunAsync("mknod", _outer["files/null"], "c", "1", "3");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_outer["files/socket"]));

        foreach (var name in new[] { "pipe", "null", "socket" })
        {
            // Opening a pipe for reading would wait for a writer for ever.
            var opening = await Task.Run(() => _folder.Open(name)).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            Assert.Equal((null, "CW7009: not a plain file"), (opening.Content, opening.Refusal));
        }
    }

    [Fact]
    public void A_folder_swapped_for_a_link_in_the_last_moment_lets_no_secret_out()
    {
        _outer.Write("files/sub/secret", "mine");
        var folder = new BootFolder(_outer["files"], TimeProvider.System)
        {
            Found = _ =>
            {
                Directory.Move(_outer["files/sub"], _outer["moved"]);
                Directory.CreateSymbolicLink(_outer["files/sub"], _outer.Path);
            },
        };
        Assert.Equal(new(null, "CW7009: the file was moved while it was opened"), folder.Open("sub/secret"));
    }

    [Fact]
    public async Task A_file_deleted_or_replaced_in_the_last_moment_is_served_or_not_found()
    {
        _outer.Write("files/f", "old");
        var replacing = new BootFolder(_outer["files"], TimeProvider.System) { Found = path => File.Move(_outer.Write("new", "new"), path, overwrite: true) };
        using (var content = replacing.Open("f").Content)
            Assert.Equal("new", await Contents.ReadTextAsync(content!));
        var deleting = new BootFolder(_outer["files"], TimeProvider.System) { Found = File.Delete };
        Assert.Equal(FolderOpening.NotFound, deleting.Open("f"));
    }

    /// <summary>Null: it is served.</summary>
    string? RefusalOf(string name, string data, string files = "files")
    {
        var root = _outer[files];
        var opening = new BootFolder(root, TimeProvider.System) { Closed = new(_outer[data], [root]) }.Open(name);
        using var content = opening.Content;
        Assert.Equal(opening.Refusal is null, content is not null);
        return opening.Refusal;
    }

    static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    async Task<string> TextAsync(string name)
    {
        using var content = _folder.Open(name).Content;
        Assert.NotNull(content);
        return await Contents.ReadTextAsync(content);
    }
}
