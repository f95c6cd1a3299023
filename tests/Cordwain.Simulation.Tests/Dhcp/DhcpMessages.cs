using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Simulation.Tests.Dhcp;

/// <summary>Makes the messages of clients and of the other server.</summary>
static class DhcpMessages
{
    public static DhcpMessage From(DhcpMessageType type, MacAddress mac, uint xid, Action<DhcpOptionSet.Builder>? more = null)
    {
        var options = new DhcpOptionSet.Builder().Set(DhcpOptions.MessageType, (byte)type);
        more?.Invoke(options);
        return new() { Op = DhcpMessage.BootRequest, Xid = xid, Chaddr = mac.ToArray(), Options = options.Build() };
    }

    public static string Describe(DhcpMessage message)
    {
        var requested = message.Options.TryGet(DhcpOptions.RequestedIpAddress, out var address) ? $" wants {address}" : "";
        var lease = message.Options.TryGet(DhcpOptions.IpAddressLeaseTime, out var time) ? $" for {time.TotalSeconds} s" : "";
        var server = message.Options.TryGet(DhcpOptions.ServerIdentifier, out var id) ? $" server {id}" : "";
        var name = message.Options.Raw(DhcpOptions.ClientIdentifier.Code) is { Length: > 0 } raw ? " id:" + Convert.ToHexStringLower(raw.Span) : "";
        return $"{message.Type} {message.Mac}{name} xid {message.Xid:x8} ciaddr {message.Ciaddr} yiaddr {message.Yiaddr} giaddr {message.Giaddr}{requested}{lease}{server}";
    }

    public static DhcpMessage Reply(DhcpMessage to, DhcpMessageType type, Ipv4Address server, Ipv4Address address, TimeSpan lease) => new()
    {
        Op = DhcpMessage.BootReply,
        Xid = to.Xid,
        Flags = to.Flags,
        Ciaddr = to.Ciaddr,
        Yiaddr = address,
        Giaddr = to.Giaddr,
        Chaddr = to.Chaddr,
        Options = new DhcpOptionSet.Builder().Set(DhcpOptions.MessageType, (byte)type).Set(DhcpOptions.ServerIdentifier, server)
            .Set(DhcpOptions.IpAddressLeaseTime, lease).Build(),
    };
}
