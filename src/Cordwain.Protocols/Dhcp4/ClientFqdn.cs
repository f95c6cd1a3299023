using System.Buffers;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>The client's name in the DNS: option 81 (RFC 4702).</summary>
/// <param name="Flags">1 S server updates A, 2 O override, 4 E name in DNS form, 8 N no updates.</param>
/// <param name="Name">As the client said it; without a final dot unless the name is complete in DNS form.</param>
public readonly record struct ClientFqdn(byte Flags, string Name)
{
    public const byte ServerUpdates = 1, Overridden = 2, DnsForm = 4, NoUpdates = 8;

    /// <summary>RFC 4702 §2.2: both result codes are 255 in what a server sends.</summary>
    const byte ResultCode = 255;

    public static bool TryDecode(ReadOnlySpan<byte> payload, out ClientFqdn fqdn)
    {
        fqdn = default;
        if (payload.Length < 3)
            return false;

        var flags = payload[0];
        var name = payload[3..];
        if ((flags & DnsForm) == 0)
        {
            fqdn = new(flags, Encoding.Latin1.GetString(name.TrimEnd((byte)0)));
            return true;
        }

        if (name.IsEmpty)
        {
            fqdn = new(flags, "");
            return true;
        }

        // A partial name has no closing zero (RFC 4702 §2.3.1): read it as if it had.
        Span<byte> closed = name.Length <= 255 ? stackalloc byte[name.Length + 1] : [];
        var position = 0;
        if (closed.IsEmpty)
            return false;
        name.CopyTo(closed);
        closed[name.Length] = 0;
        if (!DomainNames.TryDecodeOne(closed, ref position, out var text) || position < name.Length)
            return false;
        fqdn = new(flags, text);
        return true;
    }

    /// <summary>Writes the name in DNS form, whatever <see cref="Flags"/> says of it.</summary>
    /// <returns>Null when done; otherwise what is wrong with the name.</returns>
    public string? Encode(IBufferWriter<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        payload.Write([(byte)(Flags | DnsForm), ResultCode, ResultCode]);
        return DomainNames.TryEncode(Name, payload);
    }
}
