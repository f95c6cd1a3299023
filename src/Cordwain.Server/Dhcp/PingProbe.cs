using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;

namespace Cordwain.Server.Dhcp;

/// <summary>Finds out by ICMP echo (RFC 792) which addresses of distant networks are in use. A machine that answers no ping is not found.</summary>
static class PingProbe
{
    const int AnswerWithin = 1000, EchoLength = 16;
    const byte EchoRequest = 8, EchoReply = 0;

    /// <summary>Asks for all addresses at once and waits a second in all.</summary>
    /// <exception cref="SocketException">No right (CAP_NET_RAW).</exception>
    public static HashSet<Ipv4Address> Ask(IReadOnlyCollection<Ipv4Address> addresses)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
        var id = (ushort)Random.Shared.Next();
        foreach (var address in addresses)
            Send(socket, id, address);

        var found = new HashSet<Ipv4Address>();
        var buffer = new byte[1500];
        var end = Environment.TickCount64 + AnswerWithin;
        while (found.Count < addresses.Count && (int)(end - Environment.TickCount64) is var left and > 0)
        {
            if (!socket.Poll(TimeSpan.FromMilliseconds(left), SelectMode.SelectRead))
                break;
            var length = socket.Receive(buffer, SocketFlags.None, out var error);
            if (error == SocketError.Success && TryReadReply(buffer.AsSpan(0, length), id, out var sender) && addresses.Contains(sender))
                found.Add(sender);
        }

        return found;
    }

    /// <param name="packet">With its IP header, as raw sockets hand it over.</param>
    internal static bool TryReadReply(ReadOnlySpan<byte> packet, ushort id, out Ipv4Address sender)
    {
        sender = default;
        var headerLength = packet.IsEmpty ? 0 : (packet[0] & 15) * 4;
        if (headerLength < 20 || packet.Length < headerLength + 8)
            return false;

        sender = new WireReader(packet[12..]).Ipv4();
        var icmp = packet[headerLength..];
        return icmp[0] == EchoReply && BinaryPrimitives.ReadUInt16BigEndian(icmp[4..]) == id;
    }

    static void Send(Socket socket, ushort id, Ipv4Address address)
    {
        Span<byte> echo = stackalloc byte[EchoLength];
        echo.Clear();
        echo[0] = EchoRequest;
        BinaryPrimitives.WriteUInt16BigEndian(echo[4..], id);
        BinaryPrimitives.WriteUInt16BigEndian(echo[2..], UdpFrame.Checksum(echo));
        try
        {
            socket.SendTo(echo, new IPEndPoint(IpAddresses.Of(address), 0));
        }
        catch (SocketException)
        {
            // No way there at the moment: the same as no answer.
        }
    }
}
