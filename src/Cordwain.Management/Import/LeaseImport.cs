using System.Collections.Immutable;
using Cordwain.Boot.Leases;
using Cordwain.Management.Import.Leases;

namespace Cordwain.Management.Import;

/// <summary>Leases of dhcpd and dnsmasq as ours.</summary>
public static class LeaseImport
{
    /// <summary>One binding for each address, in the order of addresses; what does not read is a problem.</summary>
    public static (ImmutableArray<LeaseBinding> Bindings, ImmutableArray<Problem> Problems) Read(ImportSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var report = new ImportReport();
        return ([.. Read(source, report)], report.ToSorted([source.Name]));
    }

    internal static IEnumerable<LeaseBinding> Read(ImportSource source, ImportReport report)
    {
        var bindings = new SortedDictionary<uint, LeaseBinding?>();
        foreach (var (address, binding) in source.Format == ImportFormat.DhcpdLeases ? DhcpdLeases.Read(source.Text, source.Name, report) : DnsmasqLeases.Read(source.Text, source.Name, report))
            bindings[address.Value] = binding;   // both append: the last entry of an address holds
        return bindings.Values.OfType<LeaseBinding>();
    }
}
