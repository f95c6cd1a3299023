using System.Text;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Leases;

public sealed class LeaseQuestionTests
{
    static readonly byte[] Chaddr = [0x52, 0x54, 0, 1, 2, 3];

    public static TheoryData<string, int, byte[], byte[]?, string> Keys => new()
    {
        // who                                        htype  chaddr             option 61                              key
        { "no identifier",                            1,     Chaddr,            null,                                  "hw:01525400010203" },
        { "the hardware address again",               1,     Chaddr,            [1, 0x52, 0x54, 0, 1, 2, 3],           "hw:01525400010203" },
        { "another hardware address",                 1,     Chaddr,            [1, 0x52, 0x54, 0, 9, 9, 9],           "id:01525400090909" },
        { "a DUID",                                   1,     Chaddr,            [255, 0, 0, 0, 1, 0, 4],               "id:ff000000010004" },
        { "an identifier of one byte",                1,     Chaddr,            [7],                                   "hw:01525400010203" },
        { "an empty identifier",                      1,     Chaddr,            [],                                    "hw:01525400010203" },
        { "one too long to be meant",                 1,     Chaddr,            new byte[300],                         "hw:01525400010203" },
        { "no hardware address",                      1,     [],                null,                                  "none" },
        { "zeros for a hardware address",             1,     new byte[6],       null,                                  "none" },
        { "no hardware address, but an identifier",   1,     [],                [0, 1, 2],                             "id:000102" },
        { "InfiniBand with 20 bytes elsewhere",       32,    new byte[16],      [255, 9],                              "id:ff09" },
    };

    [Theory, MemberData(nameof(Keys))]
    public void Knows_the_client(string what, int htype, byte[] chaddr, byte[]? id, string key)
    {
        var options = new DhcpOptionSet.Builder();
        if (id is not null)
            options.SetRaw(61, id);
        var message = new DhcpMessage { Op = 1, Htype = (byte)htype, Chaddr = chaddr, Options = options.Build() };
        Assert.True(key == LeaseQuestion.ClientOf(message).ToString(), what);
    }

    [Fact]
    public void Reads_the_message()
    {
        var options = new DhcpOptionSet.Builder()
            .Set(DhcpOptions.MessageType, (byte)3)
            .Set(DhcpOptions.RequestedIpAddress, new Ipv4Address(0x0A000005))
            .Set(DhcpOptions.ServerIdentifier, new Ipv4Address(0x0A000002))
            .Set(DhcpOptions.IpAddressLeaseTime, TimeSpan.FromSeconds(99))
            .SetRaw(12, Encoding.Latin1.GetBytes("a\nb\x1b[1mc"))
            .Build();
        var message = new DhcpMessage { Op = 1, Chaddr = Chaddr, Secs = 7, Giaddr = new(0x0A0000FE), Options = options };
        var arrival = new DhcpArrival("lan0", new(0x0A000001), 67, Ipv4Address.Any, 68) { Links = [(new(0x0A000002), new(new(0x0A000000), 24))] };

        var question = LeaseQuestion.From(message, arrival);
        Assert.Equal(DhcpMessageType.Request, question.Type);
        Assert.Equal("10.0.0.5", question.Requested.ToString());
        Assert.True(question.IsForUs);
        Assert.Equal(TimeSpan.FromSeconds(99), question.Lease);
        Assert.Equal(TimeSpan.FromSeconds(7), question.Elapsed);
        Assert.Equal("a_b_[1mc", question.HostName);
        Assert.Equal("10.0.0.254", question.Giaddr.ToString());
        Assert.False(LeaseQuestion.From(message, arrival with { Links = [] }).IsForUs);
    }
}
