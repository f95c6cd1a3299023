using System.Collections.Immutable;
using Cordwain.Boot.Decisions;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Catalog;

/// <summary>What Cordwain is on a network.</summary>
public enum NetworkRole
{
    /// <summary>Silent in DHCP; files are served.</summary>
    Off = 0,

    /// <summary>Adds boot information beside somebody else's DHCP server; gives no address.</summary>
    Proxy,

    /// <summary>Gives the addresses.</summary>
    Server,
}

/// <summary>A subnet and the way of answering in it.</summary>
public sealed record NetworkDefinition
{
    public required string Name { get; init; }

    public required Ipv4Network Subnet { get; init; }

    public NetworkRole Role { get; init; } = NetworkRole.Proxy;

    /// <summary>Addresses to give, in the order of the configuration; inside <see cref="Subnet"/>, without overlaps.</summary>
    public ImmutableArray<AddressRange> Pools { get; init; } = [];

    /// <summary>Addresses inside the pools that are never given.</summary>
    public ImmutableArray<AddressRange> Excluded { get; init; } = [];

    public ImmutableArray<Reservation> Reservations { get; init; } = [];

    /// <summary>Options for everybody here, subnet mask, router and DNS among them.</summary>
    public ImmutableArray<DhcpOptionValue> Options { get; init; } = [];

    /// <summary>Lease time when the client asks for none; <see cref="Timeout.InfiniteTimeSpan"/> for ever. Default 12 hours.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromHours(12);

    /// <summary>The longest lease a client can ask for; default: <see cref="Lease"/>.</summary>
    public TimeSpan? MaxLease { get; init; }

    /// <summary>The shortest lease a client can ask for. Default 2 minutes.</summary>
    public TimeSpan MinLease { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>T1 and T2 when configured; null: half and seven eighths of the lease (RFC 2131 §4.4.5).</summary>
    public TimeSpan? RenewAfter { get; init; }

    public TimeSpan? RebindAfter { get; init; }

    /// <summary>Free addresses are probed by ARP or ping before they are offered.</summary>
    public bool Probe { get; init; } = true;

    /// <summary>Serve even where another DHCP server answers.</summary>
    public bool Force { get; init; }

    /// <summary>Answer NAK to a client that asks in this network for an address we know nothing of (RFC 2131 §4.3.2, INIT-REBOOT).</summary>
    public bool Authoritative { get; init; } = true;

    /// <summary>Give no address to a stranger: only reservations and machines of the configuration are served.</summary>
    public bool KnownOnly { get; init; }

    /// <summary>Stay silent until a client's <c>secs</c> field reaches this; zero: answer at once. In whole seconds.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How long a declined address is left alone. Default one hour.</summary>
    public TimeSpan Quarantine { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Names of the interfaces that serve this network; empty: those with an address in <see cref="Subnet"/>, and relays.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>Relay addresses (giaddr) outside <see cref="Subnet"/> that speak for this network.</summary>
    public ImmutableArray<Ipv4Address> Relays { get; init; } = [];

    /// <summary>Boot server to name instead of ourselves; null: our address on the interface that was asked.</summary>
    public Ipv4Address? NextServer { get; init; }

    /// <summary>The style of PXE answers here; null: chosen per machine.</summary>
    public AnswerStyle? Style { get; init; }

    internal ReservationTable ReservedFor =>
        _reserved.Value is { } table && table.Reservations == Reservations ? table : _reserved.Value = new(Reservations);

    Derived<ReservationTable> _reserved;
}

/// <summary>An address, a name or options that belong to one client of one network.</summary>
public sealed record Reservation
{
    /// <summary>Shown in lists; the host's name in the configuration, or the key as text.</summary>
    public required string Name { get; init; }

    /// <summary>The client's hardware address; one of this and <see cref="ClientId"/> is set.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The bytes of option 61.</summary>
    public ReadOnlyMemory<byte>? ClientId { get; init; }

    /// <summary>Null: any address of the pool.</summary>
    public Ipv4Address? Address { get; init; }

    public string? HostName { get; init; }

    public ImmutableArray<DhcpOptionValue> Options { get; init; } = [];

    /// <summary>True: never answer this client here.</summary>
    public bool Ignore { get; init; }
}

/// <summary>Options for all clients that meet a condition.</summary>
public sealed record ClientClass(string Name, BootCondition When, ImmutableArray<DhcpOptionValue> Options);
