using CsCheck;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Leases;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Leases;

/// <summary>Random lives of a small network beside a model that is a dictionary: who was told that it holds what, until when.</summary>
public sealed class LeaseProperties
{
    public enum Act
    {
        Discover, DiscoverWish, Select, SelectOffered, SelectOther, Reboot, Renew, RenewOwn, Release, ReleaseOwn, Decline, DeclineOwn, Pass, MarkInUse, ProbedFree,
        Restart, Reconfigure, Fail,
    }

    static readonly Gen<(Act Act, int Client, int Address, int Minutes)> Step =
        Gen.Select(Gen.Enum<Act>(), Gen.Int[1, 6], Gen.Int[10, 17], Gen.Int[0, 40]);

    [Fact]
    public void No_address_has_two_holders_and_the_store_tells_the_same_story() => Step.Array[0, 80].Sample(steps =>
    {
        var life = new Life();
        foreach (var step in steps)
            life.Live(step.Act, step.Client, $"10.0.0.{step.Address}", step.Minutes);
    }, iter: 500);

    /// <summary>Client 1 has a reservation of .12, in the pool; client 2 one of .17, outside.</summary>
    sealed class Life
    {
        static readonly Reservation[] Reservations =
        [
            new() { Name = "one", Mac = LeaseWorld.Mac(1), Address = Ipv4Address.Parse("10.0.0.12") },
            new() { Name = "two", Mac = LeaseWorld.Mac(2), Address = Ipv4Address.Parse("10.0.0.17") },
        ];

        readonly LeaseWorld _world = new(network => network with { Pools = [LeaseWorld.Range("10.0.0.10-10.0.0.14")], Reservations = [.. Reservations] });
        readonly Dictionary<string, (int Client, DateTimeOffset Until)> _held = [];
        readonly Dictionary<int, string> _offered = [];

        public void Live(Act act, int client, string address, int minutes)
        {
            var own = _held.Where(pair => pair.Value.Client == client && pair.Value.Until > _world.Now).Select(pair => pair.Key).FirstOrDefault();
            var before = Snapshot();
            switch (act)
            {
                case Act.Discover:
                    SeeOffer(client, _world.Discover(client));
                    Assert.Equal(before, Snapshot());
                    break;
                case Act.DiscoverWish:
                    SeeOffer(client, _world.Discover(client, address));
                    break;
                case Act.Select:
                    SeeAnswer(client, address, _world.Select(client, address));
                    break;
                case Act.SelectOffered when _offered.GetValueOrDefault(client) is { } offered:
                    SeeAnswer(client, offered, _world.Select(client, offered));
                    break;
                case Act.SelectOther:
                    _world.SelectOther(client, address);
                    Assert.Equal(before, Snapshot());
                    break;
                case Act.Reboot:
                    SeeAnswer(client, address, _world.Reboot(client, address));
                    break;
                case Act.Renew:
                    SeeAnswer(client, address, _world.Renew(client, address));
                    break;
                case Act.RenewOwn when own is not null:
                    SeeAnswer(client, own, _world.Renew(client, own));
                    break;
                case Act.Release or Act.ReleaseOwn:
                    See(client, act == Act.ReleaseOwn ? own ?? address : address, own, before, _world.Release);
                    break;
                case Act.Decline or Act.DeclineOwn:
                    See(client, act == Act.DeclineOwn ? own ?? address : address, own, before, _world.Decline);
                    break;
                default:
                    Befall(act, client, address, minutes, before);
                    break;
            }

            CheckAgainstStore();
        }

