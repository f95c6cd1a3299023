using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>One route of option 121 (RFC 3442): a network and the router that leads there; 0.0.0.0 as router means on the link.</summary>
public readonly record struct ClasslessRoute(Ipv4Network Network, Ipv4Address Router)
{
    /// <summary>Reads <c>10.0.0.0/8 192.168.1.1</c>; <c>via</c> or a comma may stand between.</summary>
    public static bool TryParse(string text, out ClasslessRoute route)
    {
        ArgumentNullException.ThrowIfNull(text);
        route = default;
        var words = text.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words is [var first, "via", var last])
            words = [first, last];
        if (words is not [var to, var by] || !Ipv4Network.TryParse(to == "default" ? "0.0.0.0/0" : to, out var network) || !Ipv4Address.TryParse(by, out var router))
            return false;
        route = new(network, router);
        return true;
    }

    public static bool TryDecode(ReadOnlySpan<byte> payload, out ImmutableArray<ClasslessRoute> routes)
    {
        routes = [];
        var list = ImmutableArray.CreateBuilder<ClasslessRoute>();
        var reader = new WireReader(payload);
        while (reader.Remaining > 0)
        {
            var prefix = reader.U8();
            if (prefix > 32)
                return false;
            uint network = 0;
            var significant = (prefix + 7) / 8;
            for (var i = 0; i < significant; i++)
                network |= (uint)reader.U8() << (24 - 8 * i);
            list.Add(new(new(new(network), prefix), reader.Ipv4()));
        }

        if (reader.Overran || list.Count == 0)
            return false;
        routes = list.ToImmutable();
        return true;
    }

    public void Encode(IBufferWriter<byte> payload)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = (byte)Network.PrefixLength;
        var significant = (Network.PrefixLength + 7) / 8;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], Network.Address.Value);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[(1 + significant)..], Router.Value);
        payload.Write(bytes[..(5 + significant)]);
    }

    public override string ToString() => $"{Network} via {Router}";
}
