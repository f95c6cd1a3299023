using System.Net;
using System.Net.Sockets;
using Cordwain.Boot.Journal;
using Cordwain.Protocols.Tftp;
using Cordwain.Server.Tftp;
using Microsoft.Extensions.Time.Testing;

namespace Cordwain.Server.Tests.Tftp;

/// <summary>The ways by which packets leave: in batches from mapped files, cut by the kernel, and one by one where a system offers no better.</summary>
public sealed class TftpTransportTests
{
    static readonly TftpSettings Defaults = new() { Port = 0, Address = TftpTestServer.Loopback, MaxRequestsPerSecondPerAddress = 100_000 };

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(512, 0, 0)]
    [InlineData(1_000_000, 1468, 1)]
    [InlineData(1_000_000, 1468, 16)]
    [InlineData(3_000_000, 65464, 4)]
    [InlineData(600_000, 8, 64)]
    public void A_file_arrives_whole_by_what_every_system_offers(int length, int blockSize, int window)
    {
        using var server = new TftpTestServer(Defaults, transport: new(batches: false));
        var file = server.Add("file", length);
        using var client = new TftpTestClient(server.EndPoint);
        Assert.Equal(file, client.Fetch("file", blockSize, window));
        Assert.Equal(ReadOutcome.Completed, server.Journal.Next().Outcome);
    }

    [Theory]
    [InlineData(1468, 64)]    // more than one message holds: cut into several
    [InlineData(1024, 64)]
    [InlineData(8, 64)]
    [InlineData(32000, 5)]
    [InlineData(40000, 3)]    // one block a message
    public void A_window_of_any_size_arrives_across_the_parts_of_a_file(int blockSize, int window)
    {
        using var server = new TftpTestServer(Defaults);
        var file = server.Add("file", blockSize == 8 ? 500_000 : 3 * FilePartLength + 12345);
        using var client = new TftpTestClient(server.EndPoint);
        Assert.Equal(file, client.Fetch("file", blockSize, window));
    }

    [Fact]
    public void A_single_port_sends_windows_too()
    {
        using var server = new TftpTestServer(Defaults with { SinglePort = true, Address = default });
        var file = server.Add("file", 2_000_000);
        using var client = new TftpTestClient(server.EndPoint);
        Assert.Equal(file, client.Fetch("file", 1468, 16));
    }

    [Fact]
    public void A_window_comes_from_one_message()
    {
        using var server = new TftpTestServer(Defaults, new FakeTimeProvider());   // nothing is sent again
        server.Add("file", 1_000_000);
        using var client = new TftpTestClient(server.EndPoint);
        client.Request("file", ("blksize", 1000), ("windowsize", 16));
        client.Hear();
        Assert.True(SpinWait.SpinUntil(() => server.Counters.MessagesSent == 1, TimeSpan.FromSeconds(10)));
        client.Ack(0);
        for (var block = 1; block <= 16; block++)
            Assert.Equal($"data {block} +1000", client.Hear());
        Assert.True(SpinWait.SpinUntil(() => server.Counters.MessagesSent > 1, TimeSpan.FromSeconds(10)));
        Assert.Equal(2, server.Counters.MessagesSent);
    }

    /// <summary>SO_NO_CHECK: without a checksum to fill in, the kernel cuts nothing (EIO), as it does where a card or a tunnel cannot.</summary>
    [Fact]
    public void A_window_leaves_packet_by_packet_where_the_kernel_does_not_cut_it()
    {
        const int socketLevel = 1, noChecksum = 11;
        var transport = new TftpTransport(batches: true);
        transport.Opened += socket => socket.SetRawSocketOption(socketLevel, noChecksum, [1, 0, 0, 0]);
        using var server = new TftpTestServer(Defaults, transport: transport);
        var file = server.Add("file", 300_000);
        using var client = new TftpTestClient(server.EndPoint);
        Assert.Equal(file, client.Fetch("file", 1000, 8));
        Assert.True(SpinWait.SpinUntil(() => server.Counters.MessagesSent > 300, TimeSpan.FromSeconds(10)));
        Assert.InRange(server.Counters.MessagesSentAnotherWay, 1, 4);
        Assert.Equal(0, server.Counters.MessagesNotSent);
    }

    [Fact]
    public void Zeros_past_a_new_end_are_never_taken_for_the_file()
    {
        using var server = new TftpTestServer(Defaults);
        var bytes = server.Add("file", 100_000);
        using var client = new TftpTestClient(server.EndPoint);
        client.Request("file", ("blksize", 1000), ("windowsize", 4));
        client.Hear();
        client.Ack(0);
        var received = new List<byte>();
        for (var block = 1; block <= 4; block++)
            received.AddRange(client.Receive()![4..]);
        using (var file = File.Open(Path.Combine(server.Folder, "file"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(5500);
        client.Ack(4);

        string heard;
        while ((heard = Describe(client.Receive(), received)) == "data")
        {
        }

        Assert.Equal("error 0 the file became shorter while it was read: 5500 bytes instead of 100000", heard);
        Assert.Equal(bytes[..received.Count], received);
        Assert.Equal(ReadOutcome.Failed, server.Journal.Next().Outcome);
    }

    [Fact]
    public void A_file_is_mapped_once_for_all_and_let_go_when_nobody_reads_it()
    {
        var transport = new TftpTransport(batches: true);
        using var server = new TftpTestServer(Defaults, transport: transport);
        var file = server.Add("file", 5000);
        var clients = Enumerable.Range(0, 5).Select(_ => new TftpTestClient(server.EndPoint)).ToArray();
        foreach (var client in clients)
        {
            client.Request("file", ("blksize", 1000));
            client.Hear();
            client.Ack(0);
            Assert.Equal("data 1 +1000", client.Hear());
        }

        Assert.Equal(1, transport.Maps!.Count);
        foreach (var client in clients)
        {
            client.Error(TftpErrorCode.NotDefined, "enough");
            client.Dispose();
        }

        Assert.True(SpinWait.SpinUntil(() => transport.Maps.Count == 0, TimeSpan.FromSeconds(15)));
        Assert.Equal(5000, file.Length);
    }

    [Fact]
    public void More_files_than_are_mapped_are_read()
    {
        var transport = new TftpTransport(batches: true);
        using var server = new TftpTestServer(Defaults with { MaxTransfersPerAddress = 1000 }, transport: transport);
        var files = Enumerable.Range(0, 120).Select(i => server.Add($"file{i}", 3000, seed: i)).ToArray();
        var clients = files.Select(_ => new TftpTestClient(server.EndPoint)).ToArray();
        for (var i = 0; i < files.Length; i++)
        {
            clients[i].Request($"file{i}");
            Assert.Equal(files[i][..512], clients[i].Receive()![4..]);
        }

        Assert.InRange(transport.Maps!.Count, 90, 100);
        for (var i = 0; i < files.Length; i++)
            Assert.Equal(files[i], clients[i].Fetch($"file{i}", 1000));
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public void What_was_done_is_counted()
    {
        using var server = new TftpTestServer(Defaults);
        server.Add("file", 10_000);
        using var client = new TftpTestClient(server.EndPoint);
        client.Fetch("file", 1000);
        client.Request("missing");   // its last ACK may still wait in another socket
        client.Hear();
        server.Journal.Next("file");
        server.Journal.Next("missing");
        var counters = server.Counters;
        Assert.Equal((2, 2, 1, 1, 1), (counters.Requests, counters.TransfersStarted, counters.TransfersCompleted, counters.TransfersFailed, counters.Errors(TftpErrorCode.FileNotFound)));
        Assert.True(SpinWait.SpinUntil(() => counters.BytesSent >= 10_000 + 11 * 4, TimeSpan.FromSeconds(10)));
        Assert.Equal((0, 0), (counters.MessagesNotSent, counters.Faults));
    }

    [Fact]
    public void A_failure_tells_the_client_no_path()
    {
        using var server = new TftpTestServer(Defaults);
        server.Files.Special["secret"] = _ => throw new IOException("Input/output error : '/srv/secret/place'");
        server.Files.Special["denied"] = _ => throw new UnauthorizedAccessException("Access to the path '/srv/secret/place' is denied.");
        using var client = new TftpTestClient(server.EndPoint);
        client.Request("secret");
        Assert.Equal("error 0 the file cannot be read", client.Hear());
        Assert.Contains("/srv/secret", server.Journal.Next().Reason, StringComparison.Ordinal);
        client.Request("denied");
        Assert.Equal("error 0 the server has no right to read the file", client.Hear());
    }

    [Fact]
    public void A_mirror_s_message_keeps_its_code_and_loses_its_path()
    {
        var text = TftpErrorText.Of(new Cordwain.Content.Mirrors.MirrorException("CW7003", "No space left on device : '/var/cache/x'"));
        Assert.Equal("CW7003: No space left on device : a file", text);
    }

    const int FilePartLength = 1 << 20;

    static string Describe(byte[]? packet, List<byte> received)
    {
        if (packet is null)
            return "nothing";
        if (packet[1] == 5)
            return "error " + packet[3] + " " + System.Text.Encoding.ASCII.GetString(packet.AsSpan(4)).TrimEnd('\0');
        if (packet[3] == (byte)(received.Count / 1000 + 1))
            received.AddRange(packet[4..]);
        return "data";
    }
}
