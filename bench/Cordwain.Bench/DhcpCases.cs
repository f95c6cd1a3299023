using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Dhcp;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Bench;

/// <summary>What one DHCP message costs, from its bytes to those of the answer; and its parts.</summary>
static class DhcpCases
{
    const int Batch = 10_000;

    // Beyond the configured machines, whatever their number.
    const int Strangers = 10_000_000;

    /// <summary>Something that a case has looked at, so that the compiler cannot leave it out.</summary>
    public static int Seen { get; private set; }

    public static IEnumerable<BenchCase> All =>
    [
        BenchCase.Of("decode a DISCOVER", Decode),
        EncodeAnOffer(),
        DecideABoot(),
        Words(),
        JournalCase.Make(),
        Exchange("DISCOVER to OFFER", () => new(NetworkRole.Server)),
        Request(),
        Renewal(),
        ProxyOffer(),
        BootServerAck(),
        Exchange("DISCOVER to OFFER, 100 machines configured, one of them asks", () => new(NetworkRole.Server, machines: 100), 0, 100),
        Exchange("DISCOVER to OFFER, 100,000 machines configured, one of them asks", () => new(NetworkRole.Server, machines: 100_000), 0, 100_000),
        Exchange("DISCOVER to OFFER, 1,000 leases", () => new(NetworkRole.Server, leases: 1_000)),
        Exchange("DISCOVER to OFFER, 1,000,000 leases", () => new(NetworkRole.Server, leases: 1_000_000)),
    ];

    static void Decode(int count)
    {
        var client = PxeDatagram.Discover(BenchWorld.Relay);
        for (var i = 0; i < count; i++)
            Seen += DhcpMessage.TryParse(client.Of(i), out _, out _) ? 1 : 0;
    }

    static BenchCase EncodeAnOffer()
    {
        var reply = new BenchWorld(NetworkRole.Server).AnswerTo(Message(0)).Reply!;
        var buffer = new byte[DhcpMessage.MaxPayload];
        return BenchCase.Of("encode an OFFER", count =>
        {
            for (var i = 0; i < count; i++)
                reply.Encode(buffer, DhcpMessage.MaxPayload);
        });
    }

    static BenchCase DecideABoot()
    {
        var (catalog, message) = (new BenchWorld(NetworkRole.Server).Catalog, Message(0));
        return BenchCase.Of("decide a boot (request, rules)", count =>
        {
            for (var i = 0; i < count; i++)
                BootDecider.Decide(BootRequest.From(message, BenchWorld.Arrival, catalog, catalog.Networks[0]), catalog);
        });
    }

    static BenchCase Words()
    {
        var world = new BenchWorld(NetworkRole.Server);
        return new("the words of an answer (summary, trace)", count =>
        {
            DhcpAnswer[] answers = [.. Enumerable.Range(0, count).Select(i => world.AnswerTo(Message(i)))];
            return made =>
            {
                for (var i = 0; i < made; i++)
                    Seen = answers[i].Summary.Length + answers[i].Trace.Length;
            };
        });
    }

    static BenchCase Exchange(string name, Func<BenchWorld> make, int first = Strangers, int machines = int.MaxValue)
    {
        var client = PxeDatagram.Discover(BenchWorld.Relay);
        BenchWorld? world = null;
        return BenchCase.Of(name, count =>
        {
            world ??= make();
            for (var i = 0; i < count; i++)
                world.Answer(client.Of(first + i % machines));
            first += machines == int.MaxValue ? count : 0;
        }) with
        { Batch = Batch };
    }

    static BenchCase Request()
    {
        var (discover, request) = (PxeDatagram.Discover(BenchWorld.Relay), PxeDatagram.Request(BenchWorld.Relay, BenchWorld.Server));
        return new("REQUEST to ACK", count =>
        {
            var world = new BenchWorld(NetworkRole.Server);
            var offered = new Ipv4Address[count];
            for (var i = 0; i < count; i++)
            {
                world.Answer(discover.Of(i));
                offered[i] = world.Given;
            }

            return _ => Ask(world, request, offered);
        })
        { Batch = Batch };
    }

    static BenchCase Renewal()
    {
        var (discover, request, renewal) = (PxeDatagram.Discover(BenchWorld.Relay), PxeDatagram.Request(BenchWorld.Relay, BenchWorld.Server), PxeDatagram.Renewal());
        var world = new BenchWorld(NetworkRole.Server);
        var held = new Ipv4Address[Batch];
        for (var i = 0; i < Batch; i++)
        {
            world.Answer(discover.Of(i));
            held[i] = world.Given;
        }

        Ask(world, request, held);
        return BenchCase.Of("renewal", _ => Ask(world, renewal, held)) with { Batch = Batch };
    }

    static void Ask(BenchWorld world, PxeDatagram client, Ipv4Address[] addresses)
    {
        for (var i = 0; i < addresses.Length; i++)
        {
            world.Answer(client.Of(i, addresses[i]));
            if (world.Given != addresses[i])
                throw new InvalidOperationException($"It asked for {addresses[i]} and got {world.Given}.");
        }
    }

    static BenchCase ProxyOffer()
    {
        var (world, client, next) = (new BenchWorld(NetworkRole.Proxy), PxeDatagram.Discover(default), 0);
        return BenchCase.Of("proxy offer", count =>
        {
            for (var i = 0; i < count; i++)
                world.Answer(client.Of(next++));
        });
    }

    static BenchCase BootServerAck()
    {
        var (world, client, next) = (new BenchWorld(NetworkRole.Proxy), PxeDatagram.BootServer(BenchWorld.Relay), 0);
        return BenchCase.Of("port 4011", count =>
        {
            for (var i = 0; i < count; i++)
            {
                if (world.Answer(client.Of(next++), isBootServer: true) == 0)
                    throw new InvalidOperationException("No answer.");
            }
        });
    }

    static DhcpMessage Message(int id) =>
        DhcpMessage.TryParse(PxeDatagram.Discover(BenchWorld.Relay).Of(id), out var message, out _) ? message : throw new InvalidOperationException("It does not parse.");
}
