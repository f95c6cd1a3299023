using Cordwain.Tests.Support;

namespace Cordwain.Tests.Storm;

/// <summary>Words that do not fit together are refused before anything is sent, with what to write instead.</summary>
public sealed class StormOptionsTests : IDisposable
{
    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "--server IP --relay IP")]
    [InlineData("--server 10.0.0.1", "--server IP --relay IP")]
    [InlineData("--server 8.8.8.8 --relay 127.0.0.1", "--public")]
    [InlineData("--server 127.0.0.1 --relay 203.0.113.77", "203.0.113.77 is not an address of this host")]
    [InlineData("--server 10.0.0.one --relay 127.0.0.1", "10.0.0.one")]
    [InlineData("--interface nosuch0", "There is no interface 'nosuch0'")]
    [InlineData("--interface lo --relay 127.0.0.1", "choose one")]
    [InlineData("--server 127.0.0.1 --relay 127.0.0.1 --machines 0", "--machines: 1 to 100000")]
    [InlineData("--server 127.0.0.1 --relay 127.0.0.1 --firmware pxe", "none of bios, uefi, http")]
    [InlineData("--server 127.0.0.1 --relay 127.0.0.1 --mac-prefix 00:16:3e", "locally administered")]
    [InlineData("--server 127.0.0.1 --relay 127.0.0.1 --from 10.0.0.9-10.0.0.1", "FIRST-LAST")]
    [InlineData("--server 127.0.0.1 --relay 127.0.0.1 --script boot.ipxe", "http:// or tftp://")]
    [InlineData("--server 127.0.0.1 --relay 127.0.0.1 --until tea", "tea")]
    public async Task Refused_with_a_way_out(string words, string said)
    {
        var result = await _folder.Run(["storm", .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
        Assert.Contains("--help", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }
}
