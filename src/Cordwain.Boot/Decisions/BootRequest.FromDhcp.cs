using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Pxe;

namespace Cordwain.Boot.Decisions;

public sealed partial record BootRequest
{
    /// <summary>What a DHCP message asks, in our words.</summary>
    /// <param name="network">The network that the message belongs to; null when it is in none of ours.</param>
    public static BootRequest From(DhcpMessage message, DhcpArrival arrival, BootCatalog catalog, NetworkDefinition? network)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(arrival);
        ArgumentNullException.ThrowIfNull(catalog);

        var identity = new MachineIdentity(message.Mac, message.Uuid);
        var vendorClass = message.VendorClass;
        var userClasses = message.UserClasses;
        var isPxe = message.IsPxeClient;
        var alias = isPxe ? null : AliasOf(vendorClass, catalog);
        return new()
        {
            Machine = identity,
            Channel = ChannelOf(arrival, network),
            Server = NetworkSelection.ServerIn(network, arrival),
            Address = message.Ciaddr,
            Architecture = catalog.Machines.Find(identity)?.Architecture ?? ArchitectureOf(message, vendorClass),
            IsPxeClient = isPxe || alias is not null,
            PxeClass = alias ?? "PXEClient",
            IsHttpClient = message.IsHttpClient,
            IsIpxe = IsIpxeOf(message, userClasses),
            VendorClass = vendorClass,
            UserClasses = userClasses,
            Network = network?.Name,
            Relay = message.Giaddr.IsAny ? null : message.Giaddr,
            Options = message.Options,
            PxeBootItem = message.PxeBootItem,
            PresetFile = message.File,
        };
    }

    static string? AliasOf(string vendorClass, BootCatalog catalog)
    {
        foreach (var known in catalog.VendorClasses)
        {
            if (vendorClass.StartsWith(known, StringComparison.Ordinal))
                return known;
        }

        return null;
    }

    static BootChannel ChannelOf(DhcpArrival arrival, NetworkDefinition? network) =>
        arrival.Port == DhcpArrival.BootServerPort ? BootChannel.BootServer
        : network?.Role == NetworkRole.Server ? BootChannel.Dhcp
        : BootChannel.ProxyDhcp;

    /// <summary>The first type of option 93 that the registry knows; else the one that option 60 spells out.</summary>
    static ClientArchitecture? ArchitectureOf(DhcpMessage message, string vendorClass)
    {
        var types = message.Options.Raw(DhcpOptions.ClientArchitecture.Code).Span;
        if (types.Length >= 2 && types.Length % 2 == 0)
        {
            for (var rest = types; !rest.IsEmpty; rest = rest[2..])
            {
                if (new ClientArchitecture(BinaryPrimitives.ReadUInt16BigEndian(rest)) is { IsKnown: true } known)
                    return known;
            }

            return new(BinaryPrimitives.ReadUInt16BigEndian(types));
        }

        // "PXEClient:Arch:00007:UNDI:003010". Quirk CWQ-07 (U-Boot 2021 and later): its digits are hex, 0000b for ARM64; only a letter gives it away.
        if (vendorClass.Split(':') is not [_, "Arch", { Length: 5 } digits, ..])
            return null;
        return ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new(number)
            : ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number) ? new(number)
            : null;
    }

    /// <summary>
    /// User class iPXE, or option 175 from a client that names no class at all. A class of another name is somebody's mark for a build that is
    /// to be replaced or served apart: the name they chose counts, not the option that every build sends (CWQ-03).
    /// </summary>
    static bool IsIpxeOf(DhcpMessage message, ImmutableArray<string> userClasses) =>
        userClasses.IsEmpty ? message.Options.Has(DhcpOptions.IpxeEncapsulated.Code) : userClasses.Contains("iPXE");
}
