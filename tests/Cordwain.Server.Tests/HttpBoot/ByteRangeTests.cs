using Cordwain.Server.HttpBoot;

namespace Cordwain.Server.Tests.HttpBoot;

public sealed class ByteRangeTests
{
    [Theory]
    [InlineData("bytes=0-0", 100, 0, 1)]
    [InlineData("bytes=10-19", 100, 10, 10)]
    [InlineData("bytes=10-", 100, 10, 90)]
    [InlineData("bytes=99-1000", 100, 99, 1)]
    [InlineData("bytes=-10", 100, 90, 10)]
    [InlineData("bytes=-1000", 100, 0, 100)]
    [InlineData("Bytes= 1-2 ", 100, 1, 2)]
    [InlineData("bytes=0-99999999999999999999999", 100, 0, 100)]
    [InlineData("bytes=100-", 100, -1, 0)]
    [InlineData("bytes=100-200", 100, -1, 0)]
    [InlineData("bytes=99999999999999999999999-", 100, -1, 0)]
    [InlineData("bytes=-0", 100, -1, 0)]
    [InlineData("bytes=0-", 0, -1, 0)]
    public void A_range_is_cut_to_the_file(string header, long length, long offset, long count) =>
        Assert.Equal(new ByteRange(offset, count), ByteRange.Parse(header, length));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=5-4")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=1-2x")]
    [InlineData("bytes=0-1,3-4")]
    [InlineData("bytes=--1")]
    [InlineData("lines=0-1")]
    public void What_is_no_single_range_is_answered_in_whole(string? header) => Assert.Null(ByteRange.Parse(header, 100));
}
