using System.Buffers.Binary;
using System.Net;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Hosting;

/// <summary>Between our addresses and .NET's.</summary>
static class IpAddresses
{
    public static IPAddress Of(Ipv4Address address)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address.Value);
        return new(bytes);
    }

    /// <returns>Any (0.0.0.0) for none, and for an IPv6 address that carries no IPv4 address.</returns>
    public static Ipv4Address Of(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address is not null && (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).TryWriteBytes(bytes, out var length) && length == 4
            ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : default;
    }
}
