using System.Text;
using Cordwain.Protocols.Tftp;

namespace Cordwain.Protocols.Tests.Tftp;

/// <summary>The client's side of a read.</summary>
public sealed class TftpDownloadTests
{
    static readonly TftpAsked Asked = new(1468, null, 4, Size: true);

    [Fact]
    public void The_request_names_the_file_and_the_options() =>
        Assert.Equal("\0\u0001boot/ipxe.efi\0octet\0tsize\00\0blksize\01468\0windowsize\04\0", Text(new TftpDownload("boot/ipxe.efi", Asked, 3)));

    [Fact]
    public void It_is_read_by_the_server_as_it_was_meant()
    {
        Assert.True(TftpRequest.TryParse(new TftpDownload("a", Asked, 3).Packet.Span, out var request, out _));
        Assert.Equal(new(IsWrite: false, "a", TftpMode.Octet, Asked), request);
    }

    [Fact]
    public void A_server_without_options_sends_blocks_of_512_bytes_one_by_one()
    {
        var download = new TftpDownload("a", Asked, 3);
        Assert.Equal(TftpDownloadStep.Send, download.OnPacket(Data(1, 512), out var data));
        Assert.Equal(512, data.Length);
        Assert.Equal("\0\u0004\0\u0001", Text(download));
        Assert.Equal(TftpDownloadStep.SendAndFinish, download.OnPacket(Data(2, 10), out _));
        Assert.Equal("\0\u0004\0\u0002", Text(download));
        Assert.Equal(522, download.Received);
    }

    [Fact]
    public void What_is_granted_holds_and_a_window_is_acknowledged_once()
    {
        var download = Granted("tsize\04404\0blksize\01468\0windowsize\03\0");
        Assert.Equal((1468, 3, 4404L), (download.BlockSize, download.WindowSize, download.Size));
        Assert.Equal(TftpDownloadStep.Wait, download.OnPacket(Data(1, 1468), out _));
        Assert.Equal(TftpDownloadStep.Wait, download.OnPacket(Data(2, 1468), out _));
        Assert.Equal(TftpDownloadStep.Send, download.OnPacket(Data(3, 1468), out _));
        Assert.Equal("\0\u0004\0\u0003", Text(download));
        Assert.Equal(TftpDownloadStep.SendAndFinish, download.OnPacket(Data(4, 0), out _));
    }

    [Theory]
    [InlineData("blksize\01469\0")]
    [InlineData("windowsize\05\0")]
    [InlineData("windowsize\00\0")]
    [InlineData("blksize\0many\0")]
    [InlineData("timeout\05\0")]
    [InlineData("multicast\01\0")]
    public void More_than_was_asked_is_refused_and_the_server_told(string grant)
    {
        var download = new TftpDownload("a", Asked, 3);
        Assert.Equal(TftpDownloadStep.Fail, download.OnPacket(Oack(grant), out _));
        Assert.StartsWith("\0\u0005\0\u0008", Text(download), StringComparison.Ordinal);
        Assert.False(download.Failure!.FromServer);
    }

    [Fact]
    public void A_size_probe_ends_with_error_8()
    {
        var download = new TftpDownload("a", new(null, null, null, Size: true), 3, sizeOnly: true);
        Assert.Equal(TftpDownloadStep.SendAndFinish, download.OnPacket(Oack("tsize\077\0"), out _));
        Assert.StartsWith("\0\u0005\0\u0008", Text(download), StringComparison.Ordinal);
        Assert.Equal(77, download.Size);
    }

    [Fact]
    public void A_gap_is_told_at_once_and_once()
    {
        var download = Granted("blksize\01468\0windowsize\04\0");
        download.OnPacket(Data(1, 1468), out _);
        Assert.Equal(TftpDownloadStep.Send, download.OnPacket(Data(3, 1468), out var lost));
        Assert.Equal("\0\u0004\0\u0001", Text(download));
        Assert.True(lost.IsEmpty);
        Assert.Equal(TftpDownloadStep.Wait, download.OnPacket(Data(4, 1468), out _));
        Assert.Equal(TftpDownloadStep.Wait, download.OnPacket(Data(2, 1468), out _));
        Assert.Equal(2 * 1468, download.Received);
    }

