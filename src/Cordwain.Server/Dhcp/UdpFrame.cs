using System.Buffers.Binary;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Dhcp;

/// <summary>One end of a UDP exchange down to its hardware address.</summary>
public readonly record struct FrameEnd(MacAddress Mac, Ipv4Address Address, int Port);

/// <summary>A UDP datagram in an IPv4 packet in an Ethernet frame, made and read by hand.</summary>
/// <remarks>
/// <code>
/// 0         14          34    42
/// | Ethernet | IPv4      | UDP | payload |
/// </code>
/// Needed where the kernel cannot help: a client without an address answers no ARP (RFC 2131 §4.1), and a probe leaves from no address of ours.
/// </remarks>
public static class UdpFrame
{
    public const int HeaderLength = EthernetLength + Ipv4Length + UdpLength;

    const int EthernetLength = 14, Ipv4Length = 20, UdpLength = 8;
    const byte UdpProtocol = 17;

    /// <summary>Bytes of an IPv4 packet that carries such a payload; compare it with the device's MTU, as it must not be fragmented.</summary>
    public static int PacketLength(int payload) => Ipv4Length + UdpLength + payload;

    /// <returns>The length of the frame; 0 when it does not fit.</returns>
    public static int Write(Span<byte> frame, FrameEnd from, FrameEnd to, ReadOnlySpan<byte> payload)
    {
        if (HeaderLength + payload.Length > frame.Length || PacketLength(payload.Length) > ushort.MaxValue)
            return 0;

        var writer = new WireWriter(frame);
        to.Mac.CopyTo(writer.Take(MacAddress.Length));
        from.Mac.CopyTo(writer.Take(MacAddress.Length));
        writer.U16(0x0800);

        writer.U16(0x4500);                                 // version 4, five words of header, ordinary service
        writer.U16((ushort)PacketLength(payload.Length));
        writer.U16(0);                                      // identification means nothing in a packet that is not a fragment (RFC 6864 §4.1)
        writer.U16(0x4000);                                 // don't fragment
        writer.U8(64);
        writer.U8(UdpProtocol);
        writer.U16(0);
        writer.Ipv4(from.Address);
        writer.Ipv4(to.Address);
        var header = frame.Slice(EthernetLength, Ipv4Length);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], Checksum(Sum(header, 0)));

        writer.U16((ushort)from.Port);
        writer.U16((ushort)to.Port);
        writer.U16((ushort)(UdpLength + payload.Length));
        writer.U16(0);
        writer.Bytes(payload);
        var datagram = frame[(EthernetLength + Ipv4Length)..writer.Position];
        var sum = Checksum(Sum(datagram, PseudoHeader(header, datagram.Length)));
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], sum == 0 ? (ushort)0xFFFF : sum);   // RFC 768: zero would mean "none"
        return writer.Position;
    }

    /// <summary>Reads a frame. Lengths that lie are refused; checksums are not looked at, as a virtual network leaves them unfinished.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out FrameEnd from, out FrameEnd to, out ReadOnlySpan<byte> payload)
    {
        (from, to) = (default, default);
        payload = default;
        if (frame.Length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0800)
            return false;

        var packet = frame[EthernetLength..];
        var headerLength = (packet[0] & 15) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF;
        if (packet[0] >> 4 != 4 || headerLength < Ipv4Length || packet[9] != UdpProtocol || fragment != 0
            || total > packet.Length || total < headerLength + UdpLength)
            return false;

        var datagram = packet[headerLength..total];
        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[4..]);
        if (length < UdpLength || length > datagram.Length)
            return false;

        var addresses = new WireReader(packet[12..]);
        from = new(MacAddress.FromBytes(frame[6..12]), addresses.Ipv4(), BinaryPrimitives.ReadUInt16BigEndian(datagram));
        to = new(MacAddress.FromBytes(frame[..6]), addresses.Ipv4(), BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]));
        payload = datagram[UdpLength..length];
        return true;
    }

    /// <summary>The Internet checksum (RFC 1071) over whole bytes, zero-padded when odd.</summary>
    internal static ushort Checksum(ReadOnlySpan<byte> bytes) => Checksum(Sum(bytes, 0));

    static uint PseudoHeader(ReadOnlySpan<byte> ipv4, int udpLength) => Sum(ipv4[12..20], UdpProtocol + (uint)udpLength);

    static uint Sum(ReadOnlySpan<byte> bytes, uint sum)
    {
        for (; bytes.Length >= 2; bytes = bytes[2..])
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return bytes.IsEmpty ? sum : sum + ((uint)bytes[0] << 8);
    }

    static ushort Checksum(uint sum)
    {
        while (sum >> 16 != 0)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
