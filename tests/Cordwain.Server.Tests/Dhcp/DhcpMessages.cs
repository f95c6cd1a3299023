using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Tests.Dhcp;

/// <summary>Messages for tests.</summary>
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

    public static byte[] Bytes(DhcpMessage message) => message.Encode();

    public static DhcpMessage Parse(ReadOnlySpan<byte> bytes)
    {
        Assert.True(DhcpMessage.TryParse(bytes, out var message, out var error), error.ToString());
        return message;
    }

    public static int Encode(DhcpMessage message, Span<byte> buffer, int maxPayload) => message.Encode(buffer, maxPayload);
}
