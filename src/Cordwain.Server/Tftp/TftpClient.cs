using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Tftp;

/// <summary>Who a transfer goes to: address and port, the client's transfer identifier (RFC 1350 §4).</summary>
readonly record struct TftpClient(Ipv4Address Address, ushort Port)
{
    const int PortOffset = 2, AddressOffset = 4;   // sockaddr_in, the same on all systems

    public static TftpClient From(SocketAddress address)
    {
        var bytes = address.Buffer.Span;
        return new(
            new(BinaryPrimitives.ReadUInt32BigEndian(bytes[AddressOffset..])),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[PortOffset..]));
    }

    public SocketAddress ToSocketAddress()
    {
        var address = new SocketAddress(AddressFamily.InterNetwork);
        BinaryPrimitives.WriteUInt16BigEndian(address.Buffer.Span[PortOffset..], Port);
        BinaryPrimitives.WriteUInt32BigEndian(address.Buffer.Span[AddressOffset..], Address.Value);
        return address;
    }

    public override int GetHashCode() => SeededHash.Of(((ulong)Address.Value << 16) | Port);

    /// <summary>A number by which the ports of one machine, and the addresses of one network, spread over all sockets; the same in every process.</summary>
    public int Spread => (int)((Address.Value * 0x9E3779B1u) ^ (Port * 0x85EBCA6Bu));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}");
}
