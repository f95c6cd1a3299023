using System.Diagnostics.CodeAnalysis;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>A DHCPv4 message. Field names are those of RFC 2131 §2, figure 1.</summary>
public sealed record DhcpMessage
{
    public const int ChaddrLength = 16, SnameLength = 64, FileLength = 128;
    public const byte BootRequest = 1, BootReply = 2;
    public const ushort BroadcastFlag = 0x8000;

    /// <summary>Bytes before the options: the fixed fields and the magic cookie.</summary>
    public const int HeaderLength = 240;

    /// <summary>Replies are padded to the length of a BOOTP message: old ROMs and relays drop shorter ones (RFC 1542 §2.1).</summary>
    public const int ShortestReply = 300;

    /// <summary>The UDP payload every client takes: 576 bytes of datagram less IP and UDP headers (RFC 2131 §2).</summary>
    public const int MinPayload = 548;

    /// <summary>The largest UDP payload we send: one Ethernet frame. Firmware also promises 65280 bytes (seen: OVMF), but few can join fragments.</summary>
    public const int MaxPayload = 1472;

    internal const uint MagicCookie = 0x63825363;
    const int HeadersOfIpAndUdp = 28;

    public required byte Op { get; init; }

    public byte Htype { get; init; } = 1;

    /// <summary>Length of the hardware address as sent; may be over 16 in a broken message, <see cref="Chaddr"/> never is.</summary>
    public byte Hlen { get; init; } = 6;

    public byte Hops { get; init; }

    public uint Xid { get; init; }

    public ushort Secs { get; init; }

    public ushort Flags { get; init; }

    public Ipv4Address Ciaddr { get; init; }

    public Ipv4Address Yiaddr { get; init; }

    public Ipv4Address Siaddr { get; init; }

    public Ipv4Address Giaddr { get; init; }

    /// <summary>The hardware address: the first <see cref="Hlen"/> bytes of the field, at most 16.</summary>
    public ReadOnlyMemory<byte> Chaddr { get; init; }

    /// <summary>The server host name field up to its first NUL; empty when the field holds options.</summary>
    public string Sname { get; init; } = "";

    /// <summary>The boot file name field up to its first NUL; empty when the field holds options.</summary>
    public string File { get; init; } = "";

    public DhcpOptionSet Options { get; init; } = DhcpOptionSet.Empty;

    /// <summary>In a reply: what its client asked for (option 55), most wanted first. Not sent; says what goes first where not all has room.</summary>
    public ReadOnlyMemory<byte> Wanted { get; init; }

    public bool IsBroadcast => (Flags & BroadcastFlag) != 0;

    /// <summary>The hardware address as an Ethernet address; null for other kinds of hardware or another length.</summary>
    public MacAddress? Mac => Htype == 1 && Chaddr.Length == MacAddress.Length ? MacAddress.FromBytes(Chaddr.Span) : null;

    public DhcpMessageType Type => Options.MessageType;

    /// <summary>Parses one UDP payload. Keeps no reference to <paramref name="datagram"/>.</summary>
    /// <returns>False with <paramref name="error"/> set when the datagram must be dropped.</returns>
    public static bool TryParse(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out DhcpMessage? message, out WireError error)
    {
        message = null;
        var reader = new WireReader(datagram);
        var op = reader.U8();
        var htype = reader.U8();
        var hlen = reader.U8();
        var hops = reader.U8();
        var xid = reader.U32();
        var secs = reader.U16();
        var flags = reader.U16();
        var ciaddr = reader.Ipv4();
        var yiaddr = reader.Ipv4();
        var siaddr = reader.Ipv4();
        var giaddr = reader.Ipv4();
        var chaddr = reader.Take(ChaddrLength);
        var sname = reader.TakeRange(SnameLength);
        var file = reader.TakeRange(FileLength);
        var cookie = reader.U32();

        if (reader.Overran)
            return Refuse(WireFault.Truncated, datagram.Length, out error);
        if (cookie != MagicCookie)
            return Refuse(WireFault.BadMagicCookie, reader.Position - 4, out error);
        if (!DhcpOptionSet.TryParse(datagram, reader.Position.., file, sname, out var options, out var overload, out var faultOffset))
            return Refuse(WireFault.OptionOverrun, faultOffset, out error);

        error = default;
        message = new()
        {
            Op = op,
            Htype = htype,
            Hlen = hlen,
            Hops = hops,
            Xid = xid,
            Secs = secs,
            Flags = flags,
            Ciaddr = ciaddr,
            Yiaddr = yiaddr,
            Siaddr = siaddr,
            Giaddr = giaddr,
            Chaddr = chaddr[..Math.Min(hlen, (byte)ChaddrLength)].ToArray(),
            Sname = (overload & 2) != 0 ? "" : FieldText(datagram[sname]),
            File = (overload & 1) != 0 ? "" : FieldText(datagram[file]),
            Options = options,
        };
        return true;
    }

