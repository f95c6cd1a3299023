using System.Buffers.Binary;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Dhcp;

/// <summary>ARP over Ethernet for IPv4 (RFC 826).</summary>
public static class ArpPacket
{
    public const int FrameLength = 42;

    const int EthernetLength = 14;
    const ushort Request = 1;

    /// <summary>Asks who has an address, in the name of nobody: a probe must not change anybody's ARP table (RFC 5227 §2.1.1).</summary>
    public static void WriteProbe(Span<byte> frame, MacAddress from, Ipv4Address target)
    {
        var writer = new WireWriter(frame[..FrameLength]);
        writer.Take(MacAddress.Length).Fill(0xFF);
        from.CopyTo(writer.Take(MacAddress.Length));
        writer.U16(0x0806);
        writer.U16(1);          // Ethernet
        writer.U16(0x0800);     // IPv4
        writer.U8(MacAddress.Length);
        writer.U8(4);
        writer.U16(Request);
        from.CopyTo(writer.Take(MacAddress.Length));
        writer.Ipv4(Ipv4Address.Any);
        writer.Zeros(MacAddress.Length);
        writer.Ipv4(target);
    }

    /// <summary>Reads who says of itself to have which address; requests and replies say it alike.</summary>
    public static bool TryReadSender(ReadOnlySpan<byte> frame, out Ipv4Address address, out MacAddress mac)
    {
        (address, mac) = (default, default);
        if (frame.Length < FrameLength || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0806)
            return false;

        var reader = new WireReader(frame[EthernetLength..]);
        if (reader.U16() != 1 || reader.U16() != 0x0800 || reader.U8() != MacAddress.Length || reader.U8() != 4 || reader.U16() is not (1 or 2))
            return false;

        mac = MacAddress.FromBytes(reader.Take(MacAddress.Length));
        address = reader.Ipv4();
        return true;
    }
}
