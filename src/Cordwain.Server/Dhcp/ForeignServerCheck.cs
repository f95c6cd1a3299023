using System.Collections.Immutable;
using System.Net.Sockets;
using Cordwain.Boot.Dhcp;
using Cordwain.Management;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Dhcp;

/// <summary>A DHCP server that offered an address to the probe.</summary>
/// <param name="Server">Its identifier (option 54), or else the address it sent from.</param>
/// <param name="Mac">The sender of the frame: the server, or the relay before it.</param>
public readonly record struct ForeignServer(Ipv4Address Server, Ipv4Address Offered, MacAddress Mac);

/// <param name="NotChecked">Why there is no answer; null when the network was really asked.</param>
public sealed record ForeignServerResult(string Interface, ImmutableArray<ForeignServer> Servers, Problem? NotChecked)
{
    /// <summary>The reason not to serve a network; null when no other server answered.</summary>
    public Problem? Refusal(string network)
    {
        if (Servers.IsEmpty)
            return null;
        var servers = string.Join(" and ", Servers.Select(server => $"{server.Server} ({server.Mac})"));
        return new("CW2007", Severity.Error, $"Another DHCP server answers on {Interface}: {servers}. Cordwain gives no addresses in the network {network}.",
            $"Stop that server, or let Cordwain stand beside it (dhcp: proxy), or set force: true for {network} when both may serve.");
    }
}

/// <summary>Asks a link for an address, as a machine that nobody knows, and lists who offers one.</summary>
/// <remarks>
/// It sends and hears whole frames, so it needs no port and disturbs no DHCP client of this host: their transaction numbers and MAC addresses are others.
/// Nobody is answered, so an offered address is free again after the offering server's own short time.
/// </remarks>
public static class ForeignServerCheck
{
    // dnsmasq pings an address for three seconds before it offers it.
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(4.5);

    static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(1), LingerAfterOffer = TimeSpan.FromSeconds(0.7);

    /// <summary>Blocks until servers had the time to answer, or for less when one did.</summary>
    /// <param name="own">All our addresses: our own offers do not count.</param>
    /// <exception cref="OperationCanceledException">The stop was asked for before the answer was known.</exception>
    /// <param name="serverPort">67, unless the network speaks on other ports.</param>
    public static ForeignServerResult Run(
        NetworkDevice device, IReadOnlyCollection<Ipv4Address> own, TimeSpan? window = null, int serverPort = DhcpArrival.ServerPort, int clientPort = DhcpArrival.ClientPort,
        CancellationToken stop = default)
    {
        if (!OperatingSystem.IsLinux() || device.Mac is not { } mac)
            return NotPossible(device, "this system offers no raw frames there");
        if (!device.HasCarrier)
            return NotPossible(device, "it has no link, so nobody could answer");
        try
        {
            var xid = (uint)Random.Shared.Next();
            var stranger = new MacAddress(((ulong)Random.Shared.NextInt64() & 0x00FF_FFFF_FFFF) | 0x0200_0000_0000);   // locally administered
            using var socket = PacketSocket.Open(device.Index, PacketSocket.Ip, PacketSocket.UdpTo(clientPort));
            using var ending = stop.Register(socket.Close);
            socket.AlsoHear(stranger);   // for servers that ignore the broadcast flag

            var frame = new byte[600];
            var length = UdpFrame.Write(
                frame, new(mac, Ipv4Address.Any, clientPort), new(new(0xFFFF_FFFF_FFFF), Ipv4Address.Broadcast, serverPort), Discover(xid, stranger));
            var servers = Listen(socket, frame.AsMemory(0, length), window ?? Window, (xid, stranger), own);
            stop.ThrowIfCancellationRequested();
            return new(device.Name, servers, null);
        }
        catch (SocketException e)
        {
            return NotPossible(device, e.Message);
        }
    }

    static ImmutableArray<ForeignServer> Listen(
        PacketSocket socket, ReadOnlyMemory<byte> discover, TimeSpan window, (uint Xid, MacAddress Mac) probe, IReadOnlyCollection<Ipv4Address> own)
    {
        var found = new Dictionary<Ipv4Address, ForeignServer>();
        var buffer = new byte[2048];
        var end = Environment.TickCount64 + (long)window.TotalMilliseconds;
        var nextSend = Environment.TickCount64;
        while (!socket.IsStopped && Environment.TickCount64 is var now && now < end)
        {
            if (now >= nextSend && found.Count == 0)
            {
                socket.Send(discover.Span);
                nextSend = now + (long)RepeatAfter.TotalMilliseconds;
            }

            var length = socket.Receive(buffer, (int)(Math.Min(end, found.Count == 0 ? nextSend : end) - now));
            if (length > 0 && TryReadOffer(buffer.AsSpan(0, length), probe, out var server) && !own.Contains(server.Server) && found.TryAdd(server.Server, server))
                end = Math.Min(end, Environment.TickCount64 + (long)LingerAfterOffer.TotalMilliseconds);
        }

        return [.. found.Values];
    }

    /// <summary>An offer with an address; proxyDHCP offers have none and harm nobody.</summary>
    internal static bool TryReadOffer(ReadOnlySpan<byte> frame, (uint Xid, MacAddress Mac) probe, out ForeignServer server)
    {
        server = default;
        if (!UdpFrame.TryRead(frame, out var from, out _, out var payload) || !DhcpMessage.TryParse(payload, out var message, out _)
            || message is not { Op: DhcpMessage.BootReply, Type: DhcpMessageType.Offer, Yiaddr.IsAny: false } || message.Xid != probe.Xid || message.Mac != probe.Mac)
            return false;

        server = new(message.Options.TryGet(DhcpOptions.ServerIdentifier, out var id) ? id : from.Address, message.Yiaddr, from.Mac);
        return true;
    }

    internal static byte[] Discover(uint xid, MacAddress mac)
    {
        // RFC 1542 §2.1: a BOOTP message has at least 300 bytes; some servers and relays drop shorter ones.
        var message = new byte[300];
        var writer = new WireWriter(message);
        writer.U32(0x01010600);
        writer.U32(xid);
        writer.U16(0);
        writer.U16(DhcpMessage.BroadcastFlag);
        writer.Zeros(16);
        mac.CopyTo(writer.Take(MacAddress.Length));
        writer.Zeros(DhcpMessage.ChaddrLength - MacAddress.Length + DhcpMessage.SnameLength + DhcpMessage.FileLength);
        writer.U32(0x63825363);
        writer.Bytes((byte[])[53, 1, (byte)DhcpMessageType.Discover, 55, 3, 1, 3, 54, 255]);
        return message;
    }

    static ForeignServerResult NotPossible(NetworkDevice device, string reason) =>
        new(device.Name, [], new("CW2008", Severity.Warning, $"Whether another DHCP server answers on {device.Name} could not be checked: {reason.TrimEnd('.')}.",
            "Give Cordwain CAP_NET_RAW and the interface a link, or make sure yourself and set force: true for the network."));
}
