using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

public static partial class OptionKinds
{
    public static readonly OptionKind Ipv4 = new("ipv4", typeof(Ipv4Address), "192.168.10.1",
        (values, payload) => One(values, out var text) ?? EncodeAddress(text, payload),
        payload => payload.Length == 4 ? FormatAddresses(payload) : null);

    public static readonly OptionKind Ipv4List = new("ipv4-list", typeof(ImmutableArray<Ipv4Address>), "192.168.10.1, 192.168.10.2",
        (values, payload) => Each(values, " ,", "IPv4 address", text => EncodeAddress(text, payload)),
        payload => payload.Length >= 4 && payload.Length % 4 == 0 ? FormatAddresses(payload) : null);

    /// <summary>Pairs of addresses: destination and router (33), network and mask (21).</summary>
    public static readonly OptionKind Ipv4Pairs = new("ipv4-pairs", typeof(ImmutableArray<Ipv4Address>), "10.0.0.0 192.168.10.1",
        (values, payload) =>
        {
            var count = 0;
            var wrong = Each(values, " ,", "pair of IPv4 addresses", text =>
            {
                count++;
                return EncodeAddress(text, payload);
            });
            return wrong ?? (count % 2 == 0 ? null : "addresses stand in pairs here, and one is left over");
        },
        payload => payload.Length >= 8 && payload.Length % 8 == 0 ? FormatAddresses(payload) : null);

    /// <summary>RFC 3442: option 121, and 249 in Windows' numbering.</summary>
    public static readonly OptionKind ClasslessRoutes = new("classless-routes", typeof(ImmutableArray<ClasslessRoute>), "10.0.0.0/8 192.168.10.1",
        (values, payload) => EncodeRoutes(values, payload),
        payload => ClasslessRoute.TryDecode(payload, out var routes) ? string.Join(", ", routes) : null);

    public static readonly OptionKind Ipv6 = new("ipv6", typeof(ReadOnlyMemory<byte>), "2001:db8::1",
        (values, payload) =>
        {
            if (One(values, out var text) is { } wrong)
                return wrong;
            if (!IPAddress.TryParse(text, out var address) || address.GetAddressBytes() is not { Length: 16 } bytes)
                return $"'{text}' is not an IPv6 address";
            payload.Write(bytes);
            return null;
        },
        payload => payload.Length == 16 ? new IPAddress(payload).ToString() : null);

    /// <summary>RFC 3361: a first byte says whether names (0) or addresses (1) follow.</summary>
    public static readonly OptionKind SipServers = new("sip-servers", typeof(ReadOnlyMemory<byte>), "192.168.10.5",
        (values, payload) =>
        {
            var addresses = values.Count > 0 && Ipv4Address.TryParse(values[0].Split(',', ' ')[0], out _);
            payload.Write([addresses ? (byte)1 : (byte)0]);
            return addresses ? Ipv4List!.Encode(values, payload) : DomainList!.Encode(values, payload);
        },
        payload => payload switch
        {
            [0, .. var names] => DomainList!.Format(names),
            [1, .. var addresses] => Ipv4List!.Format(addresses),
            _ => null,
        });

    /// <summary>RFC 2610 §3: a byte that says whether the agents are mandatory, then their addresses.</summary>
    public static readonly OptionKind SlpAgents = new("slp-agents", typeof(ReadOnlyMemory<byte>), "192.168.10.6",
        (values, payload) =>
        {
            payload.Write((ReadOnlySpan<byte>)[0]);
            return Ipv4List!.Encode(values, payload);
        },
        payload => payload is [<= 1, .. var addresses] && Ipv4List!.Format(addresses) is { } text ? (payload[0] == 1 ? "mandatory " : "") + text : null);

    /// <summary>A byte, then text: SLP scopes (RFC 2610 §4), lease query status (RFC 6926 §6.2.2).</summary>
    public static readonly OptionKind FlaggedText = new("flagged-text", typeof(ReadOnlyMemory<byte>), "DEFAULT",
        (values, payload) =>
        {
            payload.Write((ReadOnlySpan<byte>)[0]);
            return Text!.Encode(values, payload);
        },
        payload => payload is [var flag, .. var text] ? $"{flag} {PrintableText.Quote(text)}" : null);

    static string? EncodeAddress(string text, IBufferWriter<byte> payload)
    {
        if (!Ipv4Address.TryParse(text, out var address))
            return $"'{text}' is not an IPv4 address";
        BinaryPrimitives.WriteUInt32BigEndian(payload.GetSpan(4), address.Value);
        payload.Advance(4);
        return null;
    }

    /// <summary>A route a value; several in one text stand between commas, as dnsmasq writes them: network, router, network, router.</summary>
    static string? EncodeRoutes(IReadOnlyList<string> values, IBufferWriter<byte> payload)
    {
        var words = new List<string>();
        foreach (var value in values)
            words.AddRange(value.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries));
        words.RemoveAll(word => word == "via");
        if (words.Count == 0)
            return "a value is missing: at least one route, such as '10.0.0.0/8 192.168.10.1'";
        for (var i = 0; i < words.Count; i += 2)
        {
            var text = i + 1 < words.Count ? $"{words[i]} {words[i + 1]}" : words[i];
            if (!ClasslessRoute.TryParse(text, out var route))
                return $"'{text}' is not a route: write the network and its router, such as '10.0.0.0/8 192.168.10.1'";
            route.Encode(payload);
        }

        return null;
    }

    static string FormatAddresses(ReadOnlySpan<byte> payload)
    {
        var text = new StringBuilder();
        for (; payload.Length >= 4; payload = payload[4..])
        {
            if (text.Length > 0)
                text.Append(", ");
            text.Append(new Ipv4Address(BinaryPrimitives.ReadUInt32BigEndian(payload)));
        }

        return text.ToString();
    }
}
