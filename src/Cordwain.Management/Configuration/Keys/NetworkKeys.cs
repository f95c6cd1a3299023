using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Management.Configuration.Syntax;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>The keys of a network and of its reservations.</summary>
static class NetworkKeys
{
    static readonly TimeSpan Year = TimeSpan.FromDays(365), Minute = TimeSpan.FromMinutes(1);

    public static readonly ConfigKey<Ipv4Network> Subnet = new("subnet", Kinds.Network, "The network's addresses.") { Required = true, Aka = ["cidr", "net", "address", "prefix"] };

    public static readonly ConfigKey<NetworkRole> Role = new("dhcp", Kinds.Choice(("proxy", NetworkRole.Proxy), ("server", NetworkRole.Server), ("off", NetworkRole.Off)),
        "`proxy` adds boot information beside somebody else's DHCP server, `server` gives the addresses, `off` is silent in DHCP and serves files.")
    { Default = "proxy", Aka = ["mode", "role", "type"] };

    public static readonly ConfigKey<ImmutableArray<Placed<AddressRange>>> Pool = new("pool", Kinds.Range.Many("ranges"), "Addresses to give.") { Aka = ["range", "ranges", "pools", "dhcp-range"] };

    public static readonly ConfigKey<ImmutableArray<Placed<AddressRange>>> Exclude = new("exclude", Kinds.Range.Many("ranges"), "Addresses of the pool that are never given.") { Aka = ["excluded", "except"] };

    public static readonly ConfigKey<ImmutableArray<Placed<Ipv4Address>>> Router = new("router", Kinds.Address.Many("addresses"), "Option 3.") { Aka = ["gateway", "routers", "gw"] };

    public static readonly ConfigKey<ImmutableArray<Placed<Ipv4Address>>> Dns = new("dns", Kinds.Address.Many("addresses"), "Option 6.") { Aka = ["nameserver", "nameservers", "dns-servers", "domain-name-servers"] };

    public static readonly ConfigKey<string> Domain = new("domain", Kinds.Line("a domain name"), "Option 15.") { Aka = ["domain-name"] };

    public static readonly ConfigKey<TimeSpan> Lease = new("lease", Durations.Between(Minute, Year, orForever: true), "How long an address is given for, when the client does not say.")
    {
        Default = "12h",
        Aka = ["lease-time", "default-lease-time", "leasetime"],
    };

    public static readonly ConfigKey<TimeSpan> MinLease = new("min-lease", Durations.Between(TimeSpan.FromSeconds(10), Year), "The shortest a client can ask for.") { Default = "2m", Aka = ["min-lease-time"] };

    public static readonly ConfigKey<TimeSpan> MaxLease = new("max-lease", Durations.Between(Minute, Year, orForever: true), "The longest a client can ask for; without it, `lease`.") { Aka = ["max-lease-time"] };

    public static readonly ConfigKey<TimeSpan> Renew = new("renew", Durations.Between(TimeSpan.FromSeconds(5), Year), "When the client asks to keep its address (T1); without it, half of the lease.") { Aka = ["t1"] };

    public static readonly ConfigKey<TimeSpan> Rebind = new("rebind", Durations.Between(TimeSpan.FromSeconds(5), Year), "When it asks any server (T2); without it, seven eighths of the lease.") { Aka = ["t2"] };

    public static readonly ConfigKey<ImmutableArray<Placed<DhcpOptionValue>>> Options = OptionsKind.Key("DHCP options for everybody in this network.");

    public static readonly ConfigKey<bool> Probe = new("probe", Kinds.Bool, "Whether free addresses are probed by ARP or ping before they are offered.") { Default = "true", Aka = ["ping-check", "ping"] };

    public static readonly ConfigKey<bool> Force = new("force", Kinds.Bool, "Serve even where another DHCP server answers.") { Default = "false" };

    public static readonly ConfigKey<bool> Authoritative = new("authoritative", Kinds.Bool, "Refuse clients that ask for an address we know nothing of, so that they start anew at once.") { Default = "true" };

    public static readonly ConfigKey<bool> KnownOnly = new("known-only", Kinds.Bool, "Give addresses to reservations and machines of this file only.") { Default = "false", Aka = ["deny-unknown", "known"] };

    public static readonly ConfigKey<TimeSpan> Delay = new("delay", Durations.Between(TimeSpan.Zero, TimeSpan.FromMinutes(10)), "Stay silent until the client has tried for so long.") { Default = "0s", Aka = ["min-secs"] };

    public static readonly ConfigKey<TimeSpan> Quarantine = new("quarantine", Durations.Between(TimeSpan.Zero, TimeSpan.FromDays(30)), "How long an address is left alone that a client found taken.") { Default = "1h" };

    public static readonly ConfigKey<ImmutableArray<ConfigEntry>> Reservations = new("reservations", new Named(ReservationKeys.Object, "reservations"), "Addresses, names or options that belong to one client.")
    {
        Aka = ["hosts", "host", "static", "reservation"],
    };

    public static readonly ConfigKey<ImmutableArray<Placed<string>>> Interfaces = new("interfaces", Kinds.Line("the name of an interface").Many("names of interfaces"),
        "Interfaces that serve this network; without it, those with an address in it, and relays.")
    { Aka = ["interface"] };

    public static readonly ConfigKey<ImmutableArray<Placed<Ipv4Address>>> Relay = new("relay", Kinds.Address.Many("addresses"), "Relay addresses outside the subnet that speak for this network.") { Aka = ["relays", "giaddr"] };

    public static readonly ConfigKey<Ipv4Address> NextServer = new("next-server", Kinds.Address, "Another boot server to name instead of this one.") { Aka = ["siaddr", "tftp-server"] };

    public static readonly ConfigKey<AnswerStyle> Style = new("style", Kinds.Style, "How PXE answers are laid out; without it, by what each firmware needs.");

    public static readonly ConfigObject Object = new("network", "A subnet and the way of answering in it.",
    [
        Subnet, Role, Pool, Exclude, Router, Dns, Domain, Lease, MinLease, MaxLease, Renew, Rebind, Options, Reservations,
        Probe, Force, Authoritative, KnownOnly, Delay, Quarantine, Interfaces, Relay, NextServer, Style,
    ]);
}

/// <summary>The keys of a reservation.</summary>
static class ReservationKeys
{
    public static readonly ConfigKey<MacAddress> Mac = new("mac", Kinds.Mac, "The client's hardware address.") { Aka = ["hardware", "ethernet", "hw-address"] };

    public static readonly ConfigKey<ReadOnlyMemory<byte>> ClientId = new("client-id", ClientIdText.Kind, "Instead of `mac`: option 61 of the client, as text or as `hex:…`.") { Aka = ["id", "client-identifier", "uid"] };

    public static readonly ConfigKey<Ipv4Address> Address = new("address", Kinds.Address, "The address; without it, any of the pool.") { Aka = ["ip", "fixed-address", "ip-address"] };

    public static readonly ConfigKey<string> HostName = new("hostname", HostNames.Kind, "Option 12.") { Aka = ["host-name", "name"] };

    public static readonly ConfigKey<ImmutableArray<Placed<DhcpOptionValue>>> Options = OptionsKind.Key("DHCP options for this client; they win over those of the network.");

    public static readonly ConfigKey<bool> Ignore = new("ignore", Kinds.Bool, "Never answer this client here.") { Default = "false", Aka = ["deny"] };

    public static readonly ConfigObject Object = new("reservation", "What belongs to one client of a network.", [Mac, ClientId, Address, HostName, Options, Ignore]);
}
