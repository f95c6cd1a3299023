using Cordwain.Management.Import;
using CsCheck;

namespace Cordwain.Management.Tests.Import;

public sealed class FormatTests
{
    public static TheoryData<string, string, ImportFormat?> Files => new()
    {
        { "/etc/dhcp/dhcpd.conf",          "",                                   ImportFormat.DhcpdConf },
        { "/etc/dnsmasq.d/pxe",            "",                                   ImportFormat.DnsmasqConf },
        { "pxelinux.cfg/01-52-54-00-00",   "",                                   ImportFormat.Pxelinux },
        { "boot.ipxe",                     "",                                   ImportFormat.IpxeScript },
        { "/var/lib/dhcp/dhcpd.leases",    "",                                   ImportFormat.DhcpdLeases },
        { "/var/lib/misc/dnsmasq.leases",  "",                                   ImportFormat.DnsmasqLeases },
        { "x", "#!ipxe\n",                                                       ImportFormat.IpxeScript },
        { "x", "# a\nsubnet 10.0.0.0 netmask 255.0.0.0 {\n}\n",                  ImportFormat.DhcpdConf },
        { "x", "option domain-name \"x\";\n",                                    ImportFormat.DhcpdConf },
        { "x", "dhcp-range=10.0.0.1,10.0.0.9\n",                                 ImportFormat.DnsmasqConf },
        { "x", "enable-tftp\n",                                                  ImportFormat.DnsmasqConf },
        { "x", "DEFAULT linux\nLABEL linux\n",                                   ImportFormat.Pxelinux },
        { "x", "lease 10.0.0.1 {\n",                                             ImportFormat.DhcpdLeases },
        { "x", "0 52:54:00:00:00:01 10.0.0.1 * *\n",                             ImportFormat.DnsmasqLeases },
        { "x", "hello\n",                                                        null },
    };

    [Theory, MemberData(nameof(Files))]
    public void Finds_out_what_a_file_is(string name, string text, ImportFormat? expected) => Assert.Equal(expected, ImportFormats.Detect(name, text));

    [Fact]
    public void Every_kind_has_a_word_for_the_command_line() =>
        Assert.Equal(Enum.GetValues<ImportFormat>(), ImportFormats.Names.Select(name => ImportFormats.TryParse(name, out var format) ? format : default));

    [Fact]
    public void Any_text_is_read_without_a_failure() =>
        Gen.Select(Gen.String[0, 200], Gen.Enum<ImportFormat>()).Sample((text, format) => Samples.Of(format, text).Problems.Length >= 0, iter: 2000);
}
