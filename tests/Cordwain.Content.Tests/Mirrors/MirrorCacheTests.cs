using System.Security.Cryptography;
using Cordwain.Boot.Catalog;
using Cordwain.Content.Mirrors;
using Microsoft.Extensions.Time.Testing;

namespace Cordwain.Content.Tests.Mirrors;

public sealed class MirrorCacheTests : IAsyncDisposable
{
    static readonly byte[] Kernel = Contents.Pattern(1_000_000, seed: 1);
    static readonly string KernelSha256 = Convert.ToHexStringLower(SHA256.HashData(Kernel));

    readonly TempFolder _folder = new();
    readonly FlakyMirror _mirror = new();
    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.Zero };
    MirrorSettings _settings;
    MirrorCache _cache;

    public MirrorCacheTests()
    {
        // Pauses of nothing: the fake clock never runs by itself.
        _settings = new() { Folder = _folder["cache"], RetryAfter = TimeSpan.Zero };
        _cache = new(_settings, _time);
        _mirror.Answer = FlakyMirror.File(Kernel);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _cache.DisposeAsync();
        _mirror.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_fetched_once_and_then_comes_from_the_cache()
    {
        Assert.Equal(Kernel, await FetchAsync());
        Assert.Equal(Kernel, await FetchAsync());
        Assert.Single(_mirror.Requests);
        Assert.Equal((1, 1, Kernel.Length), (_cache.Counters.Misses, _cache.Counters.Hits, _cache.Counters.Fetched));
        var file = Assert.Single(_cache.Files);
        Assert.Equal((MirrorFileState.Complete, (long)Kernel.Length, 0), (file.State, file.Received, file.Readers));
    }

    [Fact]
    public async Task A_complete_copy_is_a_plain_file_with_the_mirrors_version()
    {
        await FetchAsync();
        using var content = await OpenAsync();
        Assert.Equal((0, Kernel.Length), (content.Extent!.Value.Offset, content.Extent.Value.Length));
        Assert.Equal(("v1", "mirror"), (content.ETag, content.Source));
    }

    [Fact]
    public async Task Many_readers_of_an_arriving_file_cause_one_transfer_and_get_equal_bytes()
    {
        var half = new TaskCompletionSource();
        _mirror.Answer = async (_, stream) =>
        {
            await FlakyMirror.SendAsync(stream, "200 OK", [$"Content-Length: {Kernel.Length}"], Kernel.AsMemory(0, 500_000));
            await half.Task;
            await stream.WriteAsync(Kernel.AsMemory(500_000), Cancellation);
        };

        var readers = Enumerable.Range(0, 20).Select(i => Task.Run(() => FetchAsync(chunk: 1000 + (i * 3333)), Cancellation)).ToArray();
        using (var early = await OpenAsync())
        {
            Assert.Equal(Kernel.Length, early.Length);
            var buffer = new byte[400_000];
            for (var read = 0; read < buffer.Length;)
                read += await early.ReadAsync(read, buffer.AsMemory(read), Cancellation);
            Assert.Equal(Kernel[..400_000], buffer);   // although the mirror has not sent the rest
            Assert.Null(early.Extent);
        }

        half.SetResult();
        foreach (var bytes in await Task.WhenAll(readers))
            Assert.Equal(Kernel, bytes);
        Assert.Single(_mirror.Requests);
    }

    [Fact]
    public async Task A_slow_mirror_does_not_hold_up_another()
    {
        using var slow = new FlakyMirror();
        var asked = new TaskCompletionSource();
        slow.Answer = async (_, _) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, Cancellation);
        };
        var waiting = _cache.OpenAsync(new(slow.Url()), Cancellation).AsTask();
        await asked.Task;
        Assert.Equal(Kernel, await FetchAsync());
        Assert.False(waiting.IsCompleted);
        slow.Down();
        await Assert.ThrowsAsync<MirrorException>(() => waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transfer_that_breaks_off_goes_on_where_it_broke(bool hasRanges)
    {
        var breaking = FlakyMirror.File(Kernel, breakAfter: 300_000);
        var answers = 0;
        _mirror.Answer = (request, stream) => (answers++, hasRanges) switch
        {
            (0 or 1, true) => breaking(request, stream),
            (0, false) => breaking(request, stream),
            (_, true) => FlakyMirror.File(Kernel)(request, stream),
            (_, false) => FlakyMirror.File(Kernel)(request with { Headers = new Dictionary<string, string>() }, stream),
        };

        Assert.Equal(Kernel, await FetchAsync());
        var second = _mirror.Requests.ElementAt(1);
        Assert.InRange(second.From, 1, 300_000);
        Assert.Equal("\"v1\"", second.Header("if-range"));
        Assert.Equal(hasRanges ? 3 : 2, _mirror.Requests.Count);
    }

    [Fact]
    public async Task A_file_that_changes_under_the_transfer_is_refused()
    {
        var other = Contents.Pattern(Kernel.Length, seed: 2);
        var answers = 0;
        _mirror.Answer = (request, stream) => answers++ == 0
            ? FlakyMirror.File(Kernel, breakAfter: 300_000)(request, stream)
            : FlakyMirror.File(other, "\"v2\"")(request, stream);
        Assert.Equal("CW7010", (await Assert.ThrowsAsync<MirrorException>(() => FetchAsync())).Code);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(other, await FetchAsync());   // and the next time it is fetched anew
    }

    [Fact]
    public async Task A_file_that_changes_without_a_version_is_refused_too()
    {
        var other = Contents.Pattern(Kernel.Length, seed: 2);
        var answers = 0;
        _mirror.Answer = (_, stream) => answers++ == 0
            ? FlakyMirror.SendAsync(stream, "200 OK", [$"Content-Length: {Kernel.Length}"], Kernel.AsMemory(0, 300_000))
            : FlakyMirror.SendAsync(stream, "200 OK", [$"Content-Length: {Kernel.Length}"], other);
        Assert.Equal("CW7010", (await Assert.ThrowsAsync<MirrorException>(() => FetchAsync())).Code);
    }

    [Fact]
    public async Task A_part_survives_a_restart_and_only_the_rest_is_fetched()
    {
        var sent = new TaskCompletionSource();
        _mirror.Answer = async (_, stream) =>
        {
            await FlakyMirror.SendAsync(stream, "200 OK", [$"Content-Length: {Kernel.Length}", "ETag: \"v1\""], Kernel.AsMemory(0, 400_000));
            await sent.Task;
        };
        using (var content = await OpenAsync())
        {
            for (var read = 0; read < 400_000;)
                read += await content.ReadAsync(read, new byte[64_000], Cancellation);
            await RestartAsync();
            await Assert.ThrowsAsync<MirrorException>(() => ReadToEndAsync(content));
        }

        sent.SetResult();
        _mirror.Answer = FlakyMirror.File(Kernel);
        Assert.Equal(Kernel, await FetchAsync());
        Assert.Equal(400_000, _mirror.Requests.Last().From);
        Assert.Equal(600_000, _cache.Counters.Fetched);
    }

    [Fact]
    public async Task A_part_of_another_version_is_thrown_away()
    {
        var sent = new TaskCompletionSource();
        _mirror.Answer = async (_, stream) =>
        {
            await FlakyMirror.SendAsync(stream, "200 OK", [$"Content-Length: {Kernel.Length}", "ETag: \"v1\""], Kernel.AsMemory(0, 400_000));
            await sent.Task;
        };
        using (var content = await OpenAsync())
        {
            for (var read = 0; read < 400_000;)
                read += await content.ReadAsync(read, new byte[64_000], Cancellation);
            await RestartAsync();
        }

        sent.SetResult();
        var other = Contents.Pattern(700_000, seed: 3);
        _mirror.Answer = FlakyMirror.File(other, "\"v2\"");
        Assert.Equal(other, await FetchAsync());
    }

    [Fact]
    public async Task A_complete_copy_survives_a_restart()
    {
        await FetchAsync();
        await RestartAsync();
        Assert.Equal(Kernel, await FetchAsync());
        Assert.Single(_mirror.Requests);
    }

    [Fact]
    public async Task Rubbish_in_the_cache_folder_does_no_harm()
    {
        await FetchAsync();
        await _cache.DisposeAsync();
        foreach (var record in Directory.EnumerateFiles(_folder["cache/index"]).ToArray())
            await File.WriteAllTextAsync(record, "{ broken", Cancellation);
        _folder.Write("cache/files/orphan", "x");
        _folder.Write("cache/parts/orphan", "x");
        _folder.Write("cache/index/other.json", """{"Url":"http://127.0.0.1/x","Stored":{"Sha256":"../../../etc/passwd","Length":1}}""");
        _cache = new(_settings, _time);
        Assert.Equal(Kernel, await FetchAsync());
        Assert.Equal(2, _mirror.Requests.Count);
        Assert.Single(Directory.EnumerateFiles(_folder["cache/files"]));
        Assert.Empty(Directory.EnumerateFiles(_folder["cache/parts"]));
    }

    [Fact]
    public async Task A_copy_that_was_cut_on_disk_is_fetched_again()
    {
        await FetchAsync();
        await _cache.DisposeAsync();
        File.WriteAllBytes(Assert.Single(Directory.EnumerateFiles(_folder["cache/files"])), Kernel[..1000]);
        _cache = new(_settings, _time);
        Assert.Equal(Kernel, await FetchAsync());
    }

    [Fact]
    public async Task A_wrong_checksum_is_refused_removed_and_never_completes_for_a_machine()
    {
        var wrong = new string('a', 64);
        var got = 0L;
        using (var content = await _cache.OpenAsync(new(_mirror.Url(), wrong), Cancellation))
        {
            var error = await Assert.ThrowsAsync<MirrorException>(async () =>
            {
                while (await content.ReadAsync(got, new byte[10_000], Cancellation) is > 0 and var read)
                    got += read;
            });
            Assert.Equal("CW7004", error.Code);
            Assert.Contains(KernelSha256, error.Message, StringComparison.Ordinal);
        }

        Assert.True(got < Kernel.Length);
        Assert.Empty(Directory.EnumerateFiles(_folder["cache/files"]));
        Assert.Empty(Directory.EnumerateFiles(_folder["cache/parts"]));
        Assert.Equal(0, _cache.Counters.Stored);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_right_checksum_is_served_and_never_asked_for_again(bool hasLength)
    {
        if (!hasLength)
            _mirror.Answer = (_, stream) => FlakyMirror.SendAsync(stream, "200 OK", [], Kernel);
        Assert.Equal(Kernel, await FetchAsync(KernelSha256.ToUpperInvariant()));
        _time.Advance(TimeSpan.FromDays(365));
        Assert.Equal(Kernel, await FetchAsync(KernelSha256));
        Assert.Single(_mirror.Requests);
    }

    [Fact]
    public async Task A_file_of_known_checksum_is_not_fetched_from_a_second_mirror()
    {
        await FetchAsync();
        using var content = await _cache.OpenAsync(new("http://mirror.invalid/linux", KernelSha256), Cancellation);
        Assert.Equal(Kernel, await Contents.ReadAllAsync(content));
    }

    [Fact]
    public async Task A_file_without_length_is_served_while_it_comes()
    {
        _mirror.Answer = (_, stream) => FlakyMirror.SendAsync(stream, "200 OK", [], Kernel);
        using var content = await OpenAsync();
        Assert.Equal(Kernel, await ReadToEndAsync(content));
        Assert.Equal(Kernel.Length, content.Length);
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        _mirror.Answer = FlakyMirror.File([]);
        Assert.Empty(await FetchAsync());
        Assert.Empty(await FetchAsync());
        Assert.Single(_mirror.Requests);
    }

    [Fact]
    public async Task An_old_copy_is_compared_with_the_mirror()
    {
        await FetchAsync();
        _time.Advance(_settings.RevalidateAfter);
        Assert.Equal(Kernel, await FetchAsync());
        Assert.Equal("\"v1\"", _mirror.Requests.Last().Header("if-none-match"));
        Assert.Equal(Kernel.Length, _cache.Counters.Fetched);
        Assert.Equal(Kernel, await FetchAsync());
        Assert.Equal(2, _mirror.Requests.Count);   // the answer holds for another while
    }

    [Fact]
    public async Task A_newer_file_replaces_the_old_copy_while_its_readers_finish()
    {
        await FetchAsync();
        using var old = await OpenAsync();
        var newer = Contents.Pattern(500_000, seed: 4);
        _mirror.Answer = FlakyMirror.File(newer, "\"v2\"");
        _time.Advance(_settings.RevalidateAfter);
        Assert.Equal(newer, await FetchAsync());
        Assert.Equal(Kernel, await Contents.ReadAllAsync(old));
        old.Dispose();
        await WaitUntilAsync(() => Directory.EnumerateFiles(_folder["cache/files"]).Count() == 1);
        Assert.Equal(newer.Length, _cache.Counters.Stored);
    }

    [Theory]
    [InlineData("down")]
    [InlineData("500 Internal Server Error")]
    [InlineData("404 Not Found")]
    public async Task The_copy_serves_when_the_mirror_does_not(string how)
    {
        await FetchAsync();
        _time.Advance(_settings.RevalidateAfter);
        if (how == "down")
            _mirror.Down();
        else
            _mirror.Answer = (_, stream) => FlakyMirror.SendAsync(stream, how, ["Content-Length: 0"], ReadOnlyMemory<byte>.Empty);
        Assert.Equal(Kernel, await FetchAsync());
        Assert.Equal(1, _cache.Counters.Stale);
    }

    [Theory]
    [InlineData("404 Not Found", "CW7002", 1)]
    [InlineData("403 Forbidden", "CW7002", 1)]
    [InlineData("503 Service Unavailable", "CW7002", 2)]
    public async Task What_a_mirror_refuses_is_an_error_that_is_remembered_for_a_moment(string status, string code, int requests)
    {
        _mirror.Answer = (_, stream) => FlakyMirror.SendAsync(stream, status, ["Content-Length: 0"], ReadOnlyMemory<byte>.Empty);
        for (var i = 0; i < 3; i++)
            Assert.Equal(code, (await Assert.ThrowsAsync<MirrorException>(() => FetchAsync())).Code);
        Assert.Equal(requests, _mirror.Requests.Count);

        _mirror.Answer = FlakyMirror.File(Kernel);
        _time.Advance(_settings.FailureMemory);
        Assert.Equal(Kernel, await FetchAsync());
    }

    [Fact]
    public async Task A_mirror_that_cannot_be_reached_is_named_without_its_password()
    {
        _mirror.Down();
        var url = $"http://user:secret@127.0.0.1:{_mirror.Port}/linux?token=abc";
        var error = await Assert.ThrowsAsync<MirrorException>(() => _cache.OpenAsync(new(url), Cancellation).AsTask());
        Assert.Equal("CW7001", error.Code);
        Assert.Contains($"http://127.0.0.1:{_mirror.Port}/linux", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_and_password_of_the_url_are_sent()
    {
        using var content = await _cache.OpenAsync(new($"http://user:p%40ss@127.0.0.1:{_mirror.Port}/linux"), Cancellation);
        Assert.Equal(Kernel, await Contents.ReadAllAsync(content));
        Assert.Equal("Basic " + Convert.ToBase64String("user:p@ss"u8), _mirror.Requests.Single().Header("authorization"));
    }

    [Fact]
    public async Task A_silent_mirror_is_given_up()
    {
        var silent = new TaskCompletionSource();
        _mirror.Answer = async (_, stream) =>
        {
            await FlakyMirror.SendAsync(stream, "200 OK", [$"Content-Length: {Kernel.Length}"], Kernel.AsMemory(0, 1000));
            await silent.Task;
        };
        using var content = await OpenAsync();
        var reading = ReadToEndAsync(content);
        while (!reading.IsCompleted)
        {
            _time.Advance(_settings.StallTimeout);
            await Task.Yield();
        }

        Assert.Equal("CW7003", (await Assert.ThrowsAsync<MirrorException>(() => reading)).Code);
        silent.SetResult();
    }

    [Theory]
    [InlineData("/other", null)]
    [InlineData("other?x=1", null)]
    [InlineData("/linux", "CW7007")]                      // round in circles
    [InlineData("ftp://127.0.0.1/linux", "CW7007")]
    [InlineData("file:///etc/passwd", "CW7007")]
    [InlineData("http://localhost:{port}/other", "CW7007")]
    [InlineData("http://[::1]:{port}/other", "CW7007")]
    [InlineData("http://169.254.169.254/latest/meta-data", "CW7007")]
    [InlineData("http://0.0.0.0:{port}/other", "CW7007")]
    public async Task Redirects_are_followed_but_not_everywhere(string target, string? code)
    {
        target = target.Replace("{port}", $"{_mirror.Port}", StringComparison.Ordinal);
        _mirror.Answer = (request, stream) => request.Path.StartsWith("/linux", StringComparison.Ordinal)
            ? FlakyMirror.SendAsync(stream, "302 Found", [$"Location: {target}", "Content-Length: 0"], ReadOnlyMemory<byte>.Empty)
            : FlakyMirror.File(Kernel)(request, stream);
        if (code is null)
            Assert.Equal(Kernel, await FetchAsync());
        else
            Assert.Equal(code, (await Assert.ThrowsAsync<MirrorException>(() => FetchAsync())).Code);
        Assert.True(_mirror.Requests.Count <= 1 + _settings.MaxRedirects);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/linux")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("http:")]
    public async Task Only_http_is_fetched(string url) =>
        Assert.Equal("CW7007", (await Assert.ThrowsAsync<MirrorException>(() => _cache.OpenAsync(new(url), Cancellation).AsTask())).Code);

    [Fact]
    public async Task Equal_files_of_two_mirrors_are_kept_once()
    {
        await FetchAsync(name: "a");
        await FetchAsync(name: "b");
        Assert.Equal((2 * Kernel.Length, Kernel.Length), (_cache.Counters.Fetched, _cache.Counters.Stored));
        _mirror.Answer = FlakyMirror.File(Contents.Pattern(1000), "\"v2\"");
        _time.Advance(_settings.RevalidateAfter);
        await FetchAsync(name: "a");
        _mirror.Down();
        Assert.Equal(Kernel, await FetchAsync(name: "b"));   // still there for the other
    }

    [Fact]
    public async Task The_least_recently_used_file_goes_when_there_is_no_room()
    {
        await UseAsync(_settings with { MaxBytes = 2_500_000 });
        ServeAFilePerName();
        foreach (var name in new[] { "a", "b", "a", "c" })
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await FetchAsync(name: name);
        }

        Assert.Equal(["a", "c"], _cache.Files.Where(file => file.State == MirrorFileState.Complete).Select(file => file.Url[^1..]));
        Assert.Equal(1, _cache.Counters.Evicted);
        await FetchAsync(name: "a");
        Assert.Equal(3, _mirror.Requests.Count);
    }

    [Fact]
    public async Task A_file_in_use_is_not_cleared()
    {
        await UseAsync(_settings with { MaxBytes = 1_500_000 });
        ServeAFilePerName();
        await FetchAsync(name: "a");
        using (var inUse = await OpenAsync(name: "a"))
        {
            Assert.Equal("CW7006", (await Assert.ThrowsAsync<MirrorException>(() => FetchAsync(name: "b"))).Code);
            Assert.Equal(Kernel.Length, (await Contents.ReadAllAsync(inUse)).Length);
        }

        // Its readers hear of a failure an instant before the cache remembers when it was.
        await WaitUntilAsync(() => _cache.Files.Any(file => file.State == MirrorFileState.Failed));
        _time.Advance(_settings.FailureMemory);
        await FetchAsync(name: "b");
        Assert.Equal(Kernel.Length, _cache.Counters.Stored);
    }

    [Fact]
    public async Task A_file_larger_than_the_bound_is_refused()
    {
        await UseAsync(_settings with { MaxBytes = 500_000 });
        Assert.Equal("CW7006", (await Assert.ThrowsAsync<MirrorException>(() => FetchAsync())).Code);
        _mirror.Answer = (_, stream) => FlakyMirror.SendAsync(stream, "200 OK", [], Kernel);   // nor when it does not say how long it is
        Assert.Equal("CW7006", (await Assert.ThrowsAsync<MirrorException>(() => FetchAsync(name: "b"))).Code);
        Assert.Equal(0, _cache.Counters.Stored);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_an_error_not_a_crash()
    {
        _folder.Write("plain", "a file");
        await UseAsync(_settings with { Folder = _folder["plain/cache"] });
        Assert.Equal("CW7005", (await Assert.ThrowsAsync<MirrorException>(() => FetchAsync())).Code);
    }

    [Fact]
    public async Task A_caller_who_goes_away_does_not_end_the_transfer()
    {
        var go = new TaskCompletionSource();
        var answer = _mirror.Answer;
        _mirror.Answer = async (request, stream) =>
        {
            await go.Task;
            await answer(request, stream);
        };
        using var gone = new CancellationTokenSource();
        var first = _cache.OpenAsync(new(_mirror.Url()), gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        go.SetResult();
        Assert.Equal(Kernel, await FetchAsync());
        Assert.Single(_mirror.Requests);
    }

    void ServeAFilePerName() =>
        _mirror.Answer = (request, stream) => FlakyMirror.File(Contents.Pattern(Kernel.Length, seed: request.Path[^1]))(request, stream);

    async Task<byte[]> FetchAsync(string? sha256 = null, string name = "linux", int chunk = 64 * 1024)
    {
        byte[] bytes;
        using (var content = await OpenAsync(sha256, name))
            bytes = await ReadToEndAsync(content, chunk);
        // The last reader may be done an instant before the copy is put in its place.
        await WaitUntilAsync(() => _cache.Files.All(file => file.State != MirrorFileState.Arriving || file.Received < (file.Length ?? long.MaxValue)));
        return bytes;
    }

    async Task<BootContent> OpenAsync(string? sha256 = null, string name = "linux") =>
        await _cache.OpenAsync(new(_mirror.Url(name), sha256), Cancellation);

    static Task<byte[]> ReadToEndAsync(BootContent content, int chunk = 64 * 1024) => Contents.ReadAllAsync(content, chunk);

    static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(5, limit.Token);
    }

    async Task RestartAsync()
    {
        await _cache.DisposeAsync();
        _cache = new(_settings, _time);
    }

    async Task UseAsync(MirrorSettings settings)
    {
        _settings = settings;
        await RestartAsync();
    }
}
