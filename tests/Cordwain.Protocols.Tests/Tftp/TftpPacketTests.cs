using Cordwain.Protocols.Tftp;

namespace Cordwain.Protocols.Tests.Tftp;

public sealed class TftpPacketTests
{
    [Theory]
    [InlineData("00040001", true, 1)]
    [InlineData("0004FFFF", true, 65535)]
    [InlineData("00040001AABB", true, 1)]     // some clients send more than the RFC's four bytes
    [InlineData("000400", false, 0)]
    [InlineData("0004", false, 0)]
    [InlineData("00030001", false, 1)]
    [InlineData("", false, 0)]
    public void Reads_an_ack(string hex, bool read, int block)
    {
        Assert.Equal(read, TftpPacket.TryReadAck(Convert.FromHexString(hex), out var number));
        Assert.Equal(block, number);
    }

    [Theory]
    [InlineData("000500085573657220616267656272", true, 8, "User abgebr")]
    [InlineData("0005000241420043", true, 2, "AB")]
    [InlineData("000500001B5B41", true, 0, "?[A")]
    [InlineData("00050001", true, 1, "")]
    [InlineData("000500", false, 0, "")]
    public void Reads_an_error(string hex, bool read, int code, string message)
    {
        Assert.Equal(read, TftpPacket.TryReadError(Convert.FromHexString(hex), out var number, out var text));
        Assert.Equal(((TftpErrorCode)code, message), (number, text));
    }

    [Fact]
    public void Writes_an_error() =>
        Assert.Equal("000500016E6F20623F7200", Convert.ToHexString(TftpPacket.Error(TftpErrorCode.FileNotFound, "no bär")));

    [Fact]
    public void Cuts_a_long_message() =>
        Assert.Equal(205, TftpPacket.Error(TftpErrorCode.NotDefined, new string('x', 5000)).Length);

    [Fact]
    public void Writes_the_head_of_a_data_packet()
    {
        var packet = new byte[4];
        TftpPacket.WriteDataHeader(packet, 0x1234);
        Assert.Equal("00031234", Convert.ToHexString(packet));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("00", null)]
    [InlineData("0001", TftpOpcode.ReadRequest)]
    [InlineData("0006AA", TftpOpcode.OptionAck)]
    public void Tells_the_opcode(string hex, TftpOpcode? opcode) => Assert.Equal(opcode, TftpPacket.OpcodeOf(Convert.FromHexString(hex)));
}
