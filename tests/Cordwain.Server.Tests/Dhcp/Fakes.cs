using System.Collections.Concurrent;
using System.Collections.Immutable;
using Cordwain.Boot.Dhcp;
using Cordwain.Boot.Journal;
using Cordwain.Boot.Leases;
using Cordwain.Management.Stores;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Dhcp;

namespace Cordwain.Server.Tests.Dhcp;

/// <summary>Offers, and acknowledges with a change, the address 10.77.0.x, x being the last octet of the client's MAC.</summary>
sealed class FakeResponder : IDhcpResponder
{
    public Func<DhcpMessage, DhcpArrival, ReplyDestination> Destination { get; set; } =
        (_, _) => new(ReplyMode.Broadcast, Ipv4Address.Broadcast, 68, null);

    public ImmutableArray<Ipv4Address> WorthProbing { get; set; } = [];

    /// <summary>Runs before each answer.</summary>
    public Action<DhcpMessage> Before { get; set; } = _ => { };

    public BlockingCollection<(DhcpMessage Message, DhcpArrival Arrival)> Asked { get; } = [];

    public List<string> Reverted { get; } = [];

    public DhcpAnswer Respond(DhcpMessage message, DhcpArrival arrival, DateTimeOffset now)
    {
        Before(message);
        Asked.Add((message, arrival));
        var address = AddressOf(message);
        var isRequest = message.Type == DhcpMessageType.Request;
        var bound = new LeaseBinding(address, ClientKey.OfHardware(1, message.Chaddr.Span), message.Mac, BindingState.Bound, now, now.AddHours(1));
        if (message.Type == DhcpMessageType.Release)
        {
            return new(
                null, default, [new(address, bound with { State = BindingState.Released })], $"{message.Type} {address}", [],
                new(arrival.Interface, arrival.Server, address, TimeSpan.Zero, arrival.Port, "1"));
        }

        return new(
            DhcpMessages.ReplyTo(message, isRequest ? DhcpMessageType.Ack : DhcpMessageType.Offer, address)
                .With(DhcpOptions.ServerIdentifier, arrival.Server).With(DhcpOptions.IpAddressLeaseTime, TimeSpan.FromHours(1)),
            Destination(message, arrival),
            isRequest && message.Ciaddr.IsAny ? [new(address, bound)] : [],
            $"{message.Type} {address}",
            [],
            new(arrival.Interface, arrival.Server, address, TimeSpan.FromHours(1), arrival.Port, "1") { Kind = isRequest ? ReplyKind.Ack : ReplyKind.Offer })
        { WorthProbing = WorthProbing };
    }

    /// <summary>Addresses whose holders are known to the disk.</summary>
    public HashSet<Ipv4Address> Stored { get; } = [];

    public DhcpAnswer? RespondFromStored(DhcpMessage message, DhcpArrival arrival, DateTimeOffset now) =>
        Stored.Contains(AddressOf(message)) ? Respond(message, arrival, now) with { Changes = [], Words = new KnownWords("from stored", []) } : null;

    public BlockingCollection<string> Own { get; } = [];

    public void OwnAddressesAre(IReadOnlyCollection<Ipv4Address> addresses) => Own.Add(string.Join(' ', addresses.Order()));

    /// <summary>How often answers were said to be on the disk.</summary>
    public int StoredBatches { get; private set; }

    public void OnStored() => StoredBatches++;

    public void Revert(DhcpAnswer answer) => Reverted.Add(answer.Summary);

    public static Ipv4Address AddressOf(DhcpMessage message) => new(Ipv4Address.Parse("10.77.0.0").Value + message.Chaddr.Span[5]);
}

/// <summary>Keeps batches in memory; fails while it is told to.</summary>
sealed class FakeLeaseStore : ILeaseStore
{
    public List<LeaseChange[]> Batches { get; } = [];

    public Exception? Failure { get; set; }

    /// <summary>Runs inside the commit.</summary>
    public Action During { get; set; } = () => { };

    public IEnumerable<LeaseBinding> Load() => [];

    public void Commit(IReadOnlyList<LeaseChange> changes)
    {
        During();
        if (Failure is not null)
            throw Failure;
        Batches.Add([.. changes]);
    }

    public void Dispose()
    {
    }
}

sealed class FakeJournal : IBootJournal
{
    public BlockingCollection<BootEvent.Dhcp> Events { get; } = [];

    public void Record(BootEvent boot) => Events.Add((BootEvent.Dhcp)boot);
}

/// <summary>Keeps what it is given to send.</summary>
sealed class FakeLink : IDhcpLink
{
    public string Name => "fake0";

    public List<(ReplyDestination To, Ipv4Address From, DhcpMessage Reply)> Sent { get; } = [];

    public Ipv4Address Own { get; set; } = Ipv4Address.Parse("10.77.0.1");

    /// <summary>Run before the link does what they name.</summary>
    public Action BeforeServes { get; set; } = () => { };

    public Action BeforeSend { get; set; } = () => { };

    /// <summary>What the system has to say of the answers since the last time.</summary>
    public Func<int> Refused { get; set; } = () => 0;

    public bool Serves(Ipv4Address server)
    {
        BeforeServes();
        return server == Own;
    }

    public int Flush() => Refused();

    public bool Send(ReplyDestination to, Ipv4Address from, int arrivalPort, ReadOnlySpan<byte> payload)
    {
        BeforeSend();
        Sent.Add((to, from, DhcpMessages.Parse(payload)));
        return true;
    }
}