        void Befall(Act act, int client, string address, int minutes, string[] before)
        {
            switch (act)
            {
                case Act.Pass:
                    _world.Pass(TimeSpan.FromMinutes(minutes));
                    break;
                case Act.MarkInUse:
                    _world.Table.MarkInUse(Ipv4Address.Parse(address), _world.Now.AddMinutes(minutes), _world.Now);
                    break;
                case Act.ProbedFree:
                    _world.Table.MarkProbedFree(Ipv4Address.Parse(address), _world.Now);
                    break;
                case Act.Restart:
                    _world.Restart();
                    break;
                case Act.Reconfigure:
                    _world.Reconfigure(network => network with { Reservations = network.Reservations.IsEmpty ? [.. Reservations] : [] });
                    break;
                case Act.Fail:
                    // The store fails: whatever was decided is taken back.
                    var question = LeaseWorld.From(Protocols.Dhcp4.DhcpMessageType.Request, client) with
                    {
                        Requested = Ipv4Address.Parse(address),
                        ServerId = LeaseWorld.Server,
                        IsForUs = true,
                    };
                    if (_world.Table.Answer(question, _world.Network, _world.Catalog, _world.Now) is LeaseVerdict.Ack ack)
                        _world.Table.Revert([ack.Change], _world.Now);
                    Assert.Equal(before, Snapshot());
                    break;
            }
        }

        void SeeOffer(int client, LeaseVerdict verdict)
        {
            if (LeaseWorld.Given(verdict) is not { } address)
                return;
            CheckMayHave(client, address);
            _offered[client] = address;
        }

        void SeeAnswer(int client, string address, LeaseVerdict verdict)
        {
            if (verdict is not LeaseVerdict.Ack ack)
                return;
            Assert.Equal(address, ack.Grant.Address.ToString());
            CheckMayHave(client, address);
            _held[address] = (client, _world.Now + ack.Grant.Lease);
        }

        /// <summary>RELEASE and DECLINE: without holding the address, or its offer, nothing changes.</summary>
        void See(int client, string address, string? own, string[] before, Func<int, string, LeaseVerdict> tell)
        {
            var holds = _held.TryGetValue(address, out var held) && held.Client == client && held.Until > _world.Now;
            var verdict = tell(client, address);
            if (!holds && _offered.GetValueOrDefault(client) != address)
                Assert.Equal(before, Snapshot());
            if (holds)
                Assert.IsType<LeaseVerdict.Store>(verdict);
            if (verdict is LeaseVerdict.Store && holds)
                _held.Remove(address);
        }

        void CheckMayHave(int client, string address)
        {
            if (_held.TryGetValue(address, out var held) && held.Until > _world.Now)
                Assert.Equal(held.Client, client);
            var reserved = _world.Network.Reservations.FirstOrDefault(reservation => reservation.Address.ToString() == address);
            Assert.True(reserved is null || reserved.Mac == LeaseWorld.Mac(client), $"{address} is reserved");
            Assert.True(reserved is not null || _world.Network.Pools[0].Contains(Ipv4Address.Parse(address)), $"{address} is not of the pool");
        }

        void CheckAgainstStore()
        {
            Assert.Equal(_world.Stored.Values.Select(binding => binding.ToString()).Order(), Snapshot());
            foreach (var (address, held) in _held.Where(pair => pair.Value.Until > _world.Now))
                Assert.Equal((LeaseWorld.Key(held.Client), BindingState.Bound, held.Until), Stored(address));

            var active = _world.Stored.Values.Where(binding => binding.State != BindingState.Released && binding.Expires > _world.Now).ToList();
            var statistics = _world.Table.Statistics(_world.Network, _world.Catalog, _world.Now);
            Assert.Equal(active.Count(binding => binding.State == BindingState.Bound), statistics.Used);
            Assert.InRange(statistics.Free, 0, statistics.Pool - active.Count(binding => binding.State == BindingState.Bound && IsGivable(binding.Address)));
            if (statistics is { Offered: 0, Quarantined: 0 })
                Assert.Equal(statistics.Pool - active.Count(binding => IsGivable(binding.Address)), statistics.Free);
        }

        bool IsGivable(Ipv4Address address) =>
            _world.Network.Pools[0].Contains(address) && !_world.Network.Reservations.Any(reservation => reservation.Address == address);

        (ClientKey, BindingState, DateTimeOffset) Stored(string address) =>
            _world.Stored[Ipv4Address.Parse(address)] is var binding ? (binding.Client, binding.State, binding.Expires) : default;

        string[] Snapshot() => [.. _world.Table.Bindings().Select(binding => binding.ToString()).Order()];
    }
}
