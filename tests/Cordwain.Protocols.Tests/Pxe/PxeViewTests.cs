using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Pxe;
using Cordwain.Protocols.Tests.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tests.Pxe;

public sealed class PxeViewTests
{
    const string PxeClient = "3C20505845436C69656E743A417263683A30303030373A554E44493A303033303030";
    const string HttpClient = "3C0A48545450436C69656E74";

    public static TheoryData<string, string, bool, bool> Kinds => new()
    {
        // what                    options                     PXE    HTTP
        { "PXE client",            PxeClient,                  true,  false },
        { "HTTP client",           HttpClient,                 false, true },
        { "bare PXEClient",        "3C09505845436C69656E74",   true,  false },
        { "one letter short",      "3C08505845436C69656E",     false, false },
        { "other case",            "3C09707865636C69656E74",   false, false },
        { "other client",          "3C054D53465420",           false, false },
        { "split over two",        "3C03505845" + "3C06436C69656E74", true, false },
        { "absent",                "",                         false, false },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void Knows_boot_clients_by_option_60(string what, string options, bool pxe, bool http)
    {
        var message = Packets.WithOptions(options);
        Assert.True((pxe, http) == (message.IsPxeClient, message.IsHttpClient), what);
    }

    public static TheoryData<string, string, string[], bool> UserClasses => new()
    {
        // what                              options                              classes               iPXE
        { "iPXE, bare",                      "4D0469505845",                      ["iPXE"],             true },
        { "iPXE, RFC 3004",                  "4D050469505845",                    ["iPXE"],             true },
        { "two, the second is iPXE",         "4D0802616204" + "69505845",         ["ab", "iPXE"],       true },
        { "bare text that begins with iPXE", "4D0569505845" + "58",               ["iPXEX"],            false },
        { "another class",                   "4D034C4142",                        ["LAB"],              false },
        { "another class of an iPXE",        "4D034C4142" + "AF03B00101",         ["LAB"],              false },
        { "only option 175",                 "AF03B00101",                        [],                   true },
        { "empty",                           "4D00",                              [],                   false },
        { "absent",                          "",                                  [],                   false },
        { "zero length inside",              "4D0300" + "6162",                   ["\0ab"],             false },
        { "list that overruns",              "4D0402616205",                      ["\x02" + "ab\x05"],  false },
    };

    [Theory, MemberData(nameof(UserClasses))]
    public void Reads_user_classes_in_both_spellings(string what, string options, string[] classes, bool ipxe)
    {
        var message = Packets.WithOptions(options);
        Assert.Equal(classes, message.UserClasses);
        Assert.True(ipxe == message.IsIpxe, what);
    }

    public static TheoryData<string, string, ushort[]> Architectures => new()
    {
        { "x64 UEFI",                "5D020007",       [7] },
        { "two",                     "5D0400100007",   [16, 7] },
        { "split over two options",  "5D01005D0107",   [7] },
        { "odd length",              "5D03000700",     [] },
        { "empty",                   "5D00",           [] },
        { "absent",                  "",               [] },
    };

    [Theory, MemberData(nameof(Architectures))]
    public void Reads_architectures(string what, string options, ushort[] expected) =>
        Assert.True(Packets.WithOptions(options).Architectures.AsSpan().SequenceEqual(expected), what);

    public static TheoryData<string, string, string?> Uuids => new()
    {
        { "SMBIOS order",   "611100" + "33221100554477668899AABBCCDDEEFF", "00112233-4455-6677-8899-aabbccddeeff" },
        { "zeros",          "611100" + "00000000000000000000000000000000", null },
        { "ones",           "611100" + "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", null },
        { "another type",   "611101" + "33221100554477668899AABBCCDDEEFF", null },
        { "without type",   "6110" + "33221100554477668899AABBCCDDEEFF",   null },
        { "too long",       "611200" + "33221100554477668899AABBCCDDEEFF00", null },
        { "absent",         "",                                            null },
    };

    [Theory, MemberData(nameof(Uuids))]
    public void Reads_the_uuid(string what, string options, string? expected) =>
        Assert.True(expected == Packets.WithOptions(options).Uuid?.ToString(), what);

    public static TheoryData<string, string, string?> BootItems => new()
    {
        { "PXE",                        PxeClient + "2B07470480000000FF",             "80000000" },
        { "without terminator",         PxeClient + "2B06470480000000",               "80000000" },
        { "behind others",              PxeClient + "2B0A060108" + "00" + "470480000000", "80000000" },
        { "behind the terminator",      PxeClient + "2B07FF470480000000",             null },
        { "another vendor's option 43", "3C054D53465420" + "2B07470480000000FF",      null },
        { "three bytes",                PxeClient + "2B054703800000",                 null },
        { "overrun",                    PxeClient + "2B0447048000",                   null },
        { "absent",                     PxeClient,                                    null },
    };

    [Theory, MemberData(nameof(BootItems))]
    public void Reads_the_chosen_boot_item(string what, string options, string? expected)
    {
        var item = Packets.WithOptions(options).PxeBootItem;
        Assert.True(expected == (item is { } bytes ? Convert.ToHexString(bytes.Span) : null), what);
    }

    [Fact]
    public void Reads_what_ipxe_says_of_itself()
    {
        var rom = Packets.Datagrams("ipxe-rom-bios")[0];
        Assert.True(DhcpMessage.TryParse(rom.Payload.Span, out var message, out _));
        Assert.True(message.IsIpxe);
        Assert.Equal("1.0.0", message.IpxeVersion);
        Assert.Contains("http", message.IpxeFeatures);
        Assert.DoesNotContain("https", message.IpxeFeatures);
        Assert.Empty(Packets.WithOptions(PxeClient).IpxeFeatures);
        Assert.Null(Packets.WithOptions(PxeClient).IpxeVersion);
        Assert.Empty(Packets.WithOptions("AF03130100").IpxeFeatures);
    }

    public static TheoryData<string, string, string?> Selectors => new()
    {
        // what                  options                                 the address that chooses the network
        { "giaddr alone",        "",                                     "10.1.0.1" },
        { "option 118",          "76040A020000",                         "10.2.0.0" },
        { "82.5",                "520605040A030000",                     "10.3.0.0" },
        { "82.5 before 118",     "76040A020000" + "520605040A030000",    "10.3.0.0" },
        { "82.5 malformed",      "520505030A0300",                       "10.1.0.1" },
        { "118 malformed",       "76030A0200",                           "10.1.0.1" },
    };

    [Theory, MemberData(nameof(Selectors))]
    public void The_network_is_chosen_by_the_most_particular_hint(string what, string options, string? expected)
    {
        var relayed = Packets.Parse(Packets.Hex(options + "FF", giaddr: "0A010001"));
        Assert.True(expected == relayed.SubnetSelector?.ToString(), what);
        Assert.Null(Packets.WithOptions("").SubnetSelector);
    }

    [Fact]
    public void Reads_relay_agent_information_without_padding_rules()
    {
        // Sub-option 0 and 255 are codes here, not padding and end.
        var message = Packets.WithOptions("520E" + "000141" + "0104" + "65746831" + "FF0142" + "0200");
        Assert.Equal("eth1"u8, message.CircuitId.Span);
        Assert.True(message.RemoteId.IsEmpty);
        Assert.Null(message.LinkSelection);
    }
}
