using System.Globalization;
using System.Reflection;
using System.Text;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Protocols.Tests.Dhcp4;

public sealed class DhcpOptionTableTests
{
    public static TheoryData<string, string[], string> Written => new()
    {
        // key                          values                                                   option as hex
        { "subnet-mask",                ["255.255.255.0"],                                       "1=FFFFFF00" },
        { "netmask",                    ["255.255.255.0"],                                       "1=FFFFFF00" },
        { "1",                          ["255.255.255.0"],                                       "1=FFFFFF00" },
        { "time-offset",                ["-3600"],                                               "2=FFFFF1F0" },
        { "router",                     ["10.0.0.1"],                                            "3=0A000001" },
        { "Routers",                    ["10.0.0.1", "10.0.0.2"],                                "3=0A0000010A000002" },
        { "domain_name_servers",        ["10.0.0.1, 10.0.0.2"],                                  "6=0A0000010A000002" },
        { "dns-server",                 ["10.0.0.1,10.0.0.2"],                                   "6=0A0000010A000002" },
        { "host-name",                  ["node-1"],                                              "12=6E6F64652D31" },
        { "root-path",                  ["iscsi:10.0.0.1:::1:iqn.x"],                            "17=69736373693A31302E302E302E313A3A3A313A69716E2E78" },
        { "ip-forwarding",              ["off"],                                                 "19=00" },
        { "policy-filter",              ["10.0.0.0 255.0.0.0"],                                  "21=0A000000FF000000" },
        { "path-mtu-plateau-table",     ["68", "296"],                                           "25=00440128" },
        { "interface-mtu",              ["1400"],                                                "26=0578" },
        { "interface-mtu",              ["0x578"],                                               "26=0578" },
        { "ntp-servers",                ["10.0.0.9"],                                            "42=0A000009" },
        { "43",                         ["hex:0104deadbeef"],                                    "43=0104DEADBEEF" },
        { "43.6",                       ["8"],                                                   "43=08" },
        { "pxe.discovery-control",      ["3"],                                                   "43=03" },
        { "vendor-encapsulated-options.10", ["hex:00:50:58:45"],                                 "43=00505845" },
        { "ip-address-lease-time",      ["12h"],                                                 "51=0000A8C0" },
        { "dhcp-lease-time",            ["infinite"],                                            "51=FFFFFFFF" },
        { "parameter-request-list",     ["1, 3", "tftp-server-name"],                            "55=010342" },
        { "vendor-class",               ["PXEClient"],                                           "60=505845436C69656E74" },
        { "client-id",                  ["52:54:00:12:34:56"],                                   "61=01525400123456" },
        { "client-id",                  ["ff:1:2:a"],                                            "61=FF01020A" },
        { "bootfile-name",              ["http://10.0.0.1/é"],                                   "67=687474703A2F2F31302E302E302E312FE9" },
        { "user-class",                 ["iPXE"],                                                "77=69505845" },
        { "user-class",                 ["ab", "c"],                                             "77=0261620163" },
        { "rapid-commit",               [],                                                      "80=" },
        { "fqdn",                       ["pc.lab.test."],                                        "81=05FFFF027063036C6162047465737400" },
        { "relay-agent-information.1",  ["text:eth1"],                                           "82=65746831" },
        { "82.link-selection",          ["10.0.0.0"],                                            "82=0A000000" },
        { "client-arch",                ["7", "16"],                                             "93=00070010" },
        { "97",                         ["00112233-4455-6677-8899-aabbccddeeff"],                "97=0033221100554477668899AABBCCDDEEFF" },
        { "domain-search",              ["lab.test", "test"],                                    "119=036C6162047465737400047465737400" },
        { "sip-servers",                ["10.0.0.5"],                                            "120=010A000005" },
        { "sip-servers",                ["sip.test"],                                            "120=00037369700474657374" + "00" },
        { "classless-static-route",     ["10.0.0.0/8 10.1.0.1", "default via 10.1.0.2"],         "121=080A0A010001000A010002" },
        { "121",                        ["192.168.1.128/25,10.1.0.1"],                           "121=19C0A801800A010001" },
        { "249",                        ["172.16.0.0/12 10.1.0.1"],                              "249=0CAC100A010001" },
        { "109",                        ["2001:db8::1"],                                         "109=20010DB8000000000000000000000001" },
        { "175.176",                    ["1"],                                                   "175=01" },
        { "ipxe.no-pxedhcp",            ["1"],                                                   "175=01" },
        { "ipxe.priority",              ["-1"],                                                  "175=FF" },
        { "ipxe.bios-drive",            ["0x80"],                                                "175=80" },
        { "ipxe.scriptlet",             ["shell"],                                               "175=7368656C6C" },
        { "pathprefix",                 ["http://10.0.0.1/"],                                    "210=687474703A2F2F31302E302E302E312F" },
        { "224",                        ["text:site"],                                           "224=73697465" },
        { "option-225",                 ["01:02"],                                               "225=0102" },
        { "ntp-servers",                ["hex:"],                                                "42=" },
    };

