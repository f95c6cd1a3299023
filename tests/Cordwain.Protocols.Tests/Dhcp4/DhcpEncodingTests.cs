using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using static Cordwain.Protocols.Tests.Dhcp4.Packets;

namespace Cordwain.Protocols.Tests.Dhcp4;

public sealed class DhcpEncodingTests
{
    [Fact]
    public void An_offer_has_these_bytes()
    {
        var offer = Reply(DhcpMessageType.Offer, options => options
            .Set(DhcpOptions.SubnetMask, Ipv4Address.Parse("255.255.255.0"))
            .Set(DhcpOptions.IpAddressLeaseTime, TimeSpan.FromHours(1))
            .Set(DhcpOptions.ServerIdentifier, Ipv4Address.Parse("10.77.0.1"))
            .SetRaw(82, [1, 2, 0xAA, 0xBB])
            .Set(DhcpOptions.VendorClassIdentifier, "PXEClient")) with
        { Sname = "srv", File = "a.efi", Giaddr = Ipv4Address.Parse("10.77.1.1"), Hops = 1 };

        var expected = "02010601" + "0BADCAFE" + "0000" + "0000" + "00000000" + "0A4D0082" + "0A4D0001" + "0A4D0101"
            + Mac + Zeros(10) + "737276" + Zeros(61) + "612E656669" + Zeros(123) + "63825363"
            + "350102" + "36040A4D0001" + "330400000E10" + "0104FFFFFF00" + "3C09505845436C69656E74" + "52040102AABB" + "FF";
        Assert.Equal(expected + Zeros(300 - expected.Length / 2), Convert.ToHexString(offer.Encode()));
    }

    [Fact]
    public void A_long_option_is_split_and_joined_again()
    {
        var text = new string('x', 600);
        var bytes = Reply(DhcpMessageType.Ack, options => options.Set(DhcpOptions.Message, text)).Encode(1472);
        Assert.Equal("38FF", Convert.ToHexString(bytes.AsSpan(243, 2)));
        Assert.Equal("38FF", Convert.ToHexString(bytes.AsSpan(500, 2)));
        Assert.Equal("385A", Convert.ToHexString(bytes.AsSpan(757, 2)));
        Assert.True(DhcpMessage.TryParse(bytes, out var message, out _));
        Assert.True(message.Options.TryGet(DhcpOptions.Message, out var read));
        Assert.Equal(text, read);
    }

    [Fact]
    public void What_does_not_fit_is_left_out_and_what_was_wanted_first_stays()
    {
        var big = new byte[140];
        var ack = Reply(DhcpMessageType.Ack, options => options
            .Set(DhcpOptions.ServerIdentifier, Ipv4Address.Parse("10.77.0.1"))
            .Set(DhcpOptions.SubnetMask, Ipv4Address.Parse("255.255.255.0"))
            .SetRaw(40, big).SetRaw(86, big).SetRaw(119, big)
            .SetRaw(82, new byte[20]));

        var bytes = ack.Encode(DhcpMessage.MinPayload, wanted: [119, 40, 86]);
        Assert.True(bytes.Length <= DhcpMessage.MinPayload);
        Assert.True(DhcpMessage.TryParse(bytes, out var sent, out _));
        Assert.Equal([1, 53, 54, 82, 119], sent.Options.Codes);

        Assert.True(DhcpMessage.TryParse(ack.Encode(DhcpMessage.MinPayload, wanted: [86]), out sent, out _));
        Assert.Equal([1, 53, 54, 82, 86], sent.Options.Codes);

        Assert.True(DhcpMessage.TryParse(ack.Encode(1472), out sent, out _));
        Assert.Equal([1, 40, 53, 54, 82, 86, 119], sent.Options.Codes);
    }

    [Fact]
    public void A_small_option_fills_the_room_that_a_long_one_left()
    {
        var ack = Reply(DhcpMessageType.Ack, options => options.SetRaw(40, new byte[253]).SetRaw(86, new byte[253]).SetRaw(15, "lab"u8));
        Assert.True(DhcpMessage.TryParse(ack.Encode(DhcpMessage.MinPayload, wanted: [40, 86, 15]), out var sent, out _));
        Assert.Equal([15, 40, 53], sent.Options.Codes);
    }

