using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Leases;

/// <summary>What a DHCP message says about addresses, and nothing else of it.</summary>
public sealed record LeaseQuestion
{
    public required DhcpMessageType Type { get; init; }

    /// <summary>Who asks; <c>default</c> when the message names nobody: such a one gets no address.</summary>
    public required ClientKey Client { get; init; }

    /// <summary>The bytes of option 61 as sent, for reservations; empty when absent.</summary>
    public ReadOnlyMemory<byte> ClientId { get; init; }

    /// <summary>The machine behind the client, for machines of the configuration that have an address.</summary>
    public MachineIdentity Machine { get; init; } = MachineIdentity.Unknown;

    /// <summary>The hardware address; null when it is not Ethernet.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The address that the client says it has; any when none.</summary>
    public Ipv4Address Ciaddr { get; init; }

    /// <summary>Option 50; any when absent.</summary>
    public Ipv4Address Requested { get; init; }

    /// <summary>Option 54; null when absent.</summary>
    public Ipv4Address? ServerId { get; init; }

    /// <summary>Option 54 is one of our addresses.</summary>
    public bool IsForUs { get; init; }

    public Ipv4Address Giaddr { get; init; }

    /// <summary>Our address in the network that the message belongs to.</summary>
    public Ipv4Address Server { get; init; }

    /// <summary>How long the client has been trying (<c>secs</c>).</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Option 51; null when absent.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>Option 12, made fit to show; null when absent.</summary>
    public string? HostName { get => field ?? TextOf(DhcpOptions.HostName); init; }

    /// <summary>Option 60, made fit to show; null when absent.</summary>
    public string? VendorClass { get => field ?? TextOf(DhcpOptions.VendorClassIdentifier); init; }

    /// <summary>Where texts are read from when a binding wants them: an offer does not.</summary>
    DhcpOptionSet Options { get; init; } = DhcpOptionSet.Empty;

    /// <param name="machine">Who it is as the boot side sees it; null: the hardware address is all that is known.</param>
    public static LeaseQuestion From(DhcpMessage message, DhcpArrival arrival, MachineIdentity? machine = null)
    {
        var options = message.Options;
        var server = options.TryGet(DhcpOptions.ServerIdentifier, out var id) ? id : (Ipv4Address?)null;
        var mac = message.Mac;
        return new()
        {
            Type = message.Type,
            Client = ClientOf(message),
            ClientId = options.Raw(DhcpOptions.ClientIdentifier.Code),
            Machine = machine ?? new(mac),
            Mac = mac,
            Ciaddr = message.Ciaddr,
            Requested = options.TryGet(DhcpOptions.RequestedIpAddress, out var requested) ? requested : Ipv4Address.Any,
            ServerId = server,
            IsForUs = server is { } named && (named == arrival.Server || IsOnLink(named, arrival)),
            Giaddr = message.Giaddr,
            Server = arrival.Server,
            Elapsed = TimeSpan.FromSeconds(message.Secs),
            Lease = options.TryGet(DhcpOptions.IpAddressLeaseTime, out var lease) ? lease : null,
            Options = options,
        };
    }

    /// <summary>The key of a message's sender; <c>default</c> when it names nobody.</summary>
    public static ClientKey ClientOf(DhcpMessage message)
    {
        var hardware = message.Chaddr.Span;
        var id = message.Options.Raw(DhcpOptions.ClientIdentifier.Code).Span;

        // RFC 2132 §9.14: two bytes at least. An identifier that is type and hardware address again says no more than chaddr: the ROM
        // that sends none and the iPXE after it that sends this one are one client, and get one address.
        if (id.Length is >= 2 and <= LongestClientId && !(id[0] == message.Htype && id[1..].SequenceEqual(hardware)))
            return ClientKey.OfClientId(id);
        return hardware.ContainsAnyExcept((byte)0) ? ClientKey.OfHardware(message.Htype, hardware) : default;
    }

    static bool IsOnLink(Ipv4Address address, DhcpArrival arrival)
    {
        foreach (var link in arrival.Links)
        {
            if (link.Address == address)
                return true;
        }

        return false;
    }

    string? TextOf(DhcpOption<string> option) => Options.TryGet(option, out var text) ? Printable(text) : null;

    // Names come from strangers and end in lists, logs and the store: no control characters, no endless ones.
    static string? Printable(string text)
    {
        if (text.Length > LongestText)
            text = text[..LongestText];
        if (text.AsSpan().ContainsAnyInRange('\0', '\x1f') || text.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
            text = string.Concat(text.Select(c => char.IsControl(c) ? '_' : c));
        return text.Length == 0 ? null : text;
    }

    const int LongestClientId = 255, LongestText = 255;
}
