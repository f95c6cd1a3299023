using Cordwain.Boot.Journal;

namespace Cordwain.Server.Tests.Tftp;

/// <summary>Files that arrive, break off or change while they are served.</summary>
public sealed class TftpContentTests : IDisposable
{
    readonly TftpTestServer _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(true, "oack blksize=1000 tsize=100000 windowsize=4")]
    [InlineData(false, "oack blksize=1000 windowsize=4")]
    public void A_file_is_served_while_it_arrives(bool lengthKnown, string oack)
    {
        var bytes = Bytes(100_000);
        var content = Arriving(bytes, lengthKnown);
        using var client = new TftpTestClient(_server.EndPoint);
        client.Request("remote", ("blksize", 1000), ("windowsize", 4), ("tsize", 0));
        Assert.Equal(oack, client.Hear());
        client.Ack(0);

        content.Arrive(2500);
        Assert.Equal("data 1 +1000", client.Hear());
        Assert.Equal("data 2 +1000", client.Hear());
        ReadsAsUsual();

        content.Arrive(bytes.Length);
        var received = new List<byte>(bytes[..2000]);
        for (var block = 3; block <= 101;)
        {
            var packet = client.Receive()!;
            if (packet[3] != (byte)block)
                continue;   // sent again, because we took our time

            received.AddRange(packet[4..]);
            if (block % 4 == 0 || block == 101)
                client.Ack(block);
            block++;
        }

        Assert.Equal(bytes, received);
        var read = _server.Journal.Next("remote");
        Assert.Equal((ReadOutcome.Completed, 100_000, "mirror"), (read.Outcome, read.Bytes, read.Source));
        content.ExpectDisposed();
    }

    [Fact]
    public void Many_that_wait_hold_nobody_up()
    {
        var content = Arriving(Bytes(5000), lengthKnown: true);
        var clients = Enumerable.Range(0, 50).Select(_ => new TftpTestClient(_server.EndPoint)).ToArray();
        foreach (var client in clients)
            client.Request("remote");
        ReadsAsUsual();

        content.Arrive(5000);
        foreach (var client in clients)
        {
            Assert.Equal("data 1 +512", client.Hear());
            client.Dispose();
        }
    }

    [Fact]
    public void A_mirror_that_breaks_off_ends_in_an_error()
    {
        var content = Arriving(Bytes(5000), lengthKnown: true);
        using var client = new TftpTestClient(_server.EndPoint);
        client.Request("remote");
        content.Arrive(600);
        Assert.Equal("data 1 +512", client.Hear());
        client.Ack(1);
        content.Arrive(600, new IOException("CW7001: the mirror broke off"));
        Assert.Equal("error 0 CW7001: the mirror broke off", client.Hear());
        var read = _server.Journal.Next();
        Assert.Equal((ReadOutcome.Failed, 512, "CW7001: the mirror broke off"), (read.Outcome, read.Bytes, read.Reason));
        content.ExpectDisposed();
    }

    [Fact]
    public void An_unforeseen_failure_ends_one_transfer_only()
    {
        _server.Files.Special["broken"] = _ => throw new InvalidOperationException("a bug");
        using var client = new TftpTestClient(_server.EndPoint);
        client.Request("broken");
        Assert.Equal("error 0 the server failed to open the file", client.Hear());
        Assert.Equal(ReadOutcome.Failed, _server.Journal.Next().Outcome);
        ReadsAsUsual();
    }

    [Fact]
    public void A_file_that_is_cut_while_it_is_read_ends_in_an_error()
    {
        _server.Add("file", 5000);
        using var client = new TftpTestClient(_server.EndPoint);
        client.Request("file");
        Assert.Equal("data 1 +512", client.Hear());
        using (var file = File.Open(Path.Combine(_server.Folder, "file"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(700);
        client.Ack(1);
        Assert.Equal("error 0 the file became shorter while it was read: 700 bytes instead of 5000", client.Hear());
        Assert.Equal(ReadOutcome.Failed, _server.Journal.Next().Outcome);
    }

    [Fact]
    public void A_file_that_grows_is_served_as_long_as_it_was()
    {
        var bytes = _server.Add("file", 700);
        using var client = new TftpTestClient(_server.EndPoint);
        client.Request("file");
        Assert.Equal("data 1 +512", client.Hear());
        File.AppendAllText(Path.Combine(_server.Folder, "file"), new string('x', 5000));
        client.Ack(1);
        Assert.Equal(bytes[512..], client.Receive()![4..]);
    }

    [Fact]
    public void A_file_that_is_replaced_is_served_as_it_was()
    {
        var bytes = _server.Add("file", 700);
        _server.Add("new", 700, seed: 9);
        using var client = new TftpTestClient(_server.EndPoint);
        client.Request("file");
        Assert.Equal("data 1 +512", client.Hear());
        File.Move(Path.Combine(_server.Folder, "new"), Path.Combine(_server.Folder, "file"), overwrite: true);
        client.Ack(1);
        Assert.Equal(bytes[512..], client.Receive()![4..]);
    }

    [Fact]
    public void What_a_client_left_alone_is_closed()
    {
        var content = Arriving(Bytes(5000), lengthKnown: true);
        using var client = new TftpTestClient(_server.EndPoint);
        client.Request("remote", ("blksize", 1000));
        Assert.Equal("oack blksize=1000", client.Hear());
        client.Ack(0);
        client.Request("missing");
        Assert.Equal("error 1 file not found", client.Hear());
        Assert.Equal(ReadOutcome.EndedByClient, _server.Journal.Next("remote").Outcome);
        content.ExpectDisposed();
    }

    ArrivingContent Arriving(byte[] bytes, bool lengthKnown)
    {
        var content = new ArrivingContent(bytes, lengthKnown) { Source = "mirror" };
        _server.Files.Special["remote"] = _ => new(FakeBootFiles.Opens(content));
        return content;
    }

    void ReadsAsUsual()
    {
        var file = _server.Add("other", 50_000, seed: 3);
        using var other = new TftpTestClient(_server.EndPoint);
        Assert.Equal(file, other.Fetch("other", 1000));
    }

    static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(8).NextBytes(bytes);
        return bytes;
    }
}
