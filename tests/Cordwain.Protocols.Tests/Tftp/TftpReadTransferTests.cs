using Cordwain.Protocols.Tftp;

namespace Cordwain.Protocols.Tests.Tftp;

public sealed class TftpReadTransferTests
{
    static readonly TftpGrants Size = new(null, null, null, 0);

    TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void A_file_of_one_block_takes_one_packet()
    {
        var transfer = Begin(new() { Length = 511 });
        Assert.Equal("1:0+511", Sent(transfer));
        Assert.Equal("", Ack(transfer, 1));
        Assert.Equal((TftpEnding.Completed, 511), (transfer.Ending, transfer.BytesAcknowledged));
    }

    [Fact]
    public void A_multiple_of_the_block_size_ends_with_an_empty_block()
    {
        var transfer = Begin(new() { Length = 512 });
        Assert.Equal("1:0+512", Sent(transfer));
        Assert.Equal("2:512+0", Ack(transfer, 1));
        Ack(transfer, 2);
        Assert.Equal(TftpEnding.Completed, transfer.Ending);
    }

    [Fact]
    public void An_empty_file_is_an_empty_block() => Assert.Equal("1:0+0", Sent(Begin(new() { Length = 0 })));

    [Fact]
    public void Data_waits_for_the_ack_of_the_options()
    {
        var transfer = Begin(new() { Length = 10, Grants = Size });
        Assert.Equal("oack", Sent(transfer));
        Assert.Equal("", Ack(transfer, 1));
        Assert.Equal("1:0+10", Ack(transfer, 0));
    }

    [Fact]
    public void A_duplicate_ack_is_not_answered()
    {
        var transfer = Begin(new() { Length = 2000 });
        Sent(transfer);
        Assert.Equal("2:512+512", Ack(transfer, 1));
        Assert.Equal("", Ack(transfer, 1));
    }

    [Theory]
    [InlineData(0)]      // stale
    [InlineData(3)]      // future
    [InlineData(65535)]
    public void An_ack_of_another_block_is_not_answered(int block)
    {
        var transfer = Begin(new() { Length = 5000 });
        Sent(transfer);
        Assert.Equal("2:512+512", Ack(transfer, 1));
        Assert.Equal("", Ack(transfer, (ushort)block));
        Assert.Equal("3:1024+512", Ack(transfer, 2));
    }

    [Fact]
    public void A_window_goes_on_after_the_block_acknowledged()
    {
        var transfer = Begin(Window(4));
        Assert.Equal("1 2 3 4", Blocks(transfer));
        _now += TimeSpan.FromMilliseconds(1);
        transfer.OnAck(2, _now);
        Assert.Equal("3 4 5 6", Blocks(transfer));
        transfer.OnAck(6, _now);
        Assert.Equal("7 8 9 10", Blocks(transfer));
    }

    [Fact]
    public void A_duplicate_ack_restarts_a_window_once()
    {
        var transfer = Begin(Window(4));
        Blocks(transfer);
        Turn(transfer, 4);
        Assert.Equal("5 6 7 8", Blocks(transfer));
        Turn(transfer, 4);
        Assert.Equal("5 6 7 8", Blocks(transfer));
        Turn(transfer, 4);
        Assert.Equal("", Blocks(transfer));
    }

    [Fact]
    public void A_duplicate_ack_that_came_too_soon_is_an_echo()
    {
        var transfer = Begin(Window(4));
        Blocks(transfer);
        Turn(transfer, 4);
        Blocks(transfer);
        transfer.OnAck(4, _now);
        Assert.Equal("", Blocks(transfer));
    }

    [Fact]
    public void What_was_sent_twice_may_be_acknowledged_twice()
    {
        var transfer = Begin(Window(4));
        Blocks(transfer);
        Turn(transfer, 4);
        Blocks(transfer);
        Turn(transfer, 4);
        Assert.Equal("5 6 7 8", Blocks(transfer));
        Turn(transfer, 8);
        Assert.Equal("9 10 11 12", Blocks(transfer));
        Turn(transfer, 8);
        Assert.Equal("", Blocks(transfer));
    }

    [Fact]
    public void A_late_ack_counts_although_the_window_was_begun_again()
    {
        var transfer = Begin(Window(4));
        Blocks(transfer);
        _now = transfer.Deadline;
        transfer.OnTick(_now);
        transfer.OnAck(3, _now);   // before anything was sent again
        Assert.Equal("4 5 6 7", Blocks(transfer));
    }

    [Fact]
    public void The_end_of_a_length_that_is_not_known_is_a_short_block()
    {
        var transfer = Begin(new() { BlockSize = 100, WindowSize = 8 });
        Assert.Equal(new(TftpActionKind.SendData, 1, 0, 100), transfer.Next());
        transfer.OnSent(_now);
        transfer.OnEndFound(130);
        Assert.Equal("2:100+30", Sent(transfer));
        Ack(transfer, 2);
        Assert.Equal((TftpEnding.Completed, 130), (transfer.Ending, transfer.BytesAcknowledged));
    }

