using System.Net;
using Cordwain.Boot.Journal;
using Cordwain.Protocols.Tftp;
using Cordwain.Server.Tftp;
using Microsoft.Extensions.Time.Testing;

namespace Cordwain.Server.Tests.Tftp;

public sealed class TftpHostileTests
{
    static readonly TftpSettings Defaults = new() { Port = 0, Address = TftpTestServer.Loopback };

    [Fact]
    public void A_packet_from_another_port_gets_an_error_and_disturbs_nobody()
    {
        using var server = new TftpTestServer();
        server.Add("file", 2000);
        using var client = new TftpTestClient(server.EndPoint);
        using var stranger = new TftpTestClient(server.EndPoint);
        client.Request("file");
        Assert.Equal("data 1 +512", client.Hear());

        stranger.SendTo(client.From, [0, 4, 0, 1]);
        Assert.StartsWith("error 5 ", stranger.Hear(), StringComparison.Ordinal);
        stranger.SendTo(client.From, TftpPacket.Error(TftpErrorCode.NotDefined, "end it"));
        Assert.Equal("nothing", stranger.Hear(100));   // an error is never answered

        client.Ack(1);
        Assert.Equal("data 2 +512", NextNew(client, "data 1"));
    }

    [Fact]
    public void What_is_no_ack_does_not_disturb_a_transfer()
    {
        using var server = new TftpTestServer();
        server.Add("file", 2000);
        using var client = new TftpTestClient(server.EndPoint);
        client.Request("file");
        Assert.Equal("data 1 +512", client.Hear());
        foreach (var packet in new byte[][] { [], [0], [0, 4], [0, 4, 0], [0, 3, 0, 1, 65], [0, 6, 65, 0, 66, 0], [0, 0, 0, 1], [9, 9, 9, 9], [0, 4, 200, 200], new byte[60000] })
            client.SendTo(client.From, packet);
        client.Ack(1);
        Assert.Equal("data 2 +512", NextNew(client, "data 1"));
    }

    [Fact]
    public void A_late_ack_of_a_client_that_is_done_is_not_answered()
    {
        using var server = new TftpTestServer(clock: new FakeTimeProvider());   // it is late by no more than the server remembers
        server.Add("file", 10);
        using var client = new TftpTestClient(server.EndPoint);
        Assert.Equal(10, client.Fetch("file").Length);
        server.Journal.Next();
        client.Ack(1);
        Assert.Equal("nothing", client.Hear(100));
    }

    public static TheoryData<string, string> Requests => new()
    {
        { "",                             "nothing" },
        { "00",                           "nothing" },
        { "0005000100",                   "nothing" },
        { "0001",                         "error 4 the request is cut short" },
        { "000166",                       "error 4 the request is cut short" },
        { "00016600",                     "error 4 the request is cut short" },
        { "0001660066",                   "error 4 the request is cut short" },
        { "000100006F6374657400",         "error 4 the file name is empty or is not text" },
        { "0001006F6374657400",           "error 4 the file name is empty or is not text" },
        { "0001C3006F6374657400",         "error 4 the file name is empty or is not text" },
        { "00016600786F6374657400",       "error 4 only the modes octet and netascii are served" },
        { "00030001AABB",                 "error 4 only requests are answered here" },
        { "00040001",                     "error 4 only requests are answered here" },
        { "0006626C6B73697A6500313000",   "error 4 only requests are answered here" },
        { "FFFF00",                       "error 4 only requests are answered here" },
        { "00016600" + "6F6374657400" + "626C6B73697A6500" + "2D3100", "error 1 file not found" },
    };

