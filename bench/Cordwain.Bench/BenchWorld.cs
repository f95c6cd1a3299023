using System.Collections.Frozen;
using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Bench;

/// <summary>A server without sockets: one network behind a relay, as many machines and leases as wanted.</summary>
sealed class BenchWorld
{
    public static readonly Ipv4Address Server = Ipv4Address.Parse("10.0.0.1"), Relay = Ipv4Address.Parse("10.0.0.2");

    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly DhcpArrival[] Arrivals =
    [
        .. new[] { DhcpArrival.ServerPort, DhcpArrival.BootServerPort }.Select(port => new DhcpArrival("eth0", Server, port, Relay, 67) { Links = [(Server, new(Server, 8))] }),
    ];

    static readonly DhcpOptionValue OwnOption = new(128, null, new byte[] { 1, 2, 3, 4 });

    static readonly string[] Known = ["undionly.kpxe", "snponly.efi"];

    readonly DhcpResponder _responder;
    readonly byte[] _buffer = new byte[DhcpMessage.MaxPayload];

    public BenchWorld(NetworkRole role, int machines = 0, int leases = 0)
    {
        Catalog = CatalogOf(role, machines);
        Table = new();
        Table.Load(BindingsOf(leases));
        _responder = new(new LeaseDesk(Table), new MachineDirectory());
    }

    public BootCatalog Catalog { get; }

    public LeaseTable Table { get; }

    /// <summary>From bytes to bytes: decodes, answers, encodes.</summary>
    /// <returns>The length of the reply; 0: none.</returns>
    public int Answer(ReadOnlySpan<byte> datagram, bool isBootServer = false)
    {
        if (!DhcpMessage.TryParse(datagram, out var message, out _))
            throw new InvalidOperationException("It does not parse.");
        var answer = _responder.Answer(message, Arrivals[isBootServer ? 1 : 0], Catalog, Now);
        return answer.Reply?.Encode(_buffer, answer.MaxPayload) ?? 0;
    }

    public DhcpAnswer AnswerTo(DhcpMessage message) => _responder.Answer(message, Arrivals[0], Catalog, Now);

    /// <summary>A message and its answer as the journal takes them: in no words yet.</summary>
    public BootEvent EventOf(byte[] datagram)
    {
        if (!DhcpMessage.TryParse(datagram, out var message, out _))
            throw new InvalidOperationException("It does not parse.");
        var answer = AnswerTo(message);
        var length = answer.Reply!.Encode(_buffer, answer.MaxPayload);
        return new BootEvent.Dhcp(answer.Boot!.Channel, datagram, _buffer.AsMemory(0, length).ToArray(), answer.Words)
        {
            At = Now,
            Machine = answer.Boot.Machine,
            Address = answer.Reply.Yiaddr,
            Circumstances = answer.Circumstances,
            IsBoot = true,
            Architecture = answer.Boot.Architecture,
            IsIpxe = answer.Boot.IsIpxe,
        };
    }

    public static DhcpArrival Arrival => Arrivals[0];

    /// <summary>The address in the reply that was encoded last.</summary>
    public Ipv4Address Given => new(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(16)));

    /// <summary>Leases of an operating system's day, from 10.64.0.1 on; every tenth client names itself.</summary>
    public static IEnumerable<LeaseBinding> BindingsOf(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var mac = new MacAddress(0x5211_0000_0000UL | (uint)i);
            yield return new(new(0x0A40_0001u + (uint)i), ClientKey.OfHardware(1, mac.ToArray()), mac, BindingState.Bound, Now, Now + TimeSpan.FromSeconds(3600 + i % 3600))
            {
                VendorClass = "MSFT 5.0",
                HostName = i % 10 == 0 ? $"host-{i}" : null,
            };
        }
    }

    static BootCatalog CatalogOf(NetworkRole role, int machines) => new()
    {
        Revision = "bench",
        Networks =
        [
            new()
            {
                Name = "bench",
                Subnet = new(Server, 8),
                Role = role,
                Pools = role == NetworkRole.Server ? [new(Ipv4Address.Parse("10.1.0.0"), Ipv4Address.Parse("10.16.255.255")), new(Ipv4Address.Parse("10.64.0.0"), Ipv4Address.Parse("10.79.255.255"))] : [],
                Options = [new(3, null, new byte[] { 10, 0, 0, 1 }), new(6, null, new byte[] { 10, 0, 0, 1 })],
                Lease = TimeSpan.FromHours(1),
                Probe = false,
            },
        ],
        Machines = new([.. MachinesOf(machines)]),
        Loaders = new(Known.ToFrozenSet()),
    };

    /// <summary>Every second one has an address, a name and an option of its own.</summary>
    static IEnumerable<MachineDefinition> MachinesOf(int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return new()
            {
                Name = $"machine-{i}",
                Macs = [PxeDatagram.MacOf(i)],
                Address = i % 2 == 0 ? new(0x0A80_0001u + (uint)i) : null,
                HostName = i % 2 == 0 ? $"machine-{i}" : null,
                Options = i % 2 == 0 ? [OwnOption] : [],
            };
        }
    }
}
