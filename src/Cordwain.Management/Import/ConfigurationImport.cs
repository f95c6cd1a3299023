using System.Collections.Immutable;
using Cordwain.Boot.Leases;
using Cordwain.Management.Import.Dhcpd;
using Cordwain.Management.Import.Dnsmasq;
using Cordwain.Management.Import.Draft;
using Cordwain.Management.Import.Menus;

namespace Cordwain.Management.Import;

/// <summary>Turns configurations and leases of other programs into ours. Pure: texts in, text and problems out; never throws on any input.</summary>
public static class ConfigurationImport
{
    /// <param name="sources">In the order in which they were given; what they say is joined into one configuration.</param>
    public static ImportResult Read(IReadOnlyList<ImportSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var (draft, report, names) = (new ImportDraft(), new ImportReport(), new DraftNames());
        names.Take("local", "shell", "reboot", "poweroff");
        var leases = new SortedDictionary<uint, LeaseBinding>();
        foreach (var source in sources)
        {
            switch (source.Format)
            {
                case ImportFormat.DhcpdConf:
                    DhcpdImport.Read(source.Text, source.Name, draft, names, report);
                    break;
                case ImportFormat.DnsmasqConf:
                    DnsmasqImport.Read(source.Text, source.Name, draft, names, report);
                    break;
                case ImportFormat.Pxelinux:
                    PxelinuxImport.Read(source.Text, source.Name, draft, names, report);
                    break;
                case ImportFormat.IpxeScript:
                    IpxeImport.Read(source.Text, source.Name, draft, names, report);
                    break;
                default:
                    foreach (var binding in LeaseImport.Read(source, report))
                        leases[binding.Address.Value] = binding;
                    break;
            }
        }

        return new(draft.IsEmpty ? "" : DraftYaml.Write(draft), report.ToSorted([.. sources.Select(source => source.Name)]), [.. leases.Values]);
    }
}