    [Fact]
    public void A_size_probe_ends_without_failure()
    {
        var transfer = Begin(new() { Length = 10, Grants = Size, AskedForSize = true });
        Sent(transfer);
        transfer.OnError();
        Assert.Equal((TftpEnding.Probed, TftpActionKind.Finish), (transfer.Ending, transfer.Next().Kind));
    }

    [Fact]
    public void An_error_in_the_middle_ends_it()
    {
        var transfer = Begin(new() { Length = 1000, Grants = Size, AskedForSize = true });
        Sent(transfer);
        Ack(transfer, 0);
        transfer.OnError();
        Assert.Equal(TftpEnding.EndedByClient, transfer.Ending);
    }

    [Theory]
    [InlineData(1, TftpEnding.EndedByClient)]       // 512 of 600 bytes
    [InlineData(2, TftpEnding.LastAckMissing)]      // its last ACK comes by another socket, and later
    public void A_client_that_asks_for_something_else_has_what_was_sent_to_it(int blocks, TftpEnding ending)
    {
        var transfer = Begin(new() { Length = 600, Grants = Size });
        Sent(transfer);
        Ack(transfer, 0);
        Sent(transfer);
        if (blocks == 2)
        {
            Turn(transfer, 1);
            Sent(transfer);
        }

        transfer.OnReplaced();
        Assert.Equal((ending, TftpActionKind.Finish), (transfer.Ending, transfer.Next().Kind));
    }

