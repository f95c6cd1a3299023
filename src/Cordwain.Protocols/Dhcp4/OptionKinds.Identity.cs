using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

public static partial class OptionKinds
{
    /// <summary>Option 61: hardware type and address, or type 255 with IAID and DUID (RFC 4361), or whatever the client likes.</summary>
    public static readonly OptionKind ClientIdentifier = new("client-identifier", typeof(ReadOnlyMemory<byte>), "52:54:00:12:34:56",
        (values, payload) =>
        {
            if (One(values, out var text) is { } wrong)
                return wrong;
            if (!MacAddress.TryParse(text, out var mac))
                return EncodeHex(text, payload);
            payload.Write((ReadOnlySpan<byte>)[1]);
            payload.Write(mac.ToArray());
            return null;
        },
        payload => payload switch
        {
            [] => null,
            [1, .. { Length: MacAddress.Length } mac] => $"hardware {MacAddress.FromBytes(mac)}",
            [255, var a, var b, var c, var d, .. { Length: > 0 } duid] => $"iaid {Hex([a, b, c, d])} duid {Hex(duid)}",
            _ => Hex(payload),
        });

    /// <summary>Option 94: kind of interface and its version; kind 1 is UNDI.</summary>
    public static readonly OptionKind NetworkInterface = new("network-interface", typeof(ReadOnlyMemory<byte>), "hex:010310",
        EncodeBytes,
        payload => payload is [var kind, var major, var minor]
            ? string.Create(CultureInfo.InvariantCulture, $"{(kind == 1 ? "UNDI" : $"type {kind}")} {major}.{minor}")
            : null);

    public static readonly OptionKind Uuid = new("uuid", typeof(ReadOnlyMemory<byte>), "4c4c4544-0043-4710-8051-b7c04f4d5432",
        (values, payload) =>
        {
            if (One(values, out var text) is { } wrong)
                return wrong;
            if (!Guid.TryParse(text, out var uuid))
                return $"'{text}' is not a UUID";
            payload.Write(MachineUuid.ToPayload(uuid));
            return null;
        },
        payload => payload is [0, .. { Length: 16 } uuid] ? new Guid(uuid).ToString() : null);

    /// <summary>Option 52 (RFC 2132 §9.3).</summary>
    public static readonly OptionKind Overload = new("overload", typeof(byte), "3",
        (values, payload) => U8!.Encode(values, payload),
        payload => payload switch
        {
            [1] => "1 (file)",
            [2] => "2 (sname)",
            [3] => "3 (file and sname)",
            _ => null,
        });

    /// <summary>RFC 3925 §3: enterprise number, length, data; again and again.</summary>
    public static readonly OptionKind VendorClasses = new("vendor-classes", typeof(ReadOnlyMemory<byte>), "hex:000001570461626364",
        EncodeBytes, payload => FormatEnterprises(payload));

    /// <summary>PXE 2.1, 43.8: type, number of addresses, addresses; again and again.</summary>
    public static readonly OptionKind PxeBootServers = new("pxe-boot-servers", typeof(ReadOnlyMemory<byte>), "hex:000001c0a80a01",
        EncodeBytes,
        payload => FormatEntries(payload, 4, (type, addresses) => $"type {type} at {FormatAddresses(addresses)}"));

    /// <summary>PXE 2.1, 43.9: type, length, description; again and again.</summary>
    public static readonly OptionKind PxeBootMenu = new("pxe-boot-menu", typeof(ReadOnlyMemory<byte>), "hex:00000349504c",
        EncodeBytes,
        payload => FormatEntries(payload, 1, (type, text) => $"type {type} {PrintableText.Quote(text)}"));

    /// <summary>PXE 2.1, 43.10: seconds (0 at once, 255 wait for ever), then the prompt.</summary>
    public static readonly OptionKind PxeMenuPrompt = new("pxe-menu-prompt", typeof(ReadOnlyMemory<byte>), "hex:0a507265737320463800",
        EncodeBytes,
        payload => payload is [var seconds, .. var prompt]
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds} s {PrintableText.Quote(prompt.TrimEnd((byte)0))}")
            : null);

    /// <summary>PXE 2.1, 43.71: type of boot server and layer.</summary>
    public static readonly OptionKind PxeBootItem = new("pxe-boot-item", typeof(ReadOnlyMemory<byte>), "hex:00000000",
        EncodeBytes,
        payload => payload.Length != 4 ? null : string.Create(CultureInfo.InvariantCulture,
            $"type {BinaryPrimitives.ReadUInt16BigEndian(payload)} layer {BinaryPrimitives.ReadUInt16BigEndian(payload[2..])}"));

    /// <summary>175.177: bus type, vendor and device of the network card.</summary>
    public static readonly OptionKind IpxeBusId = new("ipxe-bus-id", typeof(ReadOnlyMemory<byte>), "hex:011af41000",
        EncodeBytes,
        payload => payload is [1, _, _, _, _] ? $"pci {Hex(payload[1..3])}:{Hex(payload[3..])}" : Hex(payload));

    /// <summary>175.235: three numbers.</summary>
    public static readonly OptionKind IpxeVersion = new("ipxe-version", typeof(ReadOnlyMemory<byte>), "hex:010000",
        EncodeBytes,
        payload => payload is [var major, var minor, var patch]
            ? string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}.{patch}")
            : null);

    delegate string FormatEntry(int type, ReadOnlySpan<byte> data);

    /// <summary>Entries of a 16-bit type, a count, and as many units of <paramref name="unit"/> bytes.</summary>
    static string? FormatEntries(ReadOnlySpan<byte> payload, int unit, FormatEntry format)
    {
        var text = new StringBuilder();
        var reader = new WireReader(payload);
        while (reader.Remaining > 0)
        {
            var type = reader.U16();
            var data = reader.Take(reader.U8() * unit);
            if (reader.Overran)
                return null;
            text.Append(text.Length > 0 ? ", " : "").Append(format(type, data));
        }

        return text.Length > 0 ? text.ToString() : null;
    }

    static string? FormatEnterprises(ReadOnlySpan<byte> payload)
    {
        var text = new StringBuilder();
        var reader = new WireReader(payload);
        while (reader.Remaining > 0)
        {
            var enterprise = reader.U32();
            var data = reader.Take(reader.U8());
            if (reader.Overran)
                return null;
            text.Append(text.Length > 0 ? ", " : "").Append(CultureInfo.InvariantCulture, $"enterprise {enterprise}: {Hex(data)}");
        }

        return text.Length > 0 ? text.ToString() : null;
    }
}
