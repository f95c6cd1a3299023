using System.Net.Sockets;
using Cordwain.Protocols.Wire;
using Cordwain.Server.Hosting;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Dhcp;

/// <summary>Finds out by ARP which addresses of a link are in use.</summary>
static class ArpProbe
{
    const int Tries = 2, AnswerWithin = 250;

    /// <summary>Asks for all addresses at once and waits half a second in all.</summary>
    /// <returns>Those in use, with their holders.</returns>
    /// <exception cref="SocketException">No right (CAP_NET_RAW), or the device is gone.</exception>
    public static Dictionary<Ipv4Address, MacAddress> Ask(NetworkDevice device, IReadOnlyCollection<Ipv4Address> addresses)
    {
        using var socket = PacketSocket.Open(device.Index, PacketSocket.Arp);
        var found = new Dictionary<Ipv4Address, MacAddress>();
        Span<byte> frame = stackalloc byte[ArpPacket.FrameLength + 64];
        for (var attempt = 0; attempt < Tries && found.Count < addresses.Count; attempt++)
        {
            foreach (var address in addresses)
            {
                if (found.ContainsKey(address))
                    continue;
                ArpPacket.WriteProbe(frame, device.Mac.GetValueOrDefault(), address);
                socket.Send(frame[..ArpPacket.FrameLength]);
            }

            var end = Environment.TickCount64 + AnswerWithin;
            while (found.Count < addresses.Count && (int)(end - Environment.TickCount64) is var left and > 0)
            {
                var length = socket.Receive(frame, left);
                if (length > 0 && ArpPacket.TryReadSender(frame[..length], out var sender, out var mac) && mac != device.Mac && addresses.Contains(sender))
                    found[sender] = mac;
            }
        }

        return found;
    }
}