    [Fact]
    public void A_client_that_asked_for_the_size_only_and_then_for_something_else_has_what_it_wanted()
    {
        var transfer = Begin(new() { Length = 10, Grants = Size, AskedForSize = true });
        Sent(transfer);
        transfer.OnReplaced();
        Assert.Equal(TftpEnding.Probed, transfer.Ending);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_client_that_never_answers_gets_six_packets(bool options)
    {
        var began = _now;
        var transfer = Begin(new() { Length = 1 << 20, Grants = options ? Size : default });
        var (packets, bytes) = RunSilently(transfer);
        Assert.Equal((6, TftpEnding.TimedOut), (packets, transfer.Ending));
        Assert.True(bytes <= 4096);
        Assert.InRange(_now - began, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(35));
    }

    [Fact]
    public void A_client_that_falls_silent_gets_six_packets_too()
    {
        var transfer = Begin(new() { Length = 1 << 20 });
        Sent(transfer);
        Turn(transfer, 1);
        var (packets, _) = RunSilently(transfer);
        Assert.Equal((6, TftpEnding.TimedOut), (packets, transfer.Ending));
    }

    [Fact]
    public void Silence_after_the_last_block_is_told_apart()
    {
        var transfer = Begin(new() { Length = 600 });
        Sent(transfer);
        Turn(transfer, 1);
        RunSilently(transfer);
        Assert.Equal(TftpEnding.LastAckMissing, transfer.Ending);
    }

    [Fact]
    public void A_lost_packet_is_repeated_after_the_measured_round_trip()
    {
        var transfer = Begin(new() { Length = 1 << 20 });
        Sent(transfer);
        Assert.Equal(TimeSpan.FromSeconds(1), transfer.Deadline - _now);
        Turn(transfer, 1);
        Sent(transfer);
        Assert.Equal(TimeSpan.FromMilliseconds(22), transfer.Deadline - _now);
        _now = transfer.Deadline;
        transfer.OnTick(_now);
        Assert.Equal("2:512+512", Sent(transfer));
        Assert.Equal(TimeSpan.FromMilliseconds(44), transfer.Deadline - _now);
    }

    [Fact]
    public void A_slow_link_has_a_slow_timer()
    {
        var transfer = Begin(new() { Length = 1 << 20 });
        Sent(transfer);
        for (ushort block = 1; block < 20; block++)
        {
            _now += TimeSpan.FromMilliseconds(200);
            transfer.OnAck(block, _now);
            Sent(transfer);
        }

        Assert.InRange(transfer.Deadline - _now, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(300));
    }

    [Theory]
    [InlineData(2)]   // the third block was overtaken: the client asks for it again
    [InlineData(0)]   // the first block was overtaken: the ACK is a duplicate
    public void Packets_overtaken_in_every_window_make_no_wait_longer_than_a_second(int asked)
    {
        var transfer = Begin(new() { Length = 1 << 20, WindowSize = 4 });
        Blocks(transfer);
        Turn(transfer, 4);
        var longest = TimeSpan.Zero;
        for (ushort acked = 4; acked < 100; acked += 4)
        {
            Blocks(transfer);
            transfer.OnAck((ushort)(acked + asked), _now);   // too soon to begin the window again
            Blocks(transfer);
            longest = transfer.Deadline - _now > longest ? transfer.Deadline - _now : longest;
            _now = transfer.Deadline;
            transfer.OnTick(_now);
            Blocks(transfer);
            Turn(transfer, (ushort)(acked + 4));
        }

        Assert.Equal(TimeSpan.FromSeconds(1), longest);
    }

    [Fact]
    public void A_link_that_is_slow_for_whole_windows_keeps_its_longer_timer()
    {
        var transfer = Begin(Window(4));
        Blocks(transfer);
        Turn(transfer, 4);
        for (ushort acked = 4; acked < 24; acked += 4)
        {
            Blocks(transfer);
            var arrives = _now + TimeSpan.FromSeconds(3);
            for (; transfer.Deadline < arrives; Blocks(transfer))
            {
                _now = transfer.Deadline;
                transfer.OnTick(_now);
            }

            _now = arrives;
            transfer.OnAck((ushort)(acked + 4), _now);
        }

        Blocks(transfer);
        Assert.True(transfer.Deadline - _now > TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_negotiated_timeout_is_the_longest_wait()
    {
        var transfer = Begin(new() { Length = 1, Timeout = TimeSpan.FromSeconds(2), Grants = new(null, 2, null, null) });
        Sent(transfer);
        var waits = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            waits.Add((transfer.Deadline - _now).TotalSeconds);
            _now = transfer.Deadline;
            transfer.OnTick(_now);
            Sent(transfer);
        }

        Assert.Equal([1, 2, 2, 2, 2], waits);
    }

    [Fact]
    public void A_repeated_request_gets_the_first_packet_again_but_not_at_once()
    {
        var transfer = Begin(new() { Length = 1, Grants = Size });
        Sent(transfer);
        transfer.OnRequestRepeated(_now);
        Assert.Equal("", Sent(transfer));
        _now += TimeSpan.FromMilliseconds(500);
        transfer.OnRequestRepeated(_now);
        Assert.Equal("oack", Sent(transfer));
    }

    [Fact]
    public void A_client_that_gets_no_further_is_given_up()
    {
        var transfer = Begin(new() { Length = 1 << 20 });
        Sent(transfer);
        Turn(transfer, 1);
        var began = _now;
        while (transfer.Ending == TftpEnding.None && _now - began < TimeSpan.FromMinutes(10))
        {
            Sent(transfer);
            _now = transfer.Deadline;
            transfer.OnTick(_now);
            transfer.OnAck(1, _now);
        }

        Assert.Equal(TftpEnding.TimedOut, transfer.Ending);
        Assert.InRange(_now - began, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3));
    }

    [Fact]
    public void While_the_content_keeps_us_waiting_nobody_is_silent()
    {
        var transfer = Begin(new() { Length = 1 << 20 });
        Sent(transfer);
        Turn(transfer, 1);
        Assert.Equal(TimeSpan.MaxValue, transfer.Deadline);
        _now += TimeSpan.FromMinutes(4);
        Sent(transfer);
        _now = transfer.Deadline;
        transfer.OnTick(_now);
        Assert.Equal("2:512+512", Sent(transfer));
    }

    TftpReadTransfer Begin(TftpReadTerms terms) => new(terms, _now);

    static TftpReadTerms Window(int size) => new() { Length = 1 << 20, WindowSize = size };

    /// <summary>An ACK one round trip later.</summary>
    void Turn(TftpReadTransfer transfer, ushort block)
    {
        _now += TimeSpan.FromMilliseconds(2);
        transfer.OnAck(block, _now);
    }

    string Ack(TftpReadTransfer transfer, ushort block)
    {
        transfer.OnAck(block, _now);
        return Sent(transfer);
    }

    string Sent(TftpReadTransfer transfer)
    {
        var sent = new List<string>();
        for (var action = transfer.Next(); action.Kind is TftpActionKind.SendData or TftpActionKind.SendOack; action = transfer.Next())
        {
            sent.Add(action.Kind == TftpActionKind.SendOack ? "oack" : $"{action.Block}:{action.Offset}+{action.Length}");
            transfer.OnSent(_now);
        }

        return string.Join(' ', sent);
    }

    string Blocks(TftpReadTransfer transfer) =>
        string.Join(' ', Sent(transfer).Split(' ').Select(packet => packet.Split(':')[0]));

    (int Packets, int Bytes) RunSilently(TftpReadTransfer transfer)
    {
        var (packets, bytes) = (0, 0);
        while (true)
        {
            switch (transfer.Next())
            {
                case { Kind: TftpActionKind.Finish }:
                    return (packets, bytes);
                case { Kind: TftpActionKind.Wait }:
                    _now = transfer.Deadline;
                    transfer.OnTick(_now);
                    break;
                case var action:
                    packets++;
                    bytes += 4 + action.Length;
                    transfer.OnSent(_now);
                    break;
            }
        }
    }
}
