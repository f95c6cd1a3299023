using System.Globalization;
using Cordwain.Boot.Journal;

namespace Cordwain.Server.Tests.HttpBoot;

/// <summary>The plain way and the web server's way are one to whoever asks: status, header fields, bytes and journal are the same.</summary>
public sealed class TwoWaysTests : IAsyncLifetime
{
    const string Close = "Host: x\r\nConnection: close\r\n";

    BootHttpLab _plain = null!;
    BootHttpLab _kestrel = null!;

    public static TheoryData<string> Requests =>
    [
        $"GET /small HTTP/1.1\r\n{Close}\r\n",
        $"GET /big HTTP/1.1\r\n{Close}\r\n",
        $"HEAD /big HTTP/1.1\r\n{Close}\r\n",
        $"GET /empty HTTP/1.1\r\n{Close}\r\n",
        $"GET /sub/a.EFI HTTP/1.1\r\n{Close}\r\n",
        $"GET /SUB//A.efi HTTP/1.1\r\n{Close}\r\n",
        $"GET /link HTTP/1.1\r\n{Close}\r\n",
        $"GET /out HTTP/1.1\r\n{Close}\r\n",
        $"GET /sub HTTP/1.1\r\n{Close}\r\n",
        $"GET / HTTP/1.1\r\n{Close}\r\n",
        $"GET /missing HTTP/1.1\r\n{Close}\r\n",
        $"HEAD /missing HTTP/1.1\r\n{Close}\r\n",
        $"GET /../etc/passwd HTTP/1.1\r\n{Close}\r\n",
        $"GET /%2e%2e%2fsecret HTTP/1.1\r\n{Close}\r\n",
        $"GET /%73mall?x=1&y=%20 HTTP/1.1\r\n{Close}\r\n",
        $"GET /boot.ipxe?mac=52:54:00:12:34:56 HTTP/1.1\r\n{Close}\r\n",
        $"HEAD /boot.ipxe HTTP/1.1\r\n{Close}\r\n",
        $"GET /boot.ipxe HTTP/1.1\r\n{Close}Range: bytes=2-5\r\n\r\n",
        $"GET /big HTTP/1.1\r\n{Close}Range: bytes=0-0\r\n\r\n",
        $"GET /big HTTP/1.1\r\n{Close}Range: bytes=100000-\r\n\r\n",
        $"GET /big HTTP/1.1\r\n{Close}Range: bytes=-5\r\n\r\n",
        $"GET /big HTTP/1.1\r\n{Close}Range: bytes=300000-\r\n\r\n",
        $"GET /big HTTP/1.1\r\n{Close}Range: bytes=0-1,4-5\r\n\r\n",
        $"GET /big HTTP/1.1\r\n{Close}Range: rubbish\r\n\r\n",
        $"HEAD /big HTTP/1.1\r\n{Close}Range: bytes=0-5\r\n\r\n",
        $"GET /small HTTP/1.1\r\n{Close}Range: bytes=1-2\r\n\r\n",
        $"GET /empty HTTP/1.1\r\n{Close}Range: bytes=0-\r\n\r\n",
        $"GET /big HTTP/1.1\r\n{Close}Range: bytes=0-5\r\nIf-Range: \"old\"\r\n\r\n",
        $"GET /big HTTP/1.1\r\n{Close}Range: bytes=0-5\r\nIf-Range: {When}\r\n\r\n",
        $"GET /small HTTP/1.1\r\n{Close}If-None-Match: *\r\n\r\n",
        $"GET /small HTTP/1.1\r\n{Close}If-None-Match: \"a\", W/\"b\"\r\n\r\n",
        $"GET /small HTTP/1.1\r\n{Close}If-Modified-Since: {When}\r\n\r\n",
        $"GET /small HTTP/1.1\r\n{Close}If-Modified-Since: yesterday\r\n\r\n",
        $"GET /missing HTTP/1.1\r\n{Close}If-None-Match: *\r\n\r\n",
        "GET /small HTTP/1.0\r\n\r\n",
        "GET /small HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\nGET /missing HTTP/1.0\r\n\r\n",
        $"GET /small HTTP/1.1\r\nHost: x\r\n\r\nHEAD /big HTTP/1.1\r\nHost: x\r\n\r\nGET /missing HTTP/1.1\r\nHost: x\r\n\r\nGET /big HTTP/1.1\r\n{Close}\r\n",
        $"GET /small HTTP/1.1\r\nHost: x\r\n\r\nGET /small HTTP/1.1\r\nHost: x\r\nX-Other: y\r\n\r\nGET /big HTTP/1.1\r\n{Close}\r\n",
        $"GET /small HTTP/1.1\r\nHost: x\r\n\r\nDELETE /small HTTP/1.1\r\n{Close}\r\n",
        $"GET /small HTTP/1.1\r\nHost: x\r\n\r\nGET /big HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /small HTTP/1.1\r\n{Close}\r\n",
        "GET /small HTTP/1.1\r\n\r\n",
        "GET /small HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        $"GET /%00 HTTP/1.1\r\n{Close}\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ];

    static string When => new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc).ToString("R", CultureInfo.InvariantCulture);

    public async ValueTask InitializeAsync()
    {
        _plain = await BootHttpLab.StartAsync(plainly: true, time: new BootHttpLab.LaterTime());
        _kestrel = await BootHttpLab.StartAsync(plainly: false);
        foreach (var lab in new[] { _plain, _kestrel })
        {
            foreach (var (name, length) in new[] { ("small", 4096), ("big", 300_000), ("empty", 0), ("sub/a.EFI", 5000) })
            {
                lab.Write(name, length);
                File.SetLastWriteTimeUtc(Path.Join(lab.Folder, name), new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc));
            }

            File.CreateSymbolicLink(Path.Join(lab.Folder, "link"), "sub/a.EFI");
            File.CreateSymbolicLink(Path.Join(lab.Folder, "out"), "/etc/hostname");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _kestrel.DisposeAsync();
    }

    [Theory, MemberData(nameof(Requests))]
    public async Task Both_ways_answer_the_same(string request)
    {
        var expected = await _kestrel.RawAsync(request);
        Assert.Equal(Normal(expected), Normal(await _plain.RawAsync(request)));
        Assert.Equal(Normal(expected), Normal(await _plain.RawAsync(request)));   // from what is kept, where it is

        for (var count = _kestrel.Reads.Count; count > 0; count--)
        {
            var (one, other) = (await _kestrel.NextReadAsync(), await _plain.NextReadAsync());
            Assert.Equal((one.Name, one.Source, one.Outcome, one.Bytes, one.Reason, one.Text, one.Machine), (other.Name, other.Source, other.Outcome, other.Bytes, other.Reason, other.Text, other.Machine));
            Assert.Equal(one.Trace.AsEnumerable(), other.Trace);
        }
    }

    /// <summary>The answers with their fields in order and their dates, which no two have alike, blanked.</summary>
    static string Normal(string answers)
    {
        var lines = new List<string>();
        foreach (var answer in answers.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries))
        {
            var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var head = answer[..end].Split("\r\n");
            lines.Add(head[0]);
            lines.AddRange(head[1..].Select(line => line.StartsWith("Date: ", StringComparison.Ordinal) ? "Date" : line).Order(StringComparer.Ordinal));
            lines.Add(answer[end..]);
        }

        return string.Join('\n', lines);
    }
}
