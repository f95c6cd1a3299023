using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Boot.Decisions;

public sealed partial record BootRequest
{
    const byte PxeBootItemCode = 71;

    /// <summary>What a DHCP message asks, in our words.</summary>
    /// <param name="network">The network that the message belongs to; null when it is in none of ours.</param>
    public static BootRequest From(DhcpMessage message, DhcpArrival arrival, BootCatalog catalog, NetworkDefinition? network)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(arrival);
        ArgumentNullException.ThrowIfNull(catalog);

        var identity = new MachineIdentity(message.Mac, MachineUuid.Read(message.Options.Raw(DhcpOptions.ClientMachineIdentifier.Code).Span));
        var vendorClass = message.Options.TryGet(DhcpOptions.VendorClassIdentifier, out var vendor) ? vendor : "";
        var userClasses = UserClassesOf(message);
        return new()
        {
            Machine = identity,
            Channel = ChannelOf(arrival, network),
            Server = NetworkSelection.ServerIn(network, arrival),
            Address = message.Ciaddr,
            Architecture = catalog.Machines.Find(identity)?.Architecture ?? ArchitectureOf(message, vendorClass),
            IsPxeClient = vendorClass.StartsWith("PXEClient", StringComparison.Ordinal),
            IsHttpClient = vendorClass.StartsWith("HTTPClient", StringComparison.Ordinal),
            IsIpxe = IsIpxeOf(message, userClasses),
            VendorClass = vendorClass,
            UserClasses = userClasses,
            Network = network?.Name,
            Relay = message.Giaddr.IsAny ? null : message.Giaddr,
            Options = message.Options.Codes.ToImmutableDictionary(code => code, message.Options.Raw),
            PxeBootItem = PxeBootItemOf(message),
            PresetFile = message.File,
        };
    }

    static BootChannel ChannelOf(DhcpArrival arrival, NetworkDefinition? network) =>
        arrival.Port == DhcpArrival.BootServerPort ? BootChannel.BootServer
        : network?.Role == NetworkRole.Server ? BootChannel.Dhcp
        : BootChannel.ProxyDhcp;

    /// <summary>The first type of option 93 that the registry knows; else the one that option 60 spells out.</summary>
    static ClientArchitecture? ArchitectureOf(DhcpMessage message, string vendorClass)
    {
        if (message.Options.TryGet(DhcpOptions.ClientArchitecture, out var types) && types.Length > 0)
        {
            foreach (var type in types)
            {
                if (new ClientArchitecture(type) is { IsKnown: true } known)
                    return known;
            }

            return new(types[0]);
        }

        // "PXEClient:Arch:00007:UNDI:003010". Quirk CWQ-07 (U-Boot 2021 and later): its digits are hex, 0000b for ARM64; only a letter gives it away.
        if (vendorClass.Split(':') is not [_, "Arch", { Length: 5 } digits, ..])
            return null;
        return ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new(number)
            : ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number) ? new(number)
            : null;
    }

    static ImmutableArray<string> UserClassesOf(DhcpMessage message)
    {
        var payload = message.Options.Raw(DhcpOptions.UserClass.Code).TrimEnd((byte)0);
        return [.. Protocols.Dhcp4.UserClasses.Split(payload.Span).Select(range => Encoding.Latin1.GetString(payload.Span[range]))];
    }

    /// <summary>
    /// User class iPXE, or option 175 from a client that names no class at all. A class of another name is somebody's mark for a build that is
    /// to be replaced or served apart: the name they chose counts, not the option that every build sends (CWQ-03).
    /// </summary>
    static bool IsIpxeOf(DhcpMessage message, ImmutableArray<string> userClasses) =>
        userClasses.IsEmpty ? message.Options.Has(DhcpOptions.IpxeEncapsulated.Code) : userClasses.Contains("iPXE");

    static ReadOnlyMemory<byte>? PxeBootItemOf(DhcpMessage message) =>
        SubOptions.TryFind(message.Options.Raw(DhcpOptions.VendorSpecificInformation.Code).Span, padding: true, PxeBootItemCode, out var item)
            ? item.ToArray()
            : null;
}
