using System.Text;
using Cordwain.Boot.Templates;
using Cordwain.Management.Configuration;
using Cordwain.Management.Import;

namespace Cordwain.Fuzz.Targets;

/// <summary>Configurations of other programs. Whatever goes in, what comes out is a configuration that holds.</summary>
public abstract class ImportTarget(ImportFormat format, string name, string words) : IFuzzTarget
{
    public string Name => name;

    public IReadOnlyList<string> Corpora => ["vectors/import"];

    public IReadOnlyList<byte[]> Words => [.. words.Split('|').Select(Encoding.UTF8.GetBytes)];

    public IEnumerable<byte[]> Read(string path) => ImportFormats.Detect(path, "") == format || ImportFormats.Detect(path, File.ReadAllText(path)) == format ? [File.ReadAllBytes(path)] : [];

    public int Run(ReadOnlySpan<byte> input)
    {
        var result = ConfigurationImport.Read([new(format, "file", Encoding.UTF8.GetString(input))]);
        var read = ConfigurationLoader.Read(Encoding.UTF8.GetBytes(result.Yaml), "cordwain.yaml", Inputs);
        if (!read.Holds)
            throw new InvalidOperationException($"the result is no configuration: {read.Problems.First(problem => problem.Severity == Management.Severity.Error)}\n{result.Yaml}");
        return HashCode.Combine(read.Catalog!.Networks.Length, Math.Min(read.Catalog.Rules.Length, 8), Math.Min(read.Catalog.Images.Count, 8), Math.Min(result.Problems.Select(problem => problem.Code).Distinct().Count(), 8), Math.Min(result.Leases.Length, 4));
    }

    static readonly ConfigurationInputs Inputs = new() { FolderExists = _ => true, CheckTemplate = text => TemplateText.Check(text)?.ToString() };
}

public sealed class DhcpdConfTarget() : ImportTarget(ImportFormat.DhcpdConf, "import-dhcpd",
    "subnet 10.0.0.0 netmask 255.0.0.0 {|}|if |elsif |else {|option |host a {|hardware ethernet 52:54:00:00:00:01;|fixed-address 10.0.0.2;|range 10.0.0.3 10.0.0.9;|filename \"x\";|next-server 10.0.0.1;|class \"c\" {|match if |substring(|exists user-class|not |and |or |(|)|\"|group {|pool {|option space s;|code 175 = encapsulate s;|array of |{ ip-address, integer 8 }");

public sealed class DnsmasqConfTarget() : ImportTarget(ImportFormat.DnsmasqConf, "import-dnsmasq",
    "dhcp-range=|dhcp-host=|dhcp-boot=|dhcp-match=|dhcp-option=|dhcp-option-force=|pxe-service=|tag:|set:|tag-if=|dhcp-mac=|option:|encap:175,|vendor:PXEClient,|proxy|static|infinite|,|!|10.0.0.1|52:54:00:*:*:*|domain=|listen-address=10.0.0.1");

public sealed class PxelinuxTarget() : ImportTarget(ImportFormat.Pxelinux, "import-pxelinux",
    "LABEL |MENU BEGIN|MENU END|MENU LABEL ^|MENU TITLE |MENU PASSWD |KERNEL |APPEND initrd=|INITRD |LOCALBOOT 0|TIMEOUT |DEFAULT |MENU DEFAULT|MENU SEPARATOR|TEXT HELP|ENDTEXT|IPAPPEND 2|::|http://|{{");

public sealed class IpxeScriptTarget() : ImportTarget(ImportFormat.IpxeScript, "import-ipxe",
    "#!ipxe\n|menu |item |--key |--gap -- |--default |choose |--timeout |&& |\\|\\| |goto ${|}|set |isset ${|iseq |kernel |initrd |boot |chain |sanboot |exit|shell|:|{{|\\\n");

public sealed class DhcpdLeasesTarget() : ImportTarget(ImportFormat.DhcpdLeases, "import-dhcpd-leases",
    "lease 10.0.0.1 {|}|starts 4 2026/03/05 10:00:00;|ends never;|ends epoch 1;|binding state active;|uid \"\\001\";|hardware ethernet 52:54:00:00:00:01;|client-hostname \"|\"");

public sealed class DnsmasqLeasesTarget() : ImportTarget(ImportFormat.DnsmasqLeases, "import-dnsmasq-leases", " | *|0 |52:54:00:00:00:01|10.0.0.1|06-|duid\n");
