using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Dhcp4;

/// <summary>The kinds of payload that options have.</summary>
public static class OptionCodecs
{
    public static readonly OptionCodec<byte> U8 = new(
        (payload, out value) =>
        {
            value = payload is [var only] ? only : (byte)0;
            return payload.Length == 1;
        },
        (value, payload) => payload.Write([value]));

    public static readonly OptionCodec<ushort> U16 = new(
        (payload, out value) =>
        {
            value = payload.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : (ushort)0;
            return payload.Length == 2;
        },
        (value, payload) =>
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.GetSpan(2), value);
            payload.Advance(2);
        });

    public static readonly OptionCodec<Ipv4Address> Ipv4 = new(
        (payload, out value) =>
        {
            var reader = new WireReader(payload);
            value = reader.Ipv4();
            return !reader.Overran && reader.Remaining == 0;
        },
        (value, payload) => WriteU32(payload, value.Value));

    public static readonly OptionCodec<ImmutableArray<Ipv4Address>> Ipv4List = new(
        (payload, out values) =>
        {
            var list = ImmutableArray.CreateBuilder<Ipv4Address>(payload.Length / 4);
            for (var reader = new WireReader(payload); reader.Remaining >= 4;)
                list.Add(reader.Ipv4());
            values = list.MoveToImmutable();
            return payload.Length >= 4 && payload.Length % 4 == 0;
        },
        (values, payload) =>
        {
            foreach (var value in values)
                WriteU32(payload, value.Value);
        });

    /// <summary>A duration in whole seconds; 0xFFFFFFFF is infinity (RFC 2131 §3.3).</summary>
    public static readonly OptionCodec<TimeSpan> Seconds = new(
        (payload, out value) =>
        {
            var reader = new WireReader(payload);
            var seconds = reader.U32();
            value = seconds == uint.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);
            return !reader.Overran && reader.Remaining == 0;
        },
        (value, payload) =>
        {
            var seconds = value == Timeout.InfiniteTimeSpan ? uint.MaxValue : checked((uint)value.TotalSeconds);
            WriteU32(payload, seconds);
        });

    /// <summary>Text without its trailing NULs. Bytes over 127 are kept one to one (Latin-1), never replaced.</summary>
    public static readonly OptionCodec<string> Text = new(
        (payload, out value) => { value = Encoding.Latin1.GetString(payload.TrimEnd((byte)0)); return true; },
        (value, payload) => Encoding.Latin1.GetBytes(value, payload));

    public static readonly OptionCodec<ReadOnlyMemory<byte>> Bytes = new(
        (payload, out value) => { value = payload.ToArray(); return true; },
        (value, payload) => payload.Write(value.Span));

    public static readonly OptionCodec<ImmutableArray<ushort>> U16List = new(
        (payload, out values) =>
        {
            var list = ImmutableArray.CreateBuilder<ushort>(payload.Length / 2);
            for (var reader = new WireReader(payload); reader.Remaining >= 2;)
                list.Add(reader.U16());
            values = list.MoveToImmutable();
            return payload.Length >= 2 && payload.Length % 2 == 0;
        },
        (values, payload) =>
        {
            foreach (var value in values)
            {
                BinaryPrimitives.WriteUInt16BigEndian(payload.GetSpan(2), value);
                payload.Advance(2);
            }
        });

    /// <summary>Names in DNS form, compressed or not (RFC 3397); written without compression.</summary>
    public static readonly OptionCodec<ImmutableArray<string>> DomainList = new(
        DomainNames.TryDecodeList,
        (values, payload) =>
        {
            foreach (var value in values)
            {
                if (DomainNames.TryEncode(value, payload) is { } wrong)
                    throw new ArgumentException(wrong, nameof(values));
            }
        });

    public static readonly OptionCodec<ImmutableArray<ClasslessRoute>> ClasslessRoutes = new(
        ClasslessRoute.TryDecode,
        (values, payload) =>
        {
            foreach (var value in values)
                value.Encode(payload);
        });

    static void WriteU32(IBufferWriter<byte> payload, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(payload.GetSpan(4), value);
        payload.Advance(4);
    }
}
