using System.Text;
using CsCheck;
using Cordwain.Protocols.Tftp;

namespace Cordwain.Protocols.Tests.Tftp;

public sealed class TftpNegotiationTests
{
    static readonly TftpLimits Ethernet = new(BlockSize: 1468, WindowSize: 16);

    public static TheoryData<string, TftpAsked, long?, string> Answers => new()
    {
        // who                       asked                            length       OACK after the opcode
        { "tftp-hpa",                default,                         1000,        "" },
        { "iPXE",                    new(1432, null, null, true),     1000,        "blksize|1432|tsize|1000|" },
        { "UEFI",                    new(1468, null, 4, true),        1000,        "blksize|1468|tsize|1000|windowsize|4|" },
        { "U-Boot",                  new(1468, 5, null, false),       1000,        "blksize|1468|timeout|5|" },
        { "a block too large",       new(8192, null, null, false),    1000,        "blksize|1468|" },
        { "a window too large",      new(null, null, 64, false),      1000,        "windowsize|16|" },
        { "a file over 4 GB",        new(null, null, null, true),     5L << 30,    "tsize|5368709120|" },
        { "a length not known yet",  new(1468, null, null, true),     null,        "blksize|1468|" },
        { "only the unknown length", new(null, null, null, true),     null,        "" },
        { "the size of nothing",     new(null, null, null, true),     0,           "tsize|0|" },
    };

    [Theory, MemberData(nameof(Answers))]
    public void Grants(string who, TftpAsked asked, long? length, string oack)
    {
        var terms = TftpReadTerms.Negotiate(new(false, "f", TftpMode.Octet, asked), length, Ethernet);
        Assert.True(terms.Grants.Any == (oack.Length > 0), who);
        Assert.Equal("\0\x06" + oack.Replace('|', '\0'), Encoding.ASCII.GetString(terms.Grants.Encode()));
    }

    [Fact]
    public void Netascii_has_no_size()
    {
        var terms = TftpReadTerms.Negotiate(new(false, "f", TftpMode.Netascii, new(null, null, null, true)), 1000, Ethernet);
        Assert.Equal((null, default, true), (terms.Length, terms.Grants, terms.AskedForSize));
    }

    [Fact]
    public void Never_grants_more_than_was_asked_nor_what_was_not() =>
        Gen.Select(Gen.Int[8, 65464], Gen.Int[1, 65535], Gen.Int[8, 65464], Gen.Int[1, 4096], Gen.Int[0, 7])
            .Sample((blockSize, window, largestBlock, largestWindow, which) =>
            {
                var asked = new TftpAsked((which & 1) != 0 ? blockSize : null, null, (which & 2) != 0 ? window : null, (which & 4) != 0);
                var terms = TftpReadTerms.Negotiate(new(false, "f", TftpMode.Octet, asked), 1, new(largestBlock, largestWindow));
                return terms.BlockSize <= (asked.BlockSize ?? 512) && terms.WindowSize <= (asked.WindowSize ?? 1)
                    && terms.BlockSize <= Math.Max(largestBlock, 512) && terms.WindowSize <= largestWindow
                    && (terms.Grants.BlockSize is null) == (asked.BlockSize is null)
                    && (terms.Grants.WindowSize is null) == (asked.WindowSize is null)
                    && terms.Grants.Size is null == !asked.Size;
            });

    [Theory]
    [InlineData(false, 1, 1)]
    [InlineData(false, 65535, 65535)]
    [InlineData(false, 65536, 0)]
    [InlineData(false, 65537, 1)]
    [InlineData(true, 0, 0)]
    [InlineData(true, 65535, 65535)]
    [InlineData(true, 65536, 1)]
    [InlineData(true, 131071, 1)]
    public void Block_numbers_roll_over(bool toOne, long block, int number) =>
        Assert.Equal(number, new TftpReadTerms { RollOverToOne = toOne }.WireBlock(block));

    [Fact]
    public void An_acknowledged_number_leads_back_to_its_block() =>
        Gen.Select(Gen.Bool, Gen.Long[0, 1L << 40], Gen.Int[0, 4096]).Sample((toOne, from, ahead) =>
        {
            var terms = new TftpReadTerms { RollOverToOne = toOne };
            return terms.Distance(from, terms.WireBlock(from + ahead)) == ahead;
        });

    [Theory]
    [InlineData(7)]
    [InlineData(65465)]
    public void Refuses_a_block_size_that_the_rfc_does_not_allow(int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TftpReadTerms { BlockSize = size });
}
