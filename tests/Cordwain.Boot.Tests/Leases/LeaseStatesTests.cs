using Cordwain.Boot.Leases;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Tests.Leases;

/// <summary>RFC 2131 §4.3, state by state. Client 1 holds .10, client 2 had .11 until it expired, client 3 was offered .12, .13 is free.</summary>
public sealed class LeaseStatesTests
{
    public static TheoryData<string, bool, Func<LeaseWorld, LeaseVerdict>, string> Messages => new()
    {
        // what is asked                              authoritative                                               answer
        { "holder discovers",                         true,  w => w.Discover(1),                                  "offer 10.0.0.10" },
        { "holder discovers, wishes another",         true,  w => w.Discover(1, "10.0.0.13"),                     "offer 10.0.0.10" },
        { "former holder discovers",                  true,  w => w.Discover(2),                                  "offer 10.0.0.11" },
        { "offered client discovers again",           true,  w => w.Discover(3),                                  "offer 10.0.0.12" },
        { "stranger discovers",                       true,  w => w.Discover(9),                                  "offer 10.0.0.13" },
        { "stranger wishes a free address",           true,  w => w.Discover(9, "10.0.0.13"),                     "offer 10.0.0.13" },
        { "stranger wishes a held address",           true,  w => w.Discover(9, "10.0.0.10"),                     "offer 10.0.0.13" },
        { "stranger wishes an offered address",       true,  w => w.Discover(9, "10.0.0.12"),                     "offer 10.0.0.13" },
        { "stranger wishes the server's address",     true,  w => w.Discover(9, "10.0.0.1"),                      "offer 10.0.0.13" },
        { "stranger wishes another network's",        true,  w => w.Discover(9, "10.9.9.9"),                      "offer 10.0.0.13" },
        { "stranger wishes a remembered address",     true,  w => w.Discover(9, "10.0.0.11"),                     "offer 10.0.0.11" },

        { "SELECTING: takes the offer",               true,  w => w.Select(3, "10.0.0.12"),                       "ack 10.0.0.12" },
        { "SELECTING: takes what it holds",           true,  w => w.Select(1, "10.0.0.10"),                       "ack 10.0.0.10" },
        { "SELECTING: a held address",                true,  w => w.Select(9, "10.0.0.10"),                       "nak" },
        { "SELECTING: another's offer",               true,  w => w.Select(9, "10.0.0.12"),                       "nak" },
        { "SELECTING: free, offer forgotten",         true,  w => w.Select(9, "10.0.0.13"),                       "ack 10.0.0.13" },
        { "SELECTING: free, but holds another",       true,  w => w.Select(1, "10.0.0.13"),                       "nak" },
        { "SELECTING: outside the pool",              true,  w => w.Select(9, "10.0.0.99"),                       "nak" },
        { "SELECTING: broadcast address",             true,  w => w.Select(9, "10.0.0.255"),                      "nak" },
        { "SELECTING: wrong network",                 true,  w => w.Select(9, "10.1.0.1"),                        "nak" },
        { "SELECTING: wrong network, not alone",      false, w => w.Select(9, "10.1.0.1"),                        "nak" },
        { "SELECTING: another server",                true,  w => w.SelectOther(3, "10.0.0.12"),                  "silent" },

        { "INIT-REBOOT: holder",                      true,  w => w.Reboot(1, "10.0.0.10"),                       "ack 10.0.0.10" },
        { "INIT-REBOOT: former holder",               true,  w => w.Reboot(2, "10.0.0.11"),                       "ack 10.0.0.11" },
        { "INIT-REBOOT: holder, wrong address",       true,  w => w.Reboot(1, "10.0.0.13"),                       "nak" },
        { "INIT-REBOOT: holder, wrong, not alone",    false, w => w.Reboot(1, "10.0.0.13"),                       "nak" },
        { "INIT-REBOOT: held by another",             true,  w => w.Reboot(9, "10.0.0.10"),                       "nak" },
        { "INIT-REBOOT: held, not alone",             false, w => w.Reboot(9, "10.0.0.10"),                       "nak" },
        { "INIT-REBOOT: wrong network",               true,  w => w.Reboot(9, "10.1.0.1"),                        "nak" },
        { "INIT-REBOOT: wrong network, not alone",    false, w => w.Reboot(9, "10.1.0.1"),                        "nak" },
        { "INIT-REBOOT: unknown",                     true,  w => w.Reboot(9, "10.0.0.13"),                       "nak" },
        { "INIT-REBOOT: unknown, not alone",          false, w => w.Reboot(9, "10.0.0.13"),                       "silent" },
        { "INIT-REBOOT: takes an offer without 54",   false, w => w.Reboot(3, "10.0.0.12"),                       "ack 10.0.0.12" },

        { "RENEWING: holder",                         true,  w => w.Renew(1, "10.0.0.10"),                        "ack 10.0.0.10" },
        { "RENEWING: a little late",                  true,  w => w.Renew(2, "10.0.0.11"),                        "ack 10.0.0.11" },
        { "RENEWING: held by another",                true,  w => w.Renew(9, "10.0.0.10"),                        "nak" },
        { "RENEWING: unknown",                        true,  w => w.Renew(9, "10.0.0.13"),                        "nak" },
        { "RENEWING: unknown, not alone",             false, w => w.Renew(9, "10.0.0.13"),                        "silent" },
        { "RENEWING: wrong network",                  true,  w => w.Renew(1, "10.1.0.1"),                         "nak" },
        { "RENEWING with 54 and without 50",          true,  w => w.Ask(LeaseWorld.From(DhcpMessageType.Request, 1) with { Ciaddr = new(0x0A00000A), ServerId = LeaseWorld.Server, IsForUs = true }), "ack 10.0.0.10" },
        { "REQUEST that names no address",            true,  w => w.Ask(LeaseWorld.From(DhcpMessageType.Request, 1)), "silent" },
        { "SELECTING that names no address",          true,  w => w.Ask(LeaseWorld.From(DhcpMessageType.Request, 1) with { ServerId = LeaseWorld.Server, IsForUs = true }), "silent" },

        { "holder declines",                          true,  w => w.Decline(1, "10.0.0.10"),                      "store Declined 10.0.0.10" },
        { "offered client declines",                  true,  w => w.Decline(3, "10.0.0.12"),                      "store Declined 10.0.0.12" },
        { "stranger declines a held address",         true,  w => w.Decline(9, "10.0.0.10"),                      "silent" },
        { "stranger declines an offered address",     true,  w => w.Decline(9, "10.0.0.12"),                      "silent" },
        { "stranger declines a free address",         true,  w => w.Decline(9, "10.0.0.13"),                      "silent" },
        { "former holder declines",                   true,  w => w.Decline(2, "10.0.0.11"),                      "silent" },
        { "holder releases",                          true,  w => w.Release(1, "10.0.0.10"),                      "store Released 10.0.0.10" },
        { "stranger releases",                        true,  w => w.Release(9, "10.0.0.10"),                      "silent" },
        { "former holder releases",                   true,  w => w.Release(2, "10.0.0.11"),                      "silent" },
        { "release to another server",                true,  w => w.Ask(LeaseWorld.From(DhcpMessageType.Release, 1) with { Ciaddr = new(0x0A00000A), ServerId = new(0x0A000002) }), "silent" },
        { "decline to another server",                true,  w => w.Ask(LeaseWorld.From(DhcpMessageType.Decline, 1) with { Requested = new(0x0A00000A), ServerId = new(0x0A000002) }), "silent" },

        { "INFORM",                                   true,  w => w.Ask(LeaseWorld.From(DhcpMessageType.Inform, 9) with { Ciaddr = new(0x0A000063) }), "inform" },
        { "a server's message",                       true,  w => w.Ask(LeaseWorld.From(DhcpMessageType.Offer, 9)), "silent" },
        { "no message type: BOOTP",                   true,  w => w.Ask(LeaseWorld.From(DhcpMessageType.None, 9)), "silent" },
        { "nobody asks",                              true,  w => w.Ask(LeaseWorld.From(DhcpMessageType.Discover, 9) with { Client = default }), "silent" },
    };

    [Theory, MemberData(nameof(Messages))]
    public void Answers(string what, bool authoritative, Func<LeaseWorld, LeaseVerdict> ask, string expected)
    {
        var world = new LeaseWorld(network => network with { Authoritative = authoritative });
        Assert.Equal("10.0.0.10", world.Bind(1));
        Assert.Equal("10.0.0.11", world.Bind(2));
        world.Pass(TimeSpan.FromMinutes(50));
        world.Renew(1, "10.0.0.10");
        world.Pass(TimeSpan.FromMinutes(20));
        Assert.Equal("10.0.0.12", LeaseWorld.Given(world.Discover(3)));

        var verdict = ask(world);
        Assert.True(LeaseWorld.Word(verdict) == expected, $"{what}: {LeaseWorld.Word(verdict)}, because {verdict.Trace[^1]}");
        Assert.True(verdict.Trace[^1].Decided);
    }

    [Fact]
    public void An_offer_stores_nothing()
    {
        var world = new LeaseWorld();
        world.Discover(1);
        Assert.Empty(world.Stored);
        Assert.Equal(0, world.Table.Count);
    }
}
