using System.Text;
using CsCheck;
using Cordwain.Protocols.Tftp;

namespace Cordwain.Protocols.Tests.Tftp;

public sealed class NetasciiEncoderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "abc")]
    [InlineData("a\nb", "a\r\nb")]
    [InlineData("a\rb", "a\r\0b")]
    [InlineData("\n", "\r\n")]
    [InlineData("a\r\nb", "a\r\0\r\nb")]
    [InlineData("\n\n\r", "\r\n\r\n\r\0")]
    public void Converts(string text, string expected) => Assert.Equal(expected, Convert(text, 100, 100));

    [Fact]
    public void A_pair_may_be_cut_anywhere() =>
        Gen.Select(Gen.String[Gen.Char["\r\na"], 0, 60], Gen.Int[1, 9], Gen.Int[1, 9]).Sample((text, piece, block) =>
            Convert(text, piece, block) == text.Replace("\r", "\r\0", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));

    [Fact]
    public void A_copy_is_a_place_to_come_back_to()
    {
        var encoder = new NetasciiEncoder();
        var block = new byte[2];
        encoder.Convert("a\n"u8, block, out _, out _);
        var place = encoder;

        encoder.Convert("b"u8, block, out _, out _);
        Assert.Equal("\nb"u8, block);
        place.Convert("c"u8, block, out _, out _);
        Assert.Equal("\nc"u8, block);
    }

    /// <summary>In pieces of text into pieces of netascii, as blocks and reads fall.</summary>
    static string Convert(string text, int piece, int block)
    {
        var encoder = new NetasciiEncoder();
        var result = new List<byte>();
        ReadOnlySpan<byte> rest = Encoding.ASCII.GetBytes(text);
        Span<byte> buffer = new byte[block];
        int written;
        do
        {
            encoder.Convert(rest[..Math.Min(piece, rest.Length)], buffer, out var consumed, out written);
            rest = rest[consumed..];
            result.AddRange(buffer[..written]);
        }
        while (written > 0);
        return Encoding.ASCII.GetString(result.ToArray());
    }
}