    [Theory, MemberData(nameof(Requests))]
    public void A_bad_request_gets_an_error_and_no_more(string hex, string answer)
    {
        using var server = new TftpTestServer();
        using var client = new TftpTestClient(server.EndPoint);
        client.SendTo(server.EndPoint, Convert.FromHexString(hex));
        if (answer == "nothing")
            client.Request("missing");   // the answer to what came after is the first one
        Assert.Equal(answer == "nothing" ? "error 1 file not found" : answer, client.Hear());
        Assert.Equal("nothing", client.Hear(20));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_silent_client_gets_six_packets_and_less_than_4_kilobytes(bool options)
    {
        var clock = new FakeTimeProvider();
        using var server = new TftpTestServer(Defaults, clock);
        server.Add("file", 100_000);
        using var client = new TftpTestClient(server.EndPoint);
        client.Request("file", options ? [("blksize", 1468), ("windowsize", 64), ("tsize", 0)] : []);
        var (packets, bytes) = (1, client.Receive()!.Length);
        for (var seconds = 0; seconds < 35; seconds++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            for (; client.Receive(20) is { } packet; packets++)
                bytes += packet.Length;
        }

        Assert.Equal(6, packets);
        Assert.True(bytes <= 4096);
        var read = server.Journal.Next();
        Assert.Equal((ReadOutcome.TimedOut, "the client never answered", 0), (read.Outcome, read.Reason, server.Transfers));
    }

    [Fact]
    public void An_address_may_have_64_transfers_by_default()
    {
        using var server = new TftpTestServer(Defaults);
        server.Add("file", 100_000);
        var clients = Enumerable.Range(0, 65).Select(_ => new TftpTestClient(server.EndPoint)).ToArray();
        foreach (var client in clients)
            client.Request("file");
        Assert.All(clients[..64], client => Assert.Equal("data 1 +512", client.Hear()));
        Assert.Equal(("nothing", 64), (clients[64].Hear(50), server.Transfers));

        using var elsewhere = new TftpTestClient(server.EndPoint, "127.0.0.9");
        elsewhere.Request("file");
        Assert.Equal("data 1 +512", elsewhere.Hear());

        clients[0].Error(TftpErrorCode.NotDefined, "enough");
        server.Journal.Next();
        clients[64].Request("file");
        Assert.Equal("data 1 +512", clients[64].Hear());
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public void An_address_may_ask_200_times_a_second_by_default()
    {
        var clock = new FakeTimeProvider();
        using var server = new TftpTestServer(Defaults, clock);
        using var client = new TftpTestClient(server.EndPoint);
        for (var i = 0; i < 200; i++)
        {
            client.Request("missing");
            Assert.Equal("error 1 file not found", client.Hear());
        }

        client.Request("missing");
        Assert.Equal("nothing", client.Hear(50));
        clock.Advance(TimeSpan.FromSeconds(1));
        client.Request("missing");
        Assert.Equal("error 1 file not found", client.Hear());
    }

    [Fact]
    public async Task Garbage_and_stray_packets_hold_nobody_up()
    {
        using var server = new TftpTestServer(Defaults);
        var file = server.Add("file", 300_000);
        using var client = new TftpTestClient(server.EndPoint);
        client.Request("file", ("blksize", 1000));
        client.Hear();
        var transfers = client.From;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var noise = Task.Run(() =>
        {
            using var attacker = new TftpTestClient(server.EndPoint, "127.0.0.66");
            var random = new Random(3);
            for (var packet = new byte[600]; !stop.IsCancellationRequested;)
            {
                random.NextBytes(packet);
                (packet[0], packet[1]) = (0, (byte)random.Next(8));
                attacker.SendTo(random.Next(2) == 0 ? server.EndPoint : transfers, packet[..random.Next(600)]);
            }
        }, TestContext.Current.CancellationToken);

        using var good = new TftpTestClient(server.EndPoint);
        Assert.Equal(file, good.Fetch("file", 1000));
        await stop.CancelAsync();
        await noise;
    }

    [Fact]
    public void A_name_with_control_characters_is_escaped_in_the_journal()
    {
        using var server = new TftpTestServer();
        using var client = new TftpTestClient(server.EndPoint);
        client.Request("evil\u001b[2J\nname");
        client.Hear();
        Assert.Equal("evil\\u001b[2J\\u000aname", server.Journal.Next().Name);
    }

    /// <summary>The first packet that is not a repeat.</summary>
    static string NextNew(TftpTestClient client, string old)
    {
        string heard;
        do
        {
            heard = client.Hear();
        }
        while (heard.StartsWith(old, StringComparison.Ordinal));
        return heard;
    }
}
