using Cordwain.Boot.Catalog;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Leases;

/// <summary>A table, one network, a clock we own, and clients by number.</summary>
public sealed class LeaseWorld
{
    public static readonly Ipv4Address Server = Ipv4Address.Parse("10.0.0.1");

    public LeaseTable Table { get; private set; } = new();

    public NetworkDefinition Network { get; set; }

    public BootCatalog Catalog { get; set; }

    public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    /// <summary>What a store would hold.</summary>
    public Dictionary<Ipv4Address, LeaseBinding> Stored { get; } = [];

    public LeaseWorld(Func<NetworkDefinition, NetworkDefinition>? change = null, params MachineDefinition[] machines)
    {
        var network = new NetworkDefinition
        {
            Name = "lab",
            Subnet = new(new(0x0A000000), 24),
            Role = NetworkRole.Server,
            Pools = [Range("10.0.0.10-10.0.0.13")],
            Lease = TimeSpan.FromHours(1),
            Probe = false,
        };
        Network = change?.Invoke(network) ?? network;
        Catalog = new() { Revision = "1", Networks = [Network], Machines = new([.. machines]) };
    }

    public static AddressRange Range(string text) => AddressRange.TryParse(text, out var range) ? range : throw new FormatException(text);

    public static MacAddress Mac(int client) => new(0x525400_000000UL + (ulong)client);

    public static ClientKey Key(int client) => ClientKey.OfHardware(1, Mac(client).ToArray());

    public LeaseVerdict Ask(LeaseQuestion question)
    {
        var verdict = Table.Answer(question, Network, Catalog, Now);
        if (verdict is LeaseVerdict.Ack { Change: var bound })
            Store(bound);
        if (verdict is LeaseVerdict.Store { Change: var ended })
            Store(ended);
        return verdict;
    }

    public void Store(LeaseChange change)
    {
        if (change.Binding is null)
            Stored.Remove(change.Address);
        else
            Stored[change.Address] = change.Binding;
    }

    public void Restart()
    {
        Table = new();
        Table.Load(Stored.Values.OrderBy(binding => binding.Address));
    }

    public void Reconfigure(Func<NetworkDefinition, NetworkDefinition> change)
    {
        Network = change(Network);
        Catalog = Catalog with { Networks = [Network] };
    }

    public void Pass(TimeSpan time) => Now += time;

    public static LeaseQuestion From(DhcpMessageType type, int client) =>
        new() { Type = type, Client = Key(client), Mac = Mac(client), Machine = new(Mac(client)), Server = Server };

    public LeaseVerdict Discover(int client, string? wish = null) =>
        Ask(From(DhcpMessageType.Discover, client) with { Requested = Address(wish) });

    public LeaseVerdict Select(int client, string address) =>
        Ask(From(DhcpMessageType.Request, client) with { Requested = Address(address), ServerId = Server, IsForUs = true });

    public LeaseVerdict SelectOther(int client, string address) =>
        Ask(From(DhcpMessageType.Request, client) with { Requested = Address(address), ServerId = new(0x0A000002) });

    public LeaseVerdict Reboot(int client, string address) => Ask(From(DhcpMessageType.Request, client) with { Requested = Address(address) });

    public LeaseVerdict Renew(int client, string address) => Ask(From(DhcpMessageType.Request, client) with { Ciaddr = Address(address) });

    public LeaseVerdict Release(int client, string address) =>
        Ask(From(DhcpMessageType.Release, client) with { Ciaddr = Address(address), ServerId = Server, IsForUs = true });

    public LeaseVerdict Decline(int client, string address) =>
        Ask(From(DhcpMessageType.Decline, client) with { Requested = Address(address), ServerId = Server, IsForUs = true });

    /// <summary>DISCOVER and REQUEST; the address, or null when none was given.</summary>
    public string? Bind(int client, string? wish = null) =>
        Discover(client, wish) is LeaseVerdict.Offer { Grant.Address: var offered } && Select(client, offered.ToString()) is LeaseVerdict.Ack ? offered.ToString() : null;

    public static string? Given(LeaseVerdict verdict) => verdict switch
    {
        LeaseVerdict.Offer offer => offer.Grant.Address.ToString(),
        LeaseVerdict.Ack ack => ack.Grant.Address.ToString(),
        _ => null,
    };

    /// <summary><c>ack 10.0.0.10</c>, <c>nak</c>, <c>silent</c> …</summary>
    public static string Word(LeaseVerdict verdict) => verdict switch
    {
        LeaseVerdict.Offer offer => "offer " + offer.Grant.Address,
        LeaseVerdict.Ack ack => "ack " + ack.Grant.Address,
        LeaseVerdict.Nak => "nak",
        LeaseVerdict.Store store => $"store {store.Change.Binding?.State} {store.Change.Address}",
        LeaseVerdict.Inform => "inform",
        _ => "silent",
    };

    static Ipv4Address Address(string? text) => text is null ? Ipv4Address.Any : Ipv4Address.Parse(text);
}