    [Theory, MemberData(nameof(Written))]
    public void Encodes_what_operators_write(string key, string[] values, string expected)
    {
        Assert.True(DhcpOptionTable.TryEncode(key, values, out var option, out var error), error);
        Assert.Equal(expected, string.Create(CultureInfo.InvariantCulture, $"{option.Code}={Convert.ToHexString(option.Payload.Span)}"));
    }

    public static TheoryData<string, string[], string> Mistakes => new()
    {
        { "ntp-server-s",       ["10.0.0.1"],         "'ntp-server-s' is not a DHCP option (did you mean 'ntp-servers'" },
        { "bootfile-nam",       ["x"],                "did you mean 'bootfile-name'" },
        { "0",                  ["x"],                "'0' is not a DHCP option" },
        { "255",                ["x"],                "'255' is not a DHCP option" },
        { "256",                ["x"],                "any option can be given by its number, 1 to 254" },
        { "",                   ["x"],                "'' is not a DHCP option" },
        { "3.1",                ["10.0.0.1"],         "'3' has no sub-options" },
        { "ipxe.no-pxe-dhcp",   ["1"],                "did you mean 'no-pxedhcp'" },
        { "43.255",             ["hex:00"],           "'255' is not a sub-option" },
        { "43",                 ["8"],                "give them one by one" },
        { "routers",            ["10.0.0.300"],       "routers: '10.0.0.300' is not an IPv4 address" },
        { "routers",            [],                   "at least one IPv4 address" },
        { "subnet-mask",        ["10.0.0.1", "x"],    "only one value fits" },
        { "interface-mtu",      ["65536"],            "'65536' is not a number from 0 to 65535" },
        { "interface-mtu",      ["-1"],               "is not a number" },
        { "time-offset",        ["2147483648"],       "from -2147483648 to 2147483647" },
        { "ip-forwarding",      ["maybe"],            "neither true nor false" },
        { "policy-filter",      ["10.0.0.0"],         "addresses stand in pairs" },
        { "lease-time",         ["12x"],              "write seconds, or 30m, 12h" },
        { "lease-time",         ["9999999999"],       "is not a time" },
        { "domain-search",      ["a..b"],             "each part between dots" },
        { "domain-search",      [new string('a', 64)], "1 to 63" },
        { "classless-routes",   ["10.0.0.1/8 10.0.0.1"], "is not a route" },
        { "97",                 ["no"],               "'no' is not a UUID" },
        { "224",                ["site"],             "write hex:0104deadbeef, or text:" },
        { "224",                ["hex:012"],          "is not a list of bytes" },
        { "host-name",          ["日本"],              "cannot carry" },
        { "client-arch",        ["efi"],              "'efi' is not a number" },
        { "109",                ["10.0.0.1"],         "not an IPv6 address" },
        { "rapid-commit",       ["no"],               "has no value" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void Mistakes_are_explained(string key, string[] values, string expected)
    {
        Assert.False(DhcpOptionTable.TryEncode(key, values, out _, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    public static TheoryData<byte, string, string> Shown => new()
    {
        { 1,   "FFFFFF00",                         "255.255.255.0" },
        { 1,   "FFFFFF",                           "ffffff (not a valid ipv4)" },
        { 2,   "FFFFF1F0",                         "-3600" },
        { 6,   "0A0000010A000002",                 "10.0.0.1, 10.0.0.2" },
        { 6,   "0A00000100",                       "0a00000100 (not a valid ipv4-list)" },
        { 12,  "61221B5B0A00FF",                   @"""a\""\x1b[\n\x00\xff""" },
        { 43,  "060108FF",                         "{discovery-control 8}" },
        { 43,  "0601",                             "0601" },
        { 43,  "",                                 "(empty)" },
        { 51,  "FFFFFFFF",                         "infinite" },
        { 53,  "05",                               "5 (ACK)" },
        { 53,  "63",                               "99" },
        { 55,  "010342",                           "1, 3, 66" },
        { 61,  "01525400123456",                   "hardware 52:54:00:12:34:56" },
        { 61,  "FF0077CC01000100013295C2FC52540077CC01", "iaid 0077cc01 duid 000100013295c2fc52540077cc01" },
        { 61,  "",                                 "(empty) (not a valid client-identifier)" },
        { 77,  "69505845",                         "\"iPXE\"" },
        { 77,  "0261620163",                       "\"ab\", \"c\"" },
        { 77,  "0261620563",                       @"""\x02ab\x05c""" },
        { 81,  "050000027063036C616200",           "\"pc.lab\" flags 5" },
        { 81,  "0400000270",                       "0400000270 (not a valid client-fqdn)" },
        { 81,  "0000006162",                       "\"ab\" flags 0" },
        { 82,  "0104657468310504" + "0A000000",    "{circuit-id 65746831, link-selection 10.0.0.0}" },
        { 93,  "00070010",                         "7, 16" },
        { 94,  "010310",                           "UNDI 3.16" },
        { 97,  "0033221100554477668899AABBCCDDEEFF", "00112233-4455-6677-8899-aabbccddeeff" },
        { 119, "036C6162047465737400" + "02646EC004", "lab.test, dn.test" },
        { 119, "C000",                             "c000 (not a valid domain-list)" },
        { 119, "0161C002",                         "0161c002 (not a valid domain-list)" },
        { 119, "0161C000",                         "0161c000 (not a valid domain-list)" },
        { 121, "080A0A01000100",                   "080a0a01000100 (not a valid classless-routes)" },
        { 121, "080A0A010001000A010002",           "10.0.0.0/8 via 10.1.0.1, 0.0.0.0/0 via 10.1.0.2" },
        { 121, "21" + "0A000000000A010001",        "210a000000000a010001 (not a valid classless-routes)" },
        { 125, "00000157020102",                   "enterprise 343: 0102" },
        { 175, "B00101" + "EB03010400",            "{no-pxedhcp 1, version 1.4.0}" },
        { 224, "0102",                             "0102" },
    };

    [Theory, MemberData(nameof(Shown))]
    public void Shows_payloads_to_people(byte code, string hex, string expected) =>
        Assert.Equal(expected, DhcpOptionTable.Format(code, Convert.FromHexString(hex)));

    [Fact]
    public void Each_kind_encodes_its_own_example_and_shows_it()
    {
        foreach (var row in DhcpOptionTable.Rows.SelectMany(row => row.SubOptions.Prepend(row)))
        {
            var values = row.Kind.Example.Split(", ");
            var payload = new System.Buffers.ArrayBufferWriter<byte>();
            if (row.Kind.Example.StartsWith("hex:", StringComparison.Ordinal))
                System.Buffers.BuffersExtensions.Write(payload, Convert.FromHexString(row.Kind.Example[4..]));
            else
                Assert.True(row.Kind.Encode(values, payload) is null, $"{row}: {row.Kind.Encode(values, new System.Buffers.ArrayBufferWriter<byte>())}");
            Assert.True(row.Kind.Format(payload.WrittenSpan) is not null, $"{row}: {Convert.ToHexString(payload.WrittenSpan)}");
        }
    }

    [Fact]
    public void Rows_are_in_order_and_names_are_lower_case_words_with_dashes()
    {
        Assert.Equal(DhcpOptionTable.Rows.Select(row => row.Code).Distinct().Order(), DhcpOptionTable.Rows.Select(row => row.Code));
        foreach (var row in DhcpOptionTable.Rows)
        {
            Assert.Same(row, DhcpOptionTable.Find(row.Code));
            Assert.NotEmpty(row.Source);
            Assert.All(row.SubOptions.Prepend(row), named => Assert.Matches("^[a-z0-9][a-z0-9-]*$", named.Name));
            Assert.Equal(row.SubOptions.Select(sub => sub.Code).Distinct().Order(), row.SubOptions.Select(sub => sub.Code));
            Assert.All(row.Aliases.Append(row.Name), name => Assert.True(DhcpOptionTable.TryFind(name, out var found) && found == row, name));
        }
    }

    [Fact]
    public void The_typed_constants_agree_with_the_table()
    {
        var constants = typeof(DhcpOptions).GetFields(BindingFlags.Public | BindingFlags.Static);
        Assert.NotEmpty(constants);
        foreach (var field in constants)
        {
            var option = field.GetValue(null)!;
            var code = (byte)option.GetType().GetProperty("Code")!.GetValue(option)!;
            var row = DhcpOptionTable.Find(code);
            Assert.Equal(row.Name, option.GetType().GetProperty("Name")!.GetValue(option));
            Assert.Equal(row.Source, option.GetType().GetProperty("Source")!.GetValue(option));
            Assert.Equal(row.Kind.ValueType, option.GetType().GenericTypeArguments[0]);
        }
    }

    [Fact]
    public void The_list_of_supported_options_is_current()
    {
        var text = new StringBuilder("""
            # DHCPv4 options

            Generated from the option table (`DhcpOptionTable`); a test fails when it is out of date, and `UPDATE_GOLDEN=1` writes it anew.
            Every option of this list can be given by any of its names or by its number, and with `hex:` or `text:` in front of the value in place of its own form.
            Numbers that are missing here can be used too, with `hex:` or `text:`.

            | code | name | also | value | example | source |
            | --- | --- | --- | --- | --- | --- |

            """.ReplaceLineEndings("\n"));
        foreach (var row in DhcpOptionTable.Rows)
        {
            Append(text, "", row);
            foreach (var sub in row.SubOptions)
                Append(text, $"{row.Code}.", sub);
        }

        Golden.MatchFile(Path.Combine(Golden.Repository, "docs", "rfc-coverage.md"), text.ToString());
    }

    static void Append(StringBuilder text, string prefix, DhcpOptionRow row) =>
        text.Append(CultureInfo.InvariantCulture, $"| {prefix}{row.Code} | {row.Name} | {string.Join(", ", row.Aliases)} | {row.Kind} | `{row.Kind.Example}` | {row.Source} |\n");
}