    [Fact]
    public void Fields_are_overloaded_only_when_allowed_and_free()
    {
        var ack = Reply(DhcpMessageType.Ack, options => options.SetRaw(40, new byte[250]).SetRaw(86, new byte[100]).SetRaw(87, new byte[60]));

        Assert.True(DhcpMessage.TryParse(ack.Encode(DhcpMessage.MinPayload), out var sent, out _));
        Assert.Equal([40, 53], sent.Options.Codes);

        Assert.True(DhcpMessage.TryParse(ack.Encode(DhcpMessage.MinPayload, mayOverload: true), out sent, out _));
        Assert.Equal([40, 52, 53, 86, 87], sent.Options.Codes);
        Assert.Equal([3], sent.Options.Raw(52).ToArray());

        Assert.True(DhcpMessage.TryParse((ack with { File = "pxelinux.0" }).Encode(DhcpMessage.MinPayload, mayOverload: true), out sent, out _));
        Assert.Equal([40, 52, 53, 87], sent.Options.Codes);
        Assert.Equal("pxelinux.0", sent.File);
    }

    [Fact]
    public void Names_of_the_fields_length_stand_without_a_terminator_and_longer_ones_are_left_out()
    {
        var exact = Reply(DhcpMessageType.Offer) with { File = new string('f', 128), Sname = new string('s', 64) };
        Assert.True(DhcpMessage.TryParse(exact.Encode(), out var sent, out _));
        Assert.Equal(exact, sent);

        var longer = exact with { File = new string('f', 129), Sname = new string('s', 65) };
        Assert.True(DhcpMessage.TryParse(longer.Encode(), out sent, out _));
        Assert.Equal(("", ""), (sent.File, sent.Sname));
    }

    public static TheoryData<string, int> Sizes => new()
    {
        // option 57    UDP payload
        { "",           548 },
        { "39020240",   548 },     // 576
        { "39020000",   548 },
        { "390202BC",   672 },     // 700
        { "390205C0",   1444 },    // 1472, iPXE
        { "3902FF00",   1472 },    // 65280, OVMF
        { "3903000001", 548 },     // malformed
    };

    [Theory, MemberData(nameof(Sizes))]
    public void The_clients_limit_is_kept_within_sense(string option, int expected) =>
        Assert.Equal(expected, DhcpMessage.MaxPayloadFor(WithOptions(option)));

    [Fact]
    public void Replies_are_never_shorter_than_a_bootp_message() =>
        Assert.Equal(300, Reply(DhcpMessageType.Nak).Encode().Length);

    [Fact]
    public void A_buffer_too_small_is_a_programmers_mistake() =>
        Assert.Throws<ArgumentException>(() => Reply(DhcpMessageType.Nak).Encode(new byte[547], 548));

    [Fact]
    public void Encoding_ignores_what_was_in_the_buffer()
    {
        var buffer = new byte[DhcpMessage.MaxPayload];
        buffer.AsSpan().Fill(0xEE);
        var offer = Reply(DhcpMessageType.Offer, options => options.SetRaw(40, new byte[250]).SetRaw(86, new byte[20]).SetRaw(87, new byte[120]));
        Assert.Equal(offer.Encode(548, mayOverload: true), buffer[..offer.Encode(buffer, 548, mayOverload: true)]);
    }

    [Fact]
    public void A_builder_replaces_removes_and_keeps_the_order_of_codes()
    {
        var builder = new DhcpOptionSet.Builder().SetRaw(60, "b"u8).SetRaw(12, "a"u8).SetRaw(60, "c"u8).SetRaw(3, [1, 2, 3, 4]).Remove(3).Remove(99);
        Assert.Equal("c"u8, builder.Raw(60));
        var set = builder.Build();
        Assert.Equal([12, 60], set.Codes);
        Assert.Equal(2, set.Count);
        Assert.False(set.Has(3));
        Assert.Equal(set, set.ToBuilder().Build());
        Assert.NotEqual(set, set.ToBuilder().SetRaw(60, "d"u8).Build());
    }

    [Theory, InlineData(0), InlineData(255)]
    public void Padding_and_end_are_no_options(byte code) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DhcpOptionSet.Builder().SetRaw(code, []));

    [Fact]
    public void Sub_options_are_put_beside_each_other()
    {
        var builder = new DhcpOptionSet.Builder()
            .Set(new DhcpOptionValue(43, 6, new byte[] { 8 }))
            .Set(new DhcpOptionValue(43, 71, new byte[] { 0, 0, 0, 0 }))
            .Set(new DhcpOptionValue(43, 6, new byte[] { 3 }))
            .Set(new DhcpOptionValue(175, 176, new byte[] { 1 }))
            .Set(new DhcpOptionValue(82, 255, new byte[] { 9 }))
            .Set(new DhcpOptionValue(82, 1, new byte[] { 7 }));
        Assert.Equal("470400000000" + "060103" + "FF", Convert.ToHexString(builder.Raw(43)));
        Assert.Equal("B00101", Convert.ToHexString(builder.Raw(175)));
        Assert.Equal("FF0109" + "010107", Convert.ToHexString(builder.Raw(82)));
    }
}