    [Fact]
    public void The_last_block_again_means_that_the_acknowledgement_was_lost()
    {
        var download = Granted("blksize\01468\0");
        download.OnPacket(Data(1, 1468), out _);
        Assert.Equal(TftpDownloadStep.Send, download.OnPacket(Data(1, 1468), out var again));
        Assert.True(again.IsEmpty);
        Assert.Equal(1, download.Duplicates);
        Assert.Equal(1468, download.Received);
    }

    [Fact]
    public void After_a_silence_the_last_word_goes_out_again_until_its_patience_ends()
    {
        var download = new TftpDownload("a", Asked, 2);
        Assert.Equal(TftpDownloadStep.Send, download.OnSilence());
        Assert.StartsWith("\0\u0001a", Text(download), StringComparison.Ordinal);
        download.OnPacket(Oack("blksize\01468\0windowsize\04\0"), out _);
        download.OnPacket(Data(1, 1468), out _);
        Assert.Equal(TftpDownloadStep.Send, download.OnSilence());
        Assert.Equal("\0\u0004\0\u0001", Text(download));
        Assert.Equal(TftpDownloadStep.Send, download.OnSilence());
        Assert.Equal(TftpDownloadStep.Fail, download.OnSilence());
        Assert.Equal("silent after block 1", download.Failure!.Message);
        Assert.Equal(3, download.Resends);
    }

    [Fact]
    public void An_error_of_the_server_is_the_end()
    {
        var download = new TftpDownload("a", Asked, 2);
        Assert.Equal(TftpDownloadStep.Fail, download.OnPacket(TftpPacket.Error(TftpErrorCode.FileNotFound, "no such file"), out _));
        Assert.Equal(new(TftpErrorCode.FileNotFound, "no such file", FromServer: true), download.Failure);
    }

    [Theory]
    [InlineData(2, 1000)]
    [InlineData(1, 1469)]
    public void A_file_of_another_length_than_announced_and_a_block_too_long_are_failures(int blocks, int last)
    {
        var download = Granted("tsize\09999\0blksize\01468\0");
        for (var block = 1; block < blocks; block++)
            download.OnPacket(Data(block, 1468), out _);
        Assert.Equal(TftpDownloadStep.Fail, download.OnPacket(Data(blocks, last), out _));
        Assert.False(download.Packet.IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("\0\u0003\0")]
    [InlineData("\0\u0004\0\u0001")]
    [InlineData("\0\u0009")]
    public void What_is_no_answer_changes_nothing(string packet)
    {
        var download = new TftpDownload("a", Asked, 2);
        Assert.Equal(TftpDownloadStep.Wait, download.OnPacket(Encoding.Latin1.GetBytes(packet), out _));
        Assert.StartsWith("\0\u0001a", Text(download), StringComparison.Ordinal);
    }

    [Fact]
    public void Block_numbers_pass_65535()
    {
        var download = new TftpDownload("a", new(8, null, 1, Size: false), 2);
        download.OnPacket(Oack("blksize\08\0"), out _);
        for (var block = 1; block <= 70_000; block++)
            Assert.Equal(TftpDownloadStep.Send, download.OnPacket(Data(block, 8), out _));
        Assert.Equal(560_000, download.Received);
    }

    static TftpDownload Granted(string options)
    {
        var download = new TftpDownload("a", Asked, 2);
        Assert.Equal(TftpDownloadStep.Send, download.OnPacket(Oack(options), out _));
        Assert.Equal("\0\u0004\0\0", Text(download));
        return download;
    }

    static byte[] Oack(string options) => Encoding.Latin1.GetBytes("\0\u0006" + options);

    static byte[] Data(int block, int length)
    {
        var packet = new byte[4 + length];
        TftpPacket.WriteDataHeader(packet, (ushort)block);
        return packet;
    }

    static string Text(TftpDownload download) => Encoding.Latin1.GetString(download.Packet.Span);
}
