using System.Text;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using static Cordwain.Protocols.Tests.Dhcp4.Packets;

namespace Cordwain.Protocols.Tests.Dhcp4;

public sealed class DhcpMessageTests
{
    public static TheoryData<string, string, WireFault, int> Refused => new()
    {
        // what is wrong                       datagram                                    fault                      at byte
        { "empty",                             "",                                         WireFault.Truncated,       0 },
        { "one byte",                          "01",                                       WireFault.Truncated,       1 },
        { "ends inside chaddr",                Hex("")[..80],                              WireFault.Truncated,       40 },
        { "ends inside file",                  Hex("")[..400],                             WireFault.Truncated,       200 },
        { "one byte short of the cookie",      Hex("")[..^2],                              WireFault.Truncated,       239 },
        { "plain BOOTP",                       Hex("")[..^8] + Zeros(64),                  WireFault.BadMagicCookie,  236 },
        { "cookie with its bytes swapped",     Hex("")[..^8] + "63538263",                 WireFault.BadMagicCookie,  236 },
        { "option without its length",         Hex("35"),                                  WireFault.OptionOverrun,   240 },
        { "option longer than datagram",       Hex("3C20505845"),                          WireFault.OptionOverrun,   240 },
        { "length 255 with nothing behind",    Hex("350101" + "0CFF"),                     WireFault.OptionOverrun,   243 },
        { "overrun after padding",             Hex("000000" + "3301"),                     WireFault.OptionOverrun,   243 },
        { "overrun in overloaded file",        Hex("340101FF", file: "0CFF"),              WireFault.OptionOverrun,   108 },
        { "overrun in overloaded sname",       Hex("340102FF", sname: "0C40"),             WireFault.OptionOverrun,   44 },
        { "overrun in the second of both",     Hex("340103FF", file: "FF", sname: "0C80"), WireFault.OptionOverrun,   44 },
        { "length byte at the end of file",    Hex("340101FF", file: "0C7D" + new string('4', 250) + "0C"), WireFault.OptionOverrun, 235 },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Refuses(string what, string hex, WireFault fault, int offset)
    {
        Assert.False(DhcpMessage.TryParse(Convert.FromHexString(hex), out _, out var error), what);
        Assert.Equal(new WireError(fault, offset), error);
    }

    public static TheoryData<string, string> Accepted => new()
    {
        { "no options and no end",       Hex("") },
        { "no end",                      Hex("350101") },
        { "only padding",                Hex(Zeros(60)) },
        { "rubbish after the end",       Hex("350101FF" + "0CFF0102") },
        { "length zero",                 Hex("0C00" + "3D00" + "350101FF") },
        { "hardware length zero",        Hex("350101FF", hlen: "00") },
        { "hardware length 255",         Hex("350101FF", hlen: "FF") },
        { "message type of two bytes",   Hex("35020101FF") },
        { "overload of length zero",     Hex("3400FF", file: "0CFF") },
        { "overload with value zero",    Hex("340100FF", file: "0CFF") },
        { "overload with value 4",       Hex("340104FF", file: "0CFF") },
        { "overload with value 255",     Hex("3401FFFF", file: "0CFF", sname: "0CFF") },
        { "overload of two bytes",       Hex("34020101FF", file: "0CFF") },
        { "a hundred padding options",   Hex(string.Concat(Enumerable.Repeat("0C0141", 100)) + "FF") },
    };

    [Theory, MemberData(nameof(Accepted))]
    public void Accepts(string what, string hex)
    {
        Assert.True(DhcpMessage.TryParse(Convert.FromHexString(hex), out var message, out var error), $"{what}: {error}");
        Assert.Equal(Convert.FromHexString(hex)[2], message.Hlen);
        Assert.True(message.Chaddr.Length <= DhcpMessage.ChaddrLength);
    }

    [Fact]
    public void Repeated_options_are_joined_in_order()
    {
        var message = WithOptions("0C03616263" + "350101" + "0C03646566");
        Assert.True(message.Options.TryGet(DhcpOptions.HostName, out var name));
        Assert.Equal("abcdef", name);
        Assert.Equal([12, 53], message.Options.Codes);
    }

    [Fact]
    public void Options_are_joined_over_options_file_and_sname()
    {
        // RFC 3396 §5: the areas are read in the order options, file, sname.
        var message = Parse(Hex("340103" + "430161" + "FF", file: "430162FF", sname: "430163FF"));
        Assert.True(message.Options.TryGet(DhcpOptions.BootfileName, out var name));
        Assert.Equal("abc", name);
        Assert.Equal("", message.File);
        Assert.Equal("", message.Sname);
    }

    [Fact]
    public void An_overload_inside_an_overloaded_field_means_nothing()
    {
        var message = Parse(Hex("340101FF", file: "340102FF", sname: Convert.ToHexString("srv"u8)));
        Assert.Equal("srv", message.Sname);
        Assert.Equal("", message.File);
    }

    [Fact]
    public void Without_overload_the_fields_are_names()
    {
        var message = Parse(Hex("350101FF", file: Convert.ToHexString("pxelinux.0"u8), sname: Convert.ToHexString("boot"u8)));
        Assert.Equal("pxelinux.0", message.File);
        Assert.Equal("boot", message.Sname);
    }

    public static TheoryData<string> HostileTexts =>
        ["line\nbreak", "quote\"'`", "${net0/mac}", "{{ secret }}", "<b>&amp;</b>", "nul\0inside", "\x1b[2J", "\xff\xfe", "\r\nSet: x", new string('A', 2000)];

    [Theory, MemberData(nameof(HostileTexts))]
    public void Hostile_texts_stay_what_they_are_and_print_as_one_plain_line(string text)
    {
        foreach (var option in (DhcpOption<string>[])[DhcpOptions.HostName, DhcpOptions.DomainName, DhcpOptions.VendorClassIdentifier, DhcpOptions.BootfileName, DhcpOptions.Message])
        {
            var message = Reply(DhcpMessageType.Discover, options => options.Set(option, text)) with { File = text[..Math.Min(text.Length, 100)] };
            Assert.True(DhcpMessage.TryParse(message.Encode(4096), out var again, out _));
            Assert.True(again.Options.TryGet(option, out var read));
            Assert.Equal(text, read);

            var lines = DhcpText.Describe(again).Split('\n');
            Assert.All(lines, line => Assert.True(line.All(c => c is >= ' ' and <= '~'), line));
            Assert.StartsWith($"  {option.Code} {option.Name}: \"", lines.Single(line => line.StartsWith($"  {option.Code} ", StringComparison.Ordinal)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_option_is_accepted_with_every_length()
    {
        var payload = new byte[256];
        for (var code = 1; code < 255; code++)
        {
            for (var length = 0; length <= 255; length++)
            {
                byte[] datagram = [.. Convert.FromHexString(Hex("")), (byte)code, (byte)length, .. payload.AsSpan(0, length), 255];
                Assert.True(DhcpMessage.TryParse(datagram, out var message, out _));
                Assert.Equal(length, message.Options.Raw((byte)code).Length);
                Assert.True(message.Options.Has((byte)code));
            }
        }
    }

    [Fact]
    public void Every_payload_prints()
    {
        Span<byte> payload = stackalloc byte[40];
        for (var fill = 0; fill < 256; fill += 51)
        {
            payload.Fill((byte)fill);
            for (var code = 1; code < 255; code++)
            {
                for (var length = 0; length <= 40; length++)
                {
                    var text = DhcpOptionTable.Format((byte)code, payload[..length]);
                    Assert.NotEmpty(text);
                    Assert.True(text.All(c => c is >= ' ' and <= '~'), text);
                }
            }
        }
    }

    [Fact]
    public void A_copy_of_the_datagram_is_kept()
    {
        var datagram = Convert.FromHexString(Hex("0C03616263FF"));
        Assert.True(DhcpMessage.TryParse(datagram, out var message, out _));
        Array.Clear(datagram);
        Assert.Equal("abc", Encoding.Latin1.GetString(message.Options.Raw(12).Span));
        Assert.Equal(MacAddress.Parse(Mac), message.Mac);
    }
}
