using System.Text;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Journal;
using Cordwain.Protocols.Tftp;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Server.Tftp;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cordwain.Server.Tests.Tftp;

public sealed class TftpServiceTests : IDisposable
{
    readonly TftpTestServer _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(511, 0, 0)]
    [InlineData(512, 0, 0)]
    [InlineData(100_000, 0, 0)]
    [InlineData(1000, 8, 0)]
    [InlineData(100_000, 1468, 1)]
    [InlineData(1_000_000, 1468, 4)]
    [InlineData(1_000_000, 1024, 16)]
    [InlineData(1_024_000, 1024, 64)]
    [InlineData(1_000_000, 65464, 0)]
    [InlineData(3_000_000, 65464, 4)]
    [InlineData(600_000, 8, 64)]     // 75,000 blocks: the numbers roll over
    public void A_file_arrives_whole(int length, int blockSize, int window)
    {
        var file = _server.Add("file", length);
        using var client = Client();
        Assert.Equal(file, client.Fetch("file", blockSize, window));

        var read = _server.Journal.Next();
        Assert.Equal((BootChannel.Tftp, "file", "folder", ReadOutcome.Completed, length, null),
            (read.Channel, read.Name, read.Source, read.Outcome, read.Bytes, read.Reason));
        Assert.Equal(TftpTestServer.Loopback, read.Address);
    }

    [Fact]
    public void The_request_is_passed_on_as_it_came()
    {
        using var client = Client();
        client.Request("\\Boot//x64\\..\\My File");
        Assert.Equal("error 1 file not found", client.Hear());
        Assert.Equal((BootChannel.Tftp, TftpTestServer.Loopback, TftpTestServer.Loopback, "\\Boot//x64\\..\\My File"),
            (_server.Files.Last!.Channel, _server.Files.Last.Client, _server.Files.Last.Server, _server.Files.Last.Name));
    }

    [Fact]
    public void What_is_not_there_is_said_at_once_and_is_no_failure()
    {
        using var client = Client();
        client.Request("pxelinux.cfg/0A4D0082", ("blksize", 1408), ("tsize", 0));
        Assert.Equal("error 1 file not found", client.Hear());
        var read = _server.Journal.Next();
        Assert.Equal((ReadOutcome.NotFound, null, null), (read.Outcome, read.Source, read.Reason));
    }

    [Fact]
    public void A_refusal_is_told_to_both_sides()
    {
        _server.Files.Special["../etc/shadow"] = _ => new(FakeBootFiles.Opens(null, "the name leads out of the folder"));
        using var client = Client();
        client.Request("../etc/shadow");
        Assert.Equal("error 2 the name leads out of the folder", client.Hear());
        var read = _server.Journal.Next();
        Assert.Equal((ReadOutcome.Failed, "the name leads out of the folder"), (read.Outcome, read.Reason));
    }

    [Fact]
    public void A_write_request_is_refused()
    {
        using var client = Client();
        client.SendTo(_server.EndPoint, TftpTestClient.Packet(2, "file", "octet"));
        Assert.Equal("error 2 this server is read-only", client.Hear());
        Assert.Empty(Directory.EnumerateFiles(_server.Folder));
    }

    [Theory]
    [InlineData("mail", "error 4 only the modes octet and netascii are served")]
    [InlineData("", "error 4 only the modes octet and netascii are served")]
    public void Other_modes_are_refused(string mode, string answer)
    {
        using var client = Client();
        client.Request("file", mode);
        Assert.Equal(answer, client.Hear());
    }

    [Fact]
    public void Options_are_acknowledged_and_unknown_ones_ignored()
    {
        _server.Add("file", 10_000);
        using var client = Client();
        client.Request("file", ("tsize", 0), ("blksize", 9000), ("windowsize", 1000), ("timeout", 7), ("multicast", 1));
        Assert.Equal("oack blksize=9000 timeout=7 tsize=10000 windowsize=64", client.Hear());
        client.Ack(0);
        Assert.Equal("data 1 +9000", client.Hear());
    }

    [Fact]
    public void A_size_probe_is_no_failure_and_the_next_request_comes_from_the_same_port()
    {
        var file = _server.Add("snponly.efi", 5000);
        using var client = Client();
        client.Request("snponly.efi", ("tsize", 0), ("blksize", 1468));
        Assert.Equal("oack blksize=1468 tsize=5000", client.Hear());
        client.Error(TftpErrorCode.OptionsRefused, "User aborted the operation");
        Assert.Equal(file, client.Fetch("snponly.efi", 1468, 4));
        Assert.Equal(ReadOutcome.Probed, _server.Journal.Next().Outcome);
        Assert.Equal(ReadOutcome.Completed, _server.Journal.Next().Outcome);
    }

    [Fact]
    public void A_client_may_end_it()
    {
        _server.Add("file", 5000);
        using var client = Client();
        client.Request("file");
        client.Hear();
        client.Ack(1);
        client.Hear();
        client.Error(TftpErrorCode.DiskFull, "no room");
        var read = _server.Journal.Next();
        Assert.Equal((ReadOutcome.EndedByClient, 512, "the client sent error 3: no room"), (read.Outcome, read.Bytes, read.Reason));
    }

    [Fact]
    public void A_new_request_from_the_same_port_takes_the_place_of_the_old()
    {
        _server.Add("first", 50_000);
        var second = _server.Add("second", 50_000, seed: 2);
        using var client = Client();
        client.Request("first");
        client.Hear();
        client.Ack(1);
        client.Hear();
        var firstPort = client.From;

        Assert.Equal(second, client.Fetch("second"));
        Assert.NotEqual(firstPort, client.From);
        Assert.Equal(ReadOutcome.EndedByClient, _server.Journal.Next("first").Outcome);
        Assert.Equal(ReadOutcome.Completed, _server.Journal.Next("second").Outcome);
    }

    [Fact]
    public void The_same_request_again_while_the_file_is_opened_opens_nothing_twice()
    {
        var file = _server.Add("slow", 100);
        var opened = new TaskCompletionSource<Content.OpenedFile>();
        _server.Files.Special["slow"] = _ => new(opened.Task);
        using var client = Client();
        client.Request("slow");
        client.Request("slow");
        client.Request("slow");
        using var other = Client();
        other.Request("missing");
        Assert.Equal("error 1 file not found", other.Hear());   // and nobody else waits for it

        opened.SetResult(FakeBootFiles.Opens(new TextContent(file) { Source = "menu" }));
        Assert.Equal("data 1 +100", client.Hear());
        Assert.Equal(2, _server.Files.Opened);
        client.Ack(1);
        Assert.Equal(ReadOutcome.Completed, _server.Journal.Next("slow").Outcome);
    }

    [Fact]
    public void The_text_of_a_menu_is_kept_in_the_journal()
    {
        var text = Encoding.UTF8.GetBytes("#!ipxe\necho hello\n");
        _server.Files.Special["menu.ipxe"] = _ => new(FakeBootFiles.Opens(new TextContent(text) { Source = "menu" }));
        using var client = Client();
        Assert.Equal(text, client.Fetch("menu.ipxe"));
        Assert.Equal("#!ipxe\necho hello\n", _server.Journal.Next().Text);
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(9, 4)]
    [InlineData(512, 16)]
    [InlineData(1468, 3)]
    public void Text_arrives_as_netascii(int blockSize, int window)
    {
        var random = new Random(5);
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(_ => "\r\nab"[random.Next(4)]));
        File.WriteAllText(Path.Combine(_server.Folder, "text"), text);
        using var client = Client();
        var expected = text.Replace("\r", "\r\0", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);
        Assert.Equal(expected, Encoding.ASCII.GetString(client.Fetch("text", blockSize, window, "netascii")));
    }

    [Fact]
    public void A_netascii_window_can_be_sent_again()
    {
        File.WriteAllText(Path.Combine(_server.Folder, "text"), "0123456\n89\r\n\nabcdefghijklmnop");
        using var client = Client();
        client.Request("text", "netascii", ("blksize", 8), ("windowsize", 3));
        client.Hear();
        client.Ack(0);
        var first = Blocks(client, 1, 2, 3);
        client.Ack(1);
        Assert.Equal("0123456\r", Encoding.ASCII.GetString(first[0][4..]));
        Assert.Equal(first[1..], Blocks(client, 2, 3));
    }

    /// <summary>The next packets with these numbers; others may come between them.</summary>
    static byte[][] Blocks(TftpTestClient client, params int[] numbers)
    {
        var found = new Dictionary<int, byte[]>();
        while (!numbers.All(found.ContainsKey))
        {
            var packet = client.Receive() ?? throw new TimeoutException("A block did not come.");
            found[packet[3]] = packet;
        }

        return [.. numbers.Select(number => found[number])];
    }

    [Fact]
    public void Transfers_leave_from_a_port_of_their_own()
    {
        _server.Add("file", 10);
        using var client = Client();
        client.Request("file");
        client.Hear();
        Assert.NotEqual(_server.EndPoint.Port, client.From.Port);
    }

    [Fact]
    public void A_single_port_serves_all()
    {
        using var server = new TftpTestServer(new() { Port = 0, Address = TftpTestServer.Loopback, SinglePort = true });
        var file = server.Add("file", 100_000);
        using var client = new TftpTestClient(server.EndPoint);
        Assert.Equal(file, client.Fetch("file", 1000, 4));
        Assert.Equal(server.EndPoint, client.From);
        Assert.Equal(file, client.Fetch("file"));
    }

    [Fact]
    public void Block_numbers_may_roll_over_to_one()
    {
        using var server = new TftpTestServer(new() { Port = 0, Address = TftpTestServer.Loopback, RollOverToOne = true });
        var file = server.Add("file", 600_000);
        using var client = new TftpTestClient(server.EndPoint);
        Assert.Equal(file, client.Fetch("file", 8, 64, rollOverTo: 1));
    }

    [Fact]
    public void The_size_of_blocks_can_be_limited()
    {
        using var server = new TftpTestServer(new() { Port = 0, Address = TftpTestServer.Loopback, MaxBlockSize = 1400, MaxWindowSize = 2 });
        server.Add("file", 100_000);
        using var client = new TftpTestClient(server.EndPoint);
        client.Request("file", ("blksize", 8192), ("windowsize", 8));
        Assert.Equal("oack blksize=1400 windowsize=2", client.Hear());
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_the_way_to_its_owner()
    {
        var settings = new TftpSettings { Port = _server.EndPoint.Port, Address = TftpTestServer.Loopback };
        using var second = new TftpService(settings, _server.Files, _server.Journal, TimeProvider.System, NullLogger<TftpService>.Instance);
        var e = await Assert.ThrowsAsync<ProblemException>(() => second.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal("CW2031", e.Problem.Code);
        Assert.Contains($"UDP port {settings.Port}", e.Problem.Message, StringComparison.Ordinal);
        Assert.Contains($"ss -lunp sport = :{settings.Port}", e.Problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine_cannot_be_served()
    {
        var settings = new TftpSettings { Port = 0, Address = Ipv4Address.Parse("192.0.2.1") };
        using var service = new TftpService(settings, _server.Files, _server.Journal, TimeProvider.System, NullLogger<TftpService>.Instance);
        var e = await Assert.ThrowsAsync<ProblemException>(() => service.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal("CW2033", e.Problem.Code);
    }

    [Fact]
    public void A_client_hears_when_the_server_stops()
    {
        _server.Add("file", 10_000);
        using var client = Client();
        client.Request("file");
        Assert.Equal("data 1 +512", client.Hear());
        _server.Stop();
        string heard;
        do
        {
            heard = client.Hear();
        }
        while (heard.StartsWith("data", StringComparison.Ordinal));
        Assert.Equal("error 0 the server stops", heard);
    }

    TftpTestClient Client() => new(_server.EndPoint);
}
