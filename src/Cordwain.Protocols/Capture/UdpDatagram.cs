using System.Buffers.Binary;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Capture;

/// <summary>A UDP datagram over IPv4 with the addresses of its frame.</summary>
/// <param name="SourceMac">Zero where the link has no hardware addresses.</param>
public readonly record struct UdpDatagram(
    MacAddress SourceMac, MacAddress DestinationMac, Ipv4Address Source, int SourcePort, Ipv4Address Destination, int DestinationPort, ReadOnlyMemory<byte> Payload)
{
    const int EthernetHeader = 14, IpHeader = 20, UdpHeader = 8;
    const ushort EtherTypeIpv4 = 0x0800, EtherTypeVlan = 0x8100, EtherTypeProviderVlan = 0x88A8;
    const byte ProtocolUdp = 17, TimeToLive = 64;

    /// <summary>Bytes of an Ethernet frame before the UDP payload.</summary>
    public const int Overhead = EthernetHeader + IpHeader + UdpHeader;

    /// <summary>Takes a frame apart. Fragments, other protocols and frames that are cut or lie about their lengths give false.</summary>
    public static bool TryParse(CapturedFrame frame, out UdpDatagram datagram)
    {
        datagram = default;
        return TryFindIpv4(frame.LinkType, frame.Bytes, out var source, out var destination, out var packet)
            && TryParseIpv4(packet, source, destination, out datagram);
    }

    /// <summary>Writes an Ethernet frame, both checksums set.</summary>
    /// <returns>The number of bytes written: <see cref="Overhead"/> and the payload.</returns>
    /// <exception cref="ArgumentException">The frame does not fit the buffer.</exception>
    public int EncodeEthernet(Span<byte> buffer)
    {
        var udpLength = UdpHeader + Payload.Length;
        if (buffer.Length < Overhead + Payload.Length || IpHeader + udpLength > ushort.MaxValue)
            throw new ArgumentException("The frame does not fit.", nameof(buffer));

        var writer = new WireWriter(buffer[..(Overhead + Payload.Length)]);
        DestinationMac.CopyTo(writer.Take(MacAddress.Length));
        SourceMac.CopyTo(writer.Take(MacAddress.Length));
        writer.U16(EtherTypeIpv4);
        writer.U16(0x4500);
        writer.U16((ushort)(IpHeader + udpLength));
        writer.U32(0);   // no identification, not a fragment
        writer.U8(TimeToLive);
        writer.U8(ProtocolUdp);
        writer.U16(0);
        writer.Ipv4(Source);
        writer.Ipv4(Destination);
        writer.U16((ushort)SourcePort);
        writer.U16((ushort)DestinationPort);
        writer.U16((ushort)udpLength);
        writer.U16(0);
        writer.Bytes(Payload.Span);

        var ip = new InternetChecksum();
        ip.Add(buffer.Slice(EthernetHeader, IpHeader));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(EthernetHeader + 10)..], ip.Value);
        var udp = PseudoHeader(Source, Destination, udpLength);
        udp.Add(buffer.Slice(EthernetHeader + IpHeader, udpLength));
        // RFC 768: zero means "no checksum", so a sum of zero is sent as ones.
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(EthernetHeader + IpHeader + 6)..], udp.Value == 0 ? (ushort)0xFFFF : udp.Value);
        return writer.Position;
    }

    static InternetChecksum PseudoHeader(Ipv4Address source, Ipv4Address destination, int udpLength)
    {
        var sum = new InternetChecksum();
        sum.Add(source.Value);
        sum.Add(destination.Value);
        sum.Add((uint)(ProtocolUdp + udpLength));
        return sum;
    }

    static bool TryFindIpv4(LinkType link, ReadOnlyMemory<byte> frame, out MacAddress source, out MacAddress destination, out ReadOnlyMemory<byte> packet)
    {
        (source, destination, packet) = (default, default, frame);
        var reader = new WireReader(frame.Span);
        switch (link)
        {
            case LinkType.RawIp or LinkType.Ipv4:
                return true;
            case LinkType.Null:   // the family in the byte order of the machine that captured
                reader.Take(4);
                packet = frame[reader.Position..];
                return !reader.Overran && frame.Span[..4] is [2, 0, 0, 0] or [0, 0, 0, 2];
            case LinkType.LinuxCooked:
                reader.Take(6);
                source = ReadMac(reader.Take(8));
                break;
            case LinkType.LinuxCooked2:
                var type = reader.U16();
                reader.Take(10);
                source = ReadMac(reader.Take(8));
                packet = frame[reader.Position..];
                return !reader.Overran && type == EtherTypeIpv4;
            case LinkType.Ethernet:
                destination = ReadMac(reader.Take(MacAddress.Length));
                source = ReadMac(reader.Take(MacAddress.Length));
                break;
            default:
                return false;
        }

        var etherType = reader.U16();
        while (etherType is EtherTypeVlan or EtherTypeProviderVlan)
        {
            reader.U16();
            etherType = reader.U16();
        }

        packet = frame[reader.Position..];
        return !reader.Overran && etherType == EtherTypeIpv4;
    }

    static MacAddress ReadMac(ReadOnlySpan<byte> bytes) => bytes.Length >= MacAddress.Length ? MacAddress.FromBytes(bytes[..MacAddress.Length]) : default;

    static bool TryParseIpv4(ReadOnlyMemory<byte> packet, MacAddress sourceMac, MacAddress destinationMac, out UdpDatagram datagram)
    {
        const int MoreFragmentsOrOffset = 0x3FFF;
        datagram = default;
        var reader = new WireReader(packet.Span);
        var version = reader.U8();
        reader.U8();
        var total = reader.U16();
        reader.U16();
        var fragment = reader.U16() & MoreFragmentsOrOffset;
        reader.U8();
        var protocol = reader.U8();
        reader.U16();
        var source = reader.Ipv4();
        var destination = reader.Ipv4();
        var headerLength = (version & 15) * 4;
        if (reader.Overran || version >> 4 != 4 || headerLength < IpHeader || total < headerLength + UdpHeader || total > packet.Length || fragment != 0 || protocol != ProtocolUdp)
            return false;

        var udp = new WireReader(packet.Span[headerLength..total]);
        var sourcePort = udp.U16();
        var destinationPort = udp.U16();
        var length = udp.U16();
        if (length < UdpHeader || length > total - headerLength)
            return false;
        var payload = packet.Slice(headerLength + UdpHeader, length - UdpHeader);
        datagram = new(sourceMac, destinationMac, source, sourcePort, destination, destinationPort, payload);
        return true;
    }
}
