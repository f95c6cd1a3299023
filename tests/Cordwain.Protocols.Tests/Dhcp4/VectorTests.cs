using System.Globalization;
using System.Text;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Protocols.Tests.Dhcp4;

/// <summary>Real firmware, loaders and clients, from captures.</summary>
public sealed class VectorTests
{
    public static TheoryData<string> Cases => [.. Packets.Cases];

    [Theory, MemberData(nameof(Cases))]
    public void Prints_as_expected(string vector)
    {
        var text = new StringBuilder();
        foreach (var datagram in Packets.Datagrams(vector))
        {
            Assert.True(DhcpMessage.TryParse(datagram.Payload.Span, out var message, out var error), error.ToString());
            text.Append(CultureInfo.InvariantCulture, $"{datagram.Source}:{datagram.SourcePort} > {datagram.Destination}:{datagram.DestinationPort}, {datagram.Payload.Length} bytes\n")
                .Append(DhcpText.Describe(message)).Append('\n');
        }

        Golden.MatchFile(Packets.PathOf(vector, "expected.txt"), text.ToString());
    }

    [Theory, MemberData(nameof(Cases))]
    public void Is_the_same_message_after_encoding(string vector)
    {
        foreach (var datagram in Packets.Datagrams(vector))
        {
            Assert.True(DhcpMessage.TryParse(datagram.Payload.Span, out var message, out _));
            Assert.True(DhcpMessage.TryParse(message.Encode(), out var again, out var error), error.ToString());
            Assert.Equal(message, again);
        }
    }

    [Fact]
    public void Each_case_says_where_it_comes_from()
    {
        var cases = Packets.Cases.ToList();
        Assert.NotEmpty(cases);
        Assert.All(cases, vector => Assert.True(File.Exists(Packets.PathOf(vector, "README.md")), vector));
    }
}
