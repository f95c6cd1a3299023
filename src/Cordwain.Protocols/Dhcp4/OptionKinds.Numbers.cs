using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;

namespace Cordwain.Protocols.Dhcp4;

public static partial class OptionKinds
{
    public static readonly OptionKind U8 = Number("u8", typeof(byte), 1, 0, byte.MaxValue);
    public static readonly OptionKind I8 = Number("i8", typeof(sbyte), 1, sbyte.MinValue, sbyte.MaxValue);
    public static readonly OptionKind U16 = Number("u16", typeof(ushort), 2, 0, ushort.MaxValue);
    public static readonly OptionKind U32 = Number("u32", typeof(uint), 4, 0, uint.MaxValue);
    public static readonly OptionKind I32 = Number("i32", typeof(int), 4, int.MinValue, int.MaxValue);
    public static readonly OptionKind U8List = Numbers("u8-list", typeof(ReadOnlyMemory<byte>), 1, byte.MaxValue);
    public static readonly OptionKind U16List = Numbers("u16-list", typeof(ImmutableArray<ushort>), 2, ushort.MaxValue);

    /// <summary>RFC 2132 §1.1: one byte, 0 or 1.</summary>
    public static readonly OptionKind Bool = new("bool", typeof(bool), "true",
        (values, payload) =>
        {
            if (One(values, out var text) is { } wrong)
                return wrong;
            bool? value = text switch
            {
                "true" or "yes" or "on" or "1" => true,
                "false" or "no" or "off" or "0" => false,
                _ => null,
            };
            if (value is not { } flag)
                return $"'{text}' is neither true nor false";
            payload.Write([flag ? (byte)1 : (byte)0]);
            return null;
        },
        payload => payload is [0] ? "false" : payload is [1] ? "true" : null);

    /// <summary>A time in seconds; 0xFFFFFFFF is for ever (RFC 2131 §3.3).</summary>
    public static readonly OptionKind Seconds = new("seconds", typeof(TimeSpan), "12h",
        (values, payload) =>
        {
            if (One(values, out var text) is { } wrong)
                return wrong;
            if (!TryParseSeconds(text, out var seconds))
                return $"'{text}' is not a time: write seconds, or 30m, 12h, 7d, infinite";
            WriteBigEndian(payload, seconds, 4);
            return null;
        },
        payload => payload.Length != 4 ? null
            : BinaryPrimitives.ReadUInt32BigEndian(payload) is var seconds && seconds == uint.MaxValue ? "infinite"
            : string.Create(CultureInfo.InvariantCulture, $"{seconds} s"));

    /// <summary>Codes of options (55); names of the table are accepted too.</summary>
    public static readonly OptionKind OptionCodes = new("option-codes", typeof(ReadOnlyMemory<byte>), "1, 3, domain-name-servers",
        (values, payload) => Each(values, " ,", "option", name =>
        {
            if (!DhcpOptionTable.TryFind(name, out var row))
                return $"'{name}' is not an option";
            payload.Write([row.Code]);
            return null;
        }),
        payload => payload.IsEmpty ? null : Join(payload, 1));

    /// <summary>Option 53.</summary>
    public static readonly OptionKind MessageType = new("message-type", typeof(byte), "5",
        (values, payload) => U8!.Encode(values, payload),
        payload => payload is not [var type] ? null
            : Enum.IsDefined((DhcpMessageType)type) ? string.Create(CultureInfo.InvariantCulture, $"{type} ({((DhcpMessageType)type).ToString().ToUpperInvariant()})")
            : type.ToString(CultureInfo.InvariantCulture));

    static OptionKind Number(string name, Type type, int size, long least, long most) => new(name, type, "1",
        (values, payload) =>
        {
            if (One(values, out var text) is { } wrong)
                return wrong;
            if (!TryParseNumber(text, out var number) || number < least || number > most)
                return string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a number from {least} to {most}");
            WriteBigEndian(payload, number, size);
            return null;
        },
        payload =>
        {
            if (payload.Length != size)
                return null;
            var value = ReadBigEndian(payload);
            return (value > most ? value - (1L << (8 * size)) : value).ToString(CultureInfo.InvariantCulture);
        });

    static OptionKind Numbers(string name, Type type, int size, long most) => new(name, type, "1, 2",
        (values, payload) => Each(values, " ,", "number", text =>
        {
            if (!TryParseNumber(text, out var number) || number < 0 || number > most)
                return string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a number from 0 to {most}");
            WriteBigEndian(payload, number, size);
            return null;
        }),
        payload => payload.IsEmpty || payload.Length % size != 0 ? null : Join(payload, size));

    static string Join(ReadOnlySpan<byte> payload, int size)
    {
        var numbers = new string[payload.Length / size];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = ReadBigEndian(payload.Slice(i * size, size)).ToString(CultureInfo.InvariantCulture);
        return string.Join(", ", numbers);
    }

    static long ReadBigEndian(ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        foreach (var octet in bytes)
            value = (value << 8) | octet;
        return value;
    }

    static void WriteBigEndian(IBufferWriter<byte> payload, long number, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        payload.Write(bytes[^size..]);
    }

    static bool TryParseNumber(string text, out long number) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.Length <= 10
            ? long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    static bool TryParseSeconds(string text, out uint seconds)
    {
        seconds = uint.MaxValue;
        if (text is "infinite" or "infinity")
            return true;

        var unit = text is [.., var last] ? last switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, 'w' => 604800, _ => 0 } : 0;
        var digits = unit == 0 ? text : text[..^1];
        if (!uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || (long)count * Math.Max(unit, 1) > uint.MaxValue)
            return false;
        seconds = count * (uint)Math.Max(unit, 1);
        return true;
    }
}
