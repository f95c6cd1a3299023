using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Tests.Dhcp;

/// <summary>Messages for tests, and the plainest encoder.</summary>
static class DhcpMessages
{
    public static DhcpMessage From(DhcpMessageType type, string mac = "52:54:00:00:00:01", uint xid = 0x0BADCAFE) => new()
    {
        Op = DhcpMessage.BootRequest,
        Xid = xid,
        Chaddr = MacAddress.Parse(mac).ToArray(),
        Options = new DhcpOptionSet.Builder().Set(DhcpOptions.MessageType, (byte)type).Build(),
    };

    public static DhcpMessage ReplyTo(DhcpMessage message, DhcpMessageType type, Ipv4Address yiaddr) => message with
    {
        Op = DhcpMessage.BootReply,
        Yiaddr = yiaddr,
        Options = new DhcpOptionSet.Builder().Set(DhcpOptions.MessageType, (byte)type).Build(),
    };

    public static DhcpMessage With<T>(this DhcpMessage message, DhcpOption<T> option, T value)
    {
        var builder = new DhcpOptionSet.Builder();
        foreach (var code in message.Options.Codes)
            builder.SetRaw(code, message.Options.Raw(code).Span);
        return message with { Options = builder.Set(option, value).Build() };
    }

    public static byte[] Bytes(DhcpMessage message)
    {
        var buffer = new byte[1500];
        return buffer[..Encode(message, buffer, buffer.Length)];
    }

    public static DhcpMessage Parse(ReadOnlySpan<byte> bytes)
    {
        Assert.True(DhcpMessage.TryParse(bytes, out var message, out var error), error.ToString());
        return message;
    }

    public static int Encode(DhcpMessage message, Span<byte> buffer, int maxPayload)
    {
        var writer = new WireWriter(buffer[..Math.Min(buffer.Length, maxPayload)]);
        writer.Bytes((byte[])[message.Op, message.Htype, message.Hlen, message.Hops]);
        writer.U32(message.Xid);
        writer.U16(message.Secs);
        writer.U16(message.Flags);
        foreach (var address in (Ipv4Address[])[message.Ciaddr, message.Yiaddr, message.Siaddr, message.Giaddr])
            writer.Ipv4(address);
        writer.Bytes(message.Chaddr.Span);
        writer.Zeros(DhcpMessage.ChaddrLength - message.Chaddr.Length + DhcpMessage.SnameLength + DhcpMessage.FileLength);
        writer.U32(0x63825363);
        foreach (var code in message.Options.Codes)
        {
            writer.Bytes((byte[])[code, (byte)message.Options.Raw(code).Length]);
            writer.Bytes(message.Options.Raw(code).Span);
        }

        writer.U8(255);
        return writer.Position;
    }
}
