using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Menus;

/// <summary>Looks at a menu in every dialect and for every kind of machine, before one asks. What <c>cordwain check</c> prints.</summary>
public static class MenuSurvey
{
    // Each loader on the machines it runs on.
    static readonly (MenuDialect Dialect, string[] Architectures)[] Stations =
    [
        (MenuDialect.Ipxe, ["bios", "efi-x64", "efi-arm64"]),
        (MenuDialect.Pxelinux, ["bios"]),
        (MenuDialect.Grub, ["efi-x64", "efi-arm64"]),
        (MenuDialect.Extlinux, ["uboot-arm64"]),
    ];

    /// <summary>The remarks, each once. For every machine of the configuration, and for one that it does not know.</summary>
    public static ImmutableArray<MenuRemark> Of(BootCatalog catalog)
    {
        var remarks = new List<MenuRemark>();
        foreach (var (dialect, architectures) in Stations)
        {
            foreach (var name in architectures)
            {
                if (!ClientArchitecture.TryParse(name, out var architecture))
                    throw new InvalidOperationException($"{name} is not in the registry.");
                foreach (var machine in catalog.Machines.All.Cast<MachineDefinition?>().Append(null))
                    remarks.AddRange(MenuViewBuilder.Build(catalog.Menu, Scope(catalog, machine, architecture, dialect)).Remarks);
            }
        }

        // That one image is for some machines only is how variants are meant; it is a mistake only where an entry has none at all.
        return [.. remarks.Where(remark => remark.Code != MenuRemark.NoVariant).Distinct()];
    }

    static MenuScope Scope(BootCatalog catalog, MachineDefinition? machine, ClientArchitecture architecture, MenuDialect dialect)
    {
        var network = catalog.Networks.FirstOrDefault();
        var request = new BootRequest
        {
            Machine = new MachineIdentity(machine is { Macs: [var mac, ..] } ? mac : MacAddress.Parse("02:00:00:00:00:01"), machine?.Uuid, machine?.Serial),
            Channel = dialect == MenuDialect.Ipxe ? BootChannel.Http : BootChannel.Tftp,
            Server = network?.Subnet.Address ?? Ipv4Address.Parse("192.0.2.1"),
            Architecture = architecture,
            IsIpxe = dialect == MenuDialect.Ipxe,
            IsPxeClient = true,
            Network = network?.Name,
        };
        return new(request, catalog, machine, dialect);
    }
}