    /// <summary>The longest UDP payload that the sender of <paramref name="request"/> takes: option 57 less the headers, within <see cref="MinPayload"/> and <see cref="MaxPayload"/>.</summary>
    public static int MaxPayloadFor(DhcpMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Options.TryGet(DhcpOptions.MaximumMessageSize, out var size)
            ? Math.Clamp(size - HeadersOfIpAndUdp, MinPayload, MaxPayload)
            : MinPayload;
    }

    /// <summary>Writes the message as one UDP payload: option 53 first, 82 last, padded to <see cref="ShortestReply"/> bytes.</summary>
    /// <remarks>Options that do not fit are left out, the least wanted first. A <see cref="Sname"/> or <see cref="File"/> longer than its field is left out too.</remarks>
    /// <param name="buffer">Holds at least <see cref="MinPayload"/> bytes.</param>
    /// <param name="maxPayload">From <see cref="MaxPayloadFor"/>; less than <see cref="MinPayload"/> counts as that.</param>
    /// <param name="wanted">The client's parameter request list (option 55), most wanted first; empty: <see cref="Wanted"/>.</param>
    /// <param name="mayOverload">Options may go into empty <c>file</c> and <c>sname</c> fields (option 52). Not for boot clients: shim, U-Boot and EDK2 read names there.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">The buffer is too short.</exception>
    public int Encode(Span<byte> buffer, int maxPayload, ReadOnlySpan<byte> wanted = default, bool mayOverload = false)
    {
        if (buffer.Length < MinPayload)
            throw new ArgumentException("A DHCP message may need 548 bytes.", nameof(buffer));
        return DhcpEncoder.Encode(this, buffer, Math.Min(buffer.Length, Math.Max(maxPayload, MinPayload)), wanted.IsEmpty ? Wanted.Span : wanted, mayOverload);
    }

    /// <inheritdoc cref="Encode(Span{byte}, int, ReadOnlySpan{byte}, bool)"/>
    public byte[] Encode(int maxPayload = MaxPayload, ReadOnlySpan<byte> wanted = default, bool mayOverload = false)
    {
        Span<byte> buffer = maxPayload <= MaxPayload ? stackalloc byte[MaxPayload] : new byte[maxPayload];
        return buffer[..Encode(buffer, maxPayload, wanted, mayOverload)].ToArray();
    }

    /// <summary>Equal in every field and option, as sent; <see cref="Wanted"/> is not.</summary>
    public bool Equals(DhcpMessage? other) =>
        other is not null
        && (Op, Htype, Hlen, Hops, Xid, Secs, Flags) == (other.Op, other.Htype, other.Hlen, other.Hops, other.Xid, other.Secs, other.Flags)
        && (Ciaddr, Yiaddr, Siaddr, Giaddr) == (other.Ciaddr, other.Yiaddr, other.Siaddr, other.Giaddr)
        && Chaddr.Span.SequenceEqual(other.Chaddr.Span)
        && Sname == other.Sname && File == other.File
        && Options.Equals(other.Options);

    public override int GetHashCode() => HashCode.Combine(Op, Xid, Ciaddr, Yiaddr, Options);

    static string FieldText(ReadOnlySpan<byte> field) =>
        field.IndexOf((byte)0) is var end and >= 0 ? Latin1(field[..end]) : Latin1(field);

    static string Latin1(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "" : System.Text.Encoding.Latin1.GetString(bytes);

    static bool Refuse(WireFault fault, int offset, out WireError error)
    {
        error = new(fault, offset);
        return false;
    }
}
