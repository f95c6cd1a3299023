using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tests.Wire;

public sealed class AddressTests
{
    [Theory]
    [InlineData("0.0.0.0", 0u)]
    [InlineData("192.168.10.1", 0xC0A80A01)]
    [InlineData("255.255.255.255", uint.MaxValue)]
    public void Reads_and_writes_addresses(string text, uint value)
    {
        Assert.Equal(value, Ipv4Address.Parse(text).Value);
        Assert.Equal(text, new Ipv4Address(value).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.-1")]
    [InlineData("1.2.3.0x1")]
    [InlineData("1.2.3. 4")]
    [InlineData("1.2.3.0004")]
    [InlineData("1.2..4")]
    public void Refuses_what_is_no_address(string text)
    {
        Assert.False(Ipv4Address.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Ipv4Address.Parse(text));
    }

    [Theory]
    [InlineData("10.77.0.0/24", "10.77.0.0", "255.255.255.0", "10.77.0.255")]
    [InlineData("10.77.0.128/25", "10.77.0.128", "255.255.255.128", "10.77.0.255")]
    [InlineData("0.0.0.0/0", "0.0.0.0", "0.0.0.0", "255.255.255.255")]
    [InlineData("10.0.0.1/32", "10.0.0.1", "255.255.255.255", "10.0.0.1")]
    public void Knows_a_networks_bounds(string text, string first, string mask, string last)
    {
        Assert.True(Ipv4Network.TryParse(text, out var network));
        Assert.Equal((first, mask, last), (network.Address.ToString(), network.Mask.ToString(), network.Last.ToString()));
        Assert.True(network.Contains(Ipv4Address.Parse(last)));
        Assert.Equal(text, network.ToString());
    }

    [Theory]
    [InlineData("10.77.0.1/24")]
    [InlineData("10.77.0.0/33")]
    [InlineData("10.77.0.0")]
    [InlineData("10.77.0.0/-1")]
    [InlineData("10.77.0.0/24/1")]
    public void Refuses_what_is_no_network(string text) => Assert.False(Ipv4Network.TryParse(text, out _));

    [Fact]
    public void A_network_ends_where_the_next_begins()
    {
        var network = new Ipv4Network(Ipv4Address.Parse("10.77.0.99"), 24);
        Assert.False(network.Contains(Ipv4Address.Parse("10.77.1.0")));
        Assert.False(network.Contains(Ipv4Address.Parse("10.76.255.255")));
        Assert.True(network.Overlaps(new(Ipv4Address.Parse("10.0.0.0"), 8)));
        Assert.False(network.Overlaps(new(Ipv4Address.Parse("10.77.1.0"), 24)));
    }

    [Theory]
    [InlineData("10.0.0.5-10.0.0.9", 5)]
    [InlineData("10.0.0.5 - 10.0.0.5", 1)]
    [InlineData("10.0.0.5", 1)]
    [InlineData("0.0.0.0-255.255.255.255", 4294967296)]
    public void Counts_the_addresses_of_a_range(string text, long count)
    {
        Assert.True(AddressRange.TryParse(text, out var range));
        Assert.Equal(count, range.Count);
        Assert.True(range.Contains(range.First) && range.Contains(range.Last));
    }

    [Theory]
    [InlineData("10.0.0.9-10.0.0.5")]
    [InlineData("10.0.0.9-")]
    [InlineData("a-b")]
    [InlineData("10.0.0.1-10.0.0.2-10.0.0.3")]
    public void Refuses_what_is_no_range(string text) => Assert.False(AddressRange.TryParse(text, out _));

    [Theory]
    [InlineData("52:54:00:12:34:56")]
    [InlineData("52-54-00-12-34-56")]
    [InlineData("525400123456")]
    public void Reads_hardware_addresses(string text)
    {
        var mac = MacAddress.Parse(text);
        Assert.Equal("52:54:00:12:34:56", mac.ToString());
        Assert.Equal("52-54-00-12-34-56", mac.ToDashed());
        Assert.Equal(mac, MacAddress.FromBytes(mac.ToArray()));
        Assert.False(mac.IsMulticast);
    }

    [Theory]
    [InlineData("52:54:00:12:34")]
    [InlineData("52:54-00:12:34:56")]
    [InlineData("5254001234567")]
    [InlineData("52:54:00:12:34:5g")]
    [InlineData("")]
    public void Refuses_what_is_no_hardware_address(string text) => Assert.False(MacAddress.TryParse(text, out _));
}
