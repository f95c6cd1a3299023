using System.Runtime.CompilerServices;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tests.Wire;

public sealed class WireTextTests
{
    [Fact]
    public void A_hex_dump_has_offsets_and_printable_characters()
    {
        byte[] bytes = [.. "Cordwain boots!\n"u8, 0, 0x7f, 0xff];
        Assert.Equal(
            "0000  43 6f 72 64 77 61 69 6e  20 62 6f 6f 74 73 21 0a  Cordwain boots!.\n" +
            "0010  00 7f ff                                          ...\n",
            HexDump.Of(bytes));
        Assert.Equal("", HexDump.Of([]));
    }

    [Theory]
    [InlineData("Boot\\x64/wdsmgfw.efi", "Boot\\x64/wdsmgfw.efi")]
    [InlineData("käse \"1\"", "käse \"1\"")]
    [InlineData("evil\u001b[2J\nname\u0085", "evil\\u001b[2J\\u000aname\\u0085")]
    public void Names_are_shown_as_they_are_without_control_characters(string name, string shown) => Assert.Equal(shown, PrintableText.Escape(name));

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a\"b\\", "\"a\\\"b\\\\\"")]
    [InlineData("\0\n\r\t\x1b\x7f", "\"\\x00\\n\\r\\t\\x1b\\x7f\"")]
    [InlineData("é\u202e", "\"\\xe9\\u202e\"")]
    public void Quoted_text_is_safe_to_show(string text, string expected) => Assert.Equal(expected, PrintableText.Quote(text));

    public static TheoryData<string, string?> HexTexts => new()
    {
        { "",               "" },
        { "0104deADbeef",   "0104DEADBEEF" },
        { "01:04:de",       "0104DE" },
        { "1:a:de",         "010ADE" },
        { "01 02-03.04",    "01020304" },
        { "012",            null },
        { "0x01",           null },
        { "zz",             null },
        { "g",              null },
        { "01:0g",          null },
    };

    [Theory, MemberData(nameof(HexTexts))]
    public void Reads_hex_as_people_write_it(string text, string? expected) =>
        Assert.Equal(expected, HexText.TryParse(text, out var bytes) ? Convert.ToHexString(bytes) : null);

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "ABC", 0)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("subent", "subnet", 1)]
    public void Distance_counts_changes(string a, string b, int expected) => Assert.Equal(expected, NearNames.Distance(a, b));

    [Fact]
    public void Suggests_the_nearest_names_first()
    {
        Assert.Equal(["timeout", "timeouts"], NearNames.Of("timeou", ["zone", "timeouts", "timeout"]));
        Assert.Empty(NearNames.Of("zzzzzz", ["timeout"]));
        Assert.Equal("min-lease", NearNames.Nearest("MinLaese", ["lease", "min-lease", "max-lease"]));
        Assert.Null(NearNames.Nearest("x", ["min-lease"]));
        Assert.Equal(["dhcp-message-type"], NearNames.Of("message", ["dhcp-message-type", "x"]));
    }

    [Fact]
    public void A_reader_that_overran_has_nothing_left()
    {
        var reader = new WireReader([1, 2, 3]);
        Assert.Equal(0u, reader.U32());
        Assert.True(reader.Overran);
        Assert.Equal(0, reader.Remaining);
        Assert.Equal(0, reader.U8());
    }

    [Fact]
    public void Every_fault_has_its_page()
    {
        var errors = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "docs", "errors"));
        foreach (var fault in Enum.GetValues<WireFault>())
        {
            if (fault == WireFault.None)
                continue;
            var page = Path.Combine(errors, $"CW{(int)fault}.md");
            Assert.True(File.Exists(page), page);
            Assert.StartsWith($"# CW{(int)fault}", File.ReadAllText(page), StringComparison.Ordinal);
        }
    }

    static string Here([CallerFilePath] string caller = "") => Path.GetDirectoryName(caller)!;
}
