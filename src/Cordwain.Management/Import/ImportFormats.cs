using System.Text.RegularExpressions;

namespace Cordwain.Management.Import;

/// <summary>What kind a file is: by its name, and by its content where the name says nothing.</summary>
public static partial class ImportFormats
{
    static readonly (ImportFormat Format, string Name, string What)[] Rows =
    [
        (ImportFormat.DhcpdConf, "dhcpd", "dhcpd.conf"),
        (ImportFormat.DnsmasqConf, "dnsmasq", "dnsmasq.conf"),
        (ImportFormat.Pxelinux, "pxelinux", "a PXELINUX menu"),
        (ImportFormat.IpxeScript, "ipxe", "an iPXE script"),
        (ImportFormat.DhcpdLeases, "dhcpd-leases", "dhcpd.leases"),
        (ImportFormat.DnsmasqLeases, "dnsmasq-leases", "dnsmasq.leases"),
    ];

    /// <summary>The words for <c>--type</c>.</summary>
    public static IEnumerable<string> Names => Rows.Select(row => row.Name);

    /// <summary>As a sentence calls it.</summary>
    public static string Describe(ImportFormat format) => Array.Find(Rows, row => row.Format == format).What;

    public static bool TryParse(string name, out ImportFormat format)
    {
        var row = Array.Find(Rows, row => row.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        format = row.Format;
        return row.Name is not null;
    }

    /// <summary>Null when neither name nor content tells.</summary>
    public static ImportFormat? Detect(string fileName, string text) => ByName(fileName) ?? ByContent(text);

    static ImportFormat? ByName(string fileName)
    {
        var path = fileName.Replace('\\', '/').ToLowerInvariant();
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (name.EndsWith(".ipxe", StringComparison.Ordinal))
            return ImportFormat.IpxeScript;
        if (name.Contains("leases", StringComparison.Ordinal))
            return name.Contains("dnsmasq", StringComparison.Ordinal) ? ImportFormat.DnsmasqLeases : name.Contains("dhcpd", StringComparison.Ordinal) ? ImportFormat.DhcpdLeases : null;
        if (path.Contains("dnsmasq", StringComparison.Ordinal))
            return ImportFormat.DnsmasqConf;
        if (name.Contains("dhcpd", StringComparison.Ordinal))
            return ImportFormat.DhcpdConf;
        return path.Contains("pxelinux.cfg/", StringComparison.Ordinal) || name is "syslinux.cfg" or "extlinux.conf" or "isolinux.cfg" or "pxelinux.cfg" ? ImportFormat.Pxelinux : null;
    }

    static ImportFormat? ByContent(string text)
    {
        if (text.StartsWith("#!ipxe", StringComparison.Ordinal) || text.StartsWith("#!gpxe", StringComparison.Ordinal))
            return ImportFormat.IpxeScript;
        if (DhcpdLeases().IsMatch(text))
            return ImportFormat.DhcpdLeases;
        if (DnsmasqLeases().IsMatch(text))
            return ImportFormat.DnsmasqLeases;
        if (DhcpdConf().IsMatch(text))
            return ImportFormat.DhcpdConf;
        if (Pxelinux().IsMatch(text))
            return ImportFormat.Pxelinux;
        return DnsmasqConf().IsMatch(text) ? ImportFormat.DnsmasqConf : null;
    }

    const RegexOptions Lines = RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking;

    [GeneratedRegex(@"^lease [0-9.]+ \{", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex DhcpdLeases();

    [GeneratedRegex(@"^[0-9]+ [0-9a-f:-]+ [0-9.]+ [^ ]+ [^ ]+\r?$", Lines)]
    private static partial Regex DnsmasqLeases();

    [GeneratedRegex(@"^[ \t]*(subnet[ \t]+[0-9.]+[ \t]+netmask|(next-server|filename|option|host|group|shared-network|class|authoritative)\b[^=\n]*[;{])", Lines)]
    private static partial Regex DhcpdConf();

    [GeneratedRegex(@"^[ \t]*(label|default|ui|menu|timeout|prompt)[ \t]+[^=\n]", Lines)]
    private static partial Regex Pxelinux();

    [GeneratedRegex(@"^[ \t]*(dhcp-[a-z-]+|pxe-[a-z]+|enable-tftp|tftp-root|interface|port|domain-needed|bogus-priv)[ \t]*(=|\r?$)", Lines)]
    private static partial Regex DnsmasqConf();
}
