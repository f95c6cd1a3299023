using System.Buffers.Binary;
using System.Net;
using Cordwain.Protocols.Wire;

namespace Cordwain.Storm;

/// <summary>Our addresses as .NET's sockets want them.</summary>
static class HostAddress
{
    public static IPAddress Of(Ipv4Address address) => new(BinaryPrimitives.ReverseEndianness(address.Value));
}
