using System.Buffers.Binary;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Dhcp;

/// <summary>Whether a client sent the same once more: who asks, through whom, for what, and where it arrived.</summary>
sealed class SameMessage : IEqualityComparer<DhcpWork>
{
    const int FixedLength = 4 + 4 + 2 + 1;

    SameMessage()
    {
    }

    public static SameMessage Comparer { get; } = new();

    public bool Equals(DhcpWork? x, DhcpWork? y) => x is not null && y is not null
        && x.Message.Xid == y.Message.Xid && x.Message.Giaddr == y.Message.Giaddr && x.Arrival.Port == y.Arrival.Port && x.Message.Type == y.Message.Type
        && ReferenceEquals(x.Link, y.Link) && x.Message.Chaddr.Span.SequenceEqual(y.Message.Chaddr.Span);

    public int GetHashCode(DhcpWork obj)
    {
        var message = obj.Message;
        Span<byte> all = stackalloc byte[FixedLength + DhcpMessage.ChaddrLength];
        BinaryPrimitives.WriteUInt32LittleEndian(all, message.Xid);
        BinaryPrimitives.WriteUInt32LittleEndian(all[4..], message.Giaddr.Value);
        BinaryPrimitives.WriteUInt16LittleEndian(all[8..], (ushort)obj.Arrival.Port);
        all[10] = (byte)message.Type;
        message.Chaddr.Span.CopyTo(all[FixedLength..]);
        return SeededHash.Of(all[..(FixedLength + message.Chaddr.Length)]);
    }
}
