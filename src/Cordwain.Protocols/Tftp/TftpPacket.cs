using System.Buffers.Binary;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tftp;

/// <summary>The packets of a transfer, read and written in place.</summary>
public static class TftpPacket
{
    /// <summary>Opcode and block number.</summary>
    public const int DataHeaderLength = 4;

    const int MaxMessageLength = 200;

    /// <summary>Null when the datagram is too short to have an opcode.</summary>
    public static TftpOpcode? OpcodeOf(ReadOnlySpan<byte> datagram) =>
        datagram.Length < 2 ? null : (TftpOpcode)BinaryPrimitives.ReadUInt16BigEndian(datagram);

    public static bool TryReadAck(ReadOnlySpan<byte> datagram, out ushort block)
    {
        var reader = new WireReader(datagram);
        var opcode = (TftpOpcode)reader.U16();
        block = reader.U16();
        return !reader.Overran && opcode == TftpOpcode.Ack;
    }

    /// <param name="message">Without control characters; empty when there is none.</param>
    public static bool TryReadError(ReadOnlySpan<byte> datagram, out TftpErrorCode code, out string message)
    {
        var reader = new WireReader(datagram);
        var opcode = (TftpOpcode)reader.U16();
        code = (TftpErrorCode)reader.U16();
        message = "";
        if (reader.Overran || opcode != TftpOpcode.Error)
            return false;

        var text = reader.Rest;
        if (text.IndexOf((byte)0) is >= 0 and var end)
            text = text[..end];
        message = Printable(Encoding.ASCII.GetString(text[..Math.Min(text.Length, MaxMessageLength)]));
        return true;
    }

    /// <summary>Fills the first <see cref="DataHeaderLength"/> bytes.</summary>
    public static void WriteDataHeader(Span<byte> packet, ushort block)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)TftpOpcode.Data);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], block);
    }

    /// <param name="message">For people; what is not ASCII becomes a question mark, and what is too long is cut.</param>
    public static byte[] Error(TftpErrorCode code, string message)
    {
        var text = Printable(message.Length > MaxMessageLength ? message[..MaxMessageLength] : message);
        var packet = new byte[DataHeaderLength + text.Length + 1];
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)TftpOpcode.Error);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)code);
        Encoding.ASCII.GetBytes(text, packet.AsSpan(DataHeaderLength));
        return packet;
    }

    static string Printable(string text) =>
        string.Create(text.Length, text, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
        });
}
