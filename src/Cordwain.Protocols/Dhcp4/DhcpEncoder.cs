using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>Lays a message out as a datagram of bounded size.</summary>
static class DhcpEncoder
{
    const byte End = 255, OptionOverload = 52, RelayAgentInformation = 82;
    const int SnameOffset = 44, FileOffset = SnameOffset + DhcpMessage.SnameLength, LongestPart = 255;

    // What an option's place in the datagram can be.
    const byte Nowhere = 0, InOptions = 1, InFile = 2, InSname = 3;

    /// <summary>Stand first, because clients, relays and people look for them there.</summary>
    static ReadOnlySpan<byte> Leading => [53, 54, 51];

    /// <summary>Kept before all others when room is short: the message is void or dangerous without them; then what a boot needs.</summary>
    static ReadOnlySpan<byte> Essential => [53, 54, 51, 1, RelayAgentInformation, 61, 118, 56, 58, 59, 3, 60, 43, 67, 66, 97, 175];

    public static int Encode(DhcpMessage message, Span<byte> buffer, int limit, ReadOnlySpan<byte> wanted, bool mayOverload)
    {
        var options = message.Options;
        Span<byte> places = stackalloc byte[options.Count];   // by index in the set
        var overload = Choose(message, limit - DhcpMessage.HeaderLength - 1, wanted, mayOverload, places);

        var writer = new WireWriter(buffer[..limit]);
        WriteHeader(message, ref writer);
        if ((overload & 1) != 0)
            WriteField(options, places, InFile, buffer.Slice(FileOffset, DhcpMessage.FileLength));
        if ((overload & 2) != 0)
            WriteField(options, places, InSname, buffer.Slice(SnameOffset, DhcpMessage.SnameLength));

        WriteOptions(options, places, InOptions, overload, ref writer);
        writer.U8(End);
        if (writer.Position < DhcpMessage.ShortestReply)
            writer.Zeros(DhcpMessage.ShortestReply - writer.Position);
        return writer.Position;
    }

    static void WriteHeader(DhcpMessage message, ref WireWriter writer)
    {
        writer.U8(message.Op);
        writer.U8(message.Htype);
        writer.U8(message.Hlen);
        writer.U8(message.Hops);
        writer.U32(message.Xid);
        writer.U16(message.Secs);
        writer.U16(message.Flags);
        writer.Ipv4(message.Ciaddr);
        writer.Ipv4(message.Yiaddr);
        writer.Ipv4(message.Siaddr);
        writer.Ipv4(message.Giaddr);
        WriteFixed(message.Chaddr.Span, writer.Take(DhcpMessage.ChaddrLength));
        WriteText(message.Sname, writer.Take(DhcpMessage.SnameLength));
        WriteText(message.File, writer.Take(DhcpMessage.FileLength));
        writer.U32(DhcpMessage.MagicCookie);
    }

    static void WriteFixed(ReadOnlySpan<byte> value, Span<byte> field)
    {
        value = value[..Math.Min(value.Length, field.Length)];
        value.CopyTo(field);
        field[value.Length..].Clear();
    }

    /// <summary>A name that does not fit is left out: half a name would load the wrong file, option 66 or 67 holds the whole one.</summary>
    static void WriteText(string text, Span<byte> field)
    {
        var written = text.Length <= field.Length ? Encoding.Latin1.GetBytes(text, field) : 0;
        field[written..].Clear();
    }

    /// <summary>Decides where each option goes. All in the options area when they fit; otherwise the most wanted ones first.</summary>
    /// <param name="room">Bytes for options in the options area.</param>
    /// <returns>The value of option 52; 0: no field is overloaded.</returns>
    static int Choose(DhcpMessage message, int room, ReadOnlySpan<byte> wanted, bool mayOverload, Span<byte> places)
    {
        var options = message.Options;
        var size = 0;
        for (var i = 0; i < places.Length; i++)
            size += WireSize(options.PayloadAt(i).Length);
        if (size <= room)
        {
            places.Fill(InOptions);
            return 0;
        }

        var file = mayOverload && message.File.Length == 0 ? DhcpMessage.FileLength - 1 : 0;
        var sname = mayOverload && message.Sname.Length == 0 ? DhcpMessage.SnameLength - 1 : 0;
        var rooms = new Rooms { Options = file + sname > 0 ? room - 3 : room, File = file, Sname = sname };
        places.Clear();
        foreach (var code in Essential)
            Place(options, code, places, ref rooms);
        foreach (var code in wanted)
            Place(options, code, places, ref rooms);
        foreach (var code in options.CodeSpan)
            Place(options, code, places, ref rooms);
        return rooms.Overload;
    }

    static void Place(DhcpOptionSet options, byte code, Span<byte> places, ref Rooms rooms)
    {
        if (options.CodeSpan.IndexOf(code) is var i && (i < 0 || places[i] != Nowhere))
            return;

        var size = WireSize(options.PayloadAt(i).Length);
        if (size <= rooms.Options)
        {
            rooms.Options -= size;
            places[i] = InOptions;
        }
        else if (size <= rooms.File && code != RelayAgentInformation)
        {
            rooms.File -= size;
            rooms.Overload |= 1;
            places[i] = InFile;
        }
        else if (size <= rooms.Sname && code != RelayAgentInformation)
        {
            rooms.Sname -= size;
            rooms.Overload |= 2;
            places[i] = InSname;
        }
    }

    static void WriteField(DhcpOptionSet options, scoped ReadOnlySpan<byte> places, byte place, Span<byte> field)
    {
        var writer = new WireWriter(field);
        WriteOptions(options, places, place, 0, ref writer);
        writer.U8(End);
    }

    static void WriteOptions(DhcpOptionSet options, scoped ReadOnlySpan<byte> places, byte place, int overload, ref WireWriter writer)
    {
        var codes = options.CodeSpan;
        foreach (var code in Leading)
        {
            if (codes.IndexOf(code) is var i and >= 0 && places[i] == place)
                WriteOption(code, options.PayloadAt(i), ref writer);
        }

        if (overload != 0)
            WriteOption(OptionOverload, [(byte)overload], ref writer);
        for (var i = 0; i < codes.Length; i++)
        {
            // 52 describes the datagram it came in, not this one.
            if (places[i] == place && codes[i] is not (OptionOverload or RelayAgentInformation) && !Leading.Contains(codes[i]))
                WriteOption(codes[i], options.PayloadAt(i), ref writer);
        }

        // RFC 3046 §2.1: relay agent information is the last option.
        if (codes.IndexOf(RelayAgentInformation) is var relay and >= 0 && places[relay] == place)
            WriteOption(RelayAgentInformation, options.PayloadAt(relay), ref writer);
    }

    /// <summary>RFC 3396 §5: an option over 255 bytes is sent as several of the same code, one after the other.</summary>
    static void WriteOption(byte code, scoped ReadOnlySpan<byte> payload, ref WireWriter writer)
    {
        do
        {
            var part = payload[..Math.Min(payload.Length, LongestPart)];
            writer.U8(code);
            writer.U8((byte)part.Length);
            writer.Bytes(part);
            payload = payload[part.Length..];
        }
        while (!payload.IsEmpty);
    }

    static int WireSize(int length) => length == 0 ? 2 : length + 2 * ((length + LongestPart - 1) / LongestPart);

    struct Rooms
    {
        public int Options, File, Sname, Overload;
    }
}
