using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions.Names;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Decisions;

/// <summary>A name asked for by TFTP or HTTP, as the protocol saw it.</summary>
/// <param name="Channel"><see cref="BootChannel.Tftp"/> or <see cref="BootChannel.Http"/>.</param>
/// <param name="Client">The machine's address.</param>
/// <param name="Server">The address it asked.</param>
/// <param name="Name">Folded: <c>/</c> only, no leading or doubled slashes, no dot segments; case kept.</param>
public sealed record ReadQuestion(BootChannel Channel, Ipv4Address Client, Ipv4Address Server, string Name)
{
    const int LongestSerial = 128;

    /// <summary>iPXE's scripts send <c>mac</c>, <c>uuid</c> and <c>serial</c>.</summary>
    public ImmutableDictionary<string, string> Query { get; init; } = ImmutableDictionary<string, string>.Empty;

    public string UserAgent { get; init; } = "";

    /// <summary>Who the name or the query says is asking; parts that neither tells are null.</summary>
    public MachineIdentity Claimed
    {
        get
        {
            var name = BootName.Read(Name);
            MacAddress? mac = MacAddress.TryParse(Query.GetValueOrDefault("mac"), out var asked) ? asked : name.Mac;
            Guid? uuid = Guid.TryParse(Query.GetValueOrDefault("uuid"), out var known) && known != Guid.Empty ? known : name.Uuid;
            var serial = Query.GetValueOrDefault("serial") is { Length: > 0 and <= LongestSerial } text && !text.Any(char.IsControl) ? text : null;
            return new(mac, uuid, serial);
        }
    }

    /// <summary>The last that is known of the machine: of the card that it names, else of the address that it uses.</summary>
    public MachineSighting? Sighted(IMachineDirectory machines)
    {
        ArgumentNullException.ThrowIfNull(machines);
        return Claimed.Mac is { } mac ? machines.FindByMac(mac) : machines.FindByAddress(Client);
    }
}

public sealed partial record BootRequest
{
    /// <summary>What a read asks, completed with what the machine said in DHCP before.</summary>
    /// <param name="sighting">From <see cref="ReadQuestion.Sighted"/>; null: a stranger.</param>
    public static BootRequest FromRead(ReadQuestion read, MachineSighting? sighting, BootCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(catalog);

        var identity = Identity(read.Claimed, sighting);
        var architecture = catalog.Machines.Find(identity)?.Architecture ?? sighting?.Architecture;
        var isIpxe = IsIpxeOf(read, sighting);
        return new()
        {
            Machine = identity,
            Channel = read.Channel,
            Server = read.Server,
            Address = read.Client,
            Architecture = architecture,
            IsPxeClient = architecture is { IsHttp: false },
            IsHttpClient = architecture is { IsHttp: true } && !isIpxe,
            IsIpxe = isIpxe,
            UserClasses = isIpxe ? ["iPXE"] : [],
            Network = sighting?.Network ?? catalog.NetworkOf(read.Client)?.Name,
            File = read.Name,
            Password = read.Query.GetValueOrDefault("password"),
        };
    }

    /// <summary>What the machine claims, with what the sighting adds; a sighting of another card adds nothing.</summary>
    static MachineIdentity Identity(MachineIdentity claimed, MachineSighting? sighting)
    {
        if (sighting?.Machine is not { } seen || (claimed.Mac is { } mac && seen.Mac is { } other && mac != other))
            return claimed;
        return new(claimed.Mac ?? seen.Mac, claimed.Uuid ?? seen.Uuid, claimed.Serial ?? seen.Serial);
    }

    /// <summary>The name tells more than what was seen before: an iPXE ROM that has started PXELINUX is not asking any longer.</summary>
    static bool IsIpxeOf(ReadQuestion read, MachineSighting? sighting) => BootName.Read(read.Name).Kind switch
    {
        BootNameKind.IpxeScript or BootNameKind.IpxeAutoexec or BootNameKind.IpxeEntry => true,
        BootNameKind.Pxelinux or BootNameKind.Grub => false,
        _ => read.UserAgent.StartsWith("iPXE/", StringComparison.Ordinal) || sighting is { IsIpxe: true },
    };
}
