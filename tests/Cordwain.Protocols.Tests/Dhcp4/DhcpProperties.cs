using CsCheck;
using Cordwain.Protocols.Dhcp4;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tests.Dhcp4;

/// <summary>What holds for every message. A failure prints the seed that repeats it.</summary>
public sealed class DhcpProperties
{
    static readonly byte[] Structured = [43, 52, 61, 77, 81, 82, 93, 97, 119, 121, 175];

    static readonly Gen<byte[]> Options =
        Gen.OneOf(
            Gen.Byte.Array[0, 300],
            Gen.Select(Gen.Byte, Gen.Byte.Array[0, 60]).Select((code, payload) => (byte[])[code, (byte)payload.Length, .. payload]).Array[0, 12].Select(Join),
            Gen.Select(Gen.Int[0, Structured.Length - 1].Select(i => Structured[i]), Gen.Byte[0, 8].Array[0, 20]).Select((code, payload) => (byte[])[code, (byte)payload.Length, .. payload]).Array[0, 12].Select(Join));

    static readonly Gen<byte[]> Datagrams =
        Gen.Select(Gen.Byte.Array[236], Options, Gen.Bool).Select((header, options, cookie) => (byte[])[.. header, .. cookie ? [0x63, 0x82, 0x53, 0x63] : Array.Empty<byte>(), .. options]);

    static byte[] Join(byte[][] parts) => [.. parts.SelectMany(part => part)];

    [Fact]
    public void Decoding_never_throws_and_a_decoded_message_prints_in_plain_characters() =>
        Datagrams.Sample(datagram =>
        {
            if (DhcpMessage.TryParse(datagram, out var message, out var error))
                Assert.DoesNotContain(DhcpText.Describe(message), c => c is not '\n' and (< ' ' or > '~'));
            else
                Assert.InRange(error.Offset, 0, datagram.Length);
        }, iter: 20_000);

    [Fact]
    public void A_builder_holds_what_a_sorted_dictionary_holds() =>
        Gen.Select(Gen.Byte[1, 254], Gen.Byte.Array[0, 3], Gen.Int[0, 3]).Array[0, 400].Sample(steps =>
        {
            var builder = new DhcpOptionSet.Builder().SetRaw(7, "before"u8).Clear();
            var model = new SortedDictionary<byte, string>();
            foreach (var (code, payload, kind) in steps)
            {
                if (kind == 0)
                {
                    builder.Remove(code);
                    model.Remove(code);
                }
                else
                {
                    builder.SetRaw(code, payload);
                    model[code] = Convert.ToHexString(payload);
                }
            }

            for (var code = 1; code < 255; code++)
            {
                Assert.Equal(model.ContainsKey((byte)code), builder.Has((byte)code));
                Assert.Equal(model.GetValueOrDefault((byte)code, ""), Convert.ToHexString(builder.Raw((byte)code)));
            }

            var built = builder.Build();
            Assert.Equal(model.Keys, built.Codes);
            Assert.Equal(model.Values, built.Codes.Select(code => Convert.ToHexString(built.Raw(code).Span)));
            Assert.Empty(builder.Clear().Build().Codes);
        }, iter: 300);

    [Fact]
    public void Encoding_what_was_decoded_is_stable() =>
        Datagrams.Sample(datagram =>
        {
            if (!DhcpMessage.TryParse(datagram, out var message, out _))
                return;
            var once = message.Encode(1 << 16);
            Assert.True(DhcpMessage.TryParse(once, out var again, out var error), error.ToString());
            Assert.Equal(message with { Options = message.Options.ToBuilder().Remove(52).Build() }, again);
            Assert.Equal(once, again.Encode(1 << 16));
        }, iter: 10_000);

    [Fact]
    public void Encoding_stays_within_the_limit_and_keeps_what_a_message_needs() =>
        Gen.Select(Datagrams, Gen.Int[0, 700], Gen.Byte.Array[0, 20], Gen.Bool).Sample((datagram, limit, wanted, mayOverload) =>
        {
            if (!DhcpMessage.TryParse(datagram, out var message, out _))
                return;
            message = message with { Options = message.Options.ToBuilder().Set(DhcpOptions.MessageType, (byte)5).Set(DhcpOptions.ServerIdentifier, new Ipv4Address(1)).Build() };
            var bytes = message.Encode(limit, wanted, mayOverload);
            Assert.InRange(bytes.Length, DhcpMessage.ShortestReply, Math.Max(limit, DhcpMessage.MinPayload));
            Assert.True(DhcpMessage.TryParse(bytes, out var sent, out var error), error.ToString());
            Assert.True(sent.Options.Has(53) && sent.Options.Has(54));
            Assert.All(sent.Options.Codes, code => Assert.True(code == 52 || sent.Options.Raw(code).Span.SequenceEqual(message.Options.Raw(code).Span)));
        }, iter: 10_000);

    [Fact]
    public void Decoding_allocates_at_most_four_times_its_input()
    {
        Assert.All(Packets.Cases.SelectMany(Packets.Datagrams), datagram => Assert.InRange(AllocatedFor(datagram.Payload.Span), 0, 4 * datagram.Payload.Length));
        Datagrams.Sample(datagram => Assert.InRange(AllocatedFor(datagram), 0, 4 * datagram.Length), iter: 2_000, threads: 1);
    }

    static long AllocatedFor(ReadOnlySpan<byte> datagram)
    {
        _ = DhcpMessage.TryParse(datagram, out _, out _);   // the first call also pays for compiling
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = DhcpMessage.TryParse(datagram, out _, out _);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void Names_survive_the_wire() =>
        Gen.String[Gen.Char['a', 'z'], 1, 63].Array[1, 3].Select(labels => string.Join('.', labels)).Array[1, 10].Sample(names =>
        {
            var payload = new System.Buffers.ArrayBufferWriter<byte>();
            foreach (var name in names)
                Assert.Null(DomainNames.TryEncode(name, payload));
            Assert.True(DomainNames.TryDecodeList(payload.WrittenSpan, out var read));
            Assert.Equal(names, read);
        }, iter: 2_000);
}
