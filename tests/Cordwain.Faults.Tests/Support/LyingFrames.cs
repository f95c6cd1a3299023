using System.Buffers.Binary;

namespace Cordwain.Faults.Tests.Support;

/// <summary>Frames around DHCP messages in which a header lies: lengths, checksums, options, fragments.</summary>
sealed class LyingFrames(byte[] serverMac, int seed)
{
    static readonly int[] Ports = [67, 4011, 69, 68];
    static readonly byte[] Everybody = [255, 255, 255, 255, 255, 255];

    readonly Random _random = new(seed);

    /// <summary>The next attempt: one frame, or the fragments of one packet.</summary>
    public IEnumerable<byte[]> Next()
    {
        var port = Ports[_random.Next(Ports.Length)];
        var payload = port == 69 ? Tftp() : Dhcp(port == 68);
        var frame = Whole(payload, port);
        switch (_random.Next(12))
        {
            case 0:   // the UDP length lies
                ushort[] lies = [0, 1, 7, 8, 9, 300, 1500, 65535, (ushort)(payload.Length + 7), (ushort)(payload.Length + 9), (ushort)_random.Next(65536)];
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(38), lies[_random.Next(lies.Length)]);
                return [frame];
            case 1:   // the IP length lies
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)_random.Next(_random.Next(2) == 0 ? 60 : 65536));
                Seal(frame);
                return [frame];
            case 2:   // wrong checksums
                frame[_random.Next(2) == 0 ? 24 : 40] ^= 0x5A;
                return [frame];
            case 3:   // no UDP checksum at all, which is allowed
                frame[40] = frame[41] = 0;
                return [frame];
            case 4:   // IP options, right and wrong
                return [WithOptions(frame)];
            case 5:   // another version, or a header that is longer than the packet
                frame[14] = (byte)_random.Next(256);
                Seal(frame);
                return [frame];
            case 6:   // cut anywhere
                return [frame[.._random.Next(14, frame.Length)]];
            case 7:   // bytes that no header speaks of
                return [[.. frame, .. Random(_random.Next(1, 900))]];
            case 8:   // senders that cannot be
                byte[][] senders = [[127, 0, 0, 1], [255, 255, 255, 255], [224, 0, 0, 1], [10, 80, 0, 1], [0, 0, 0, 0]];
                senders[_random.Next(senders.Length)].CopyTo(frame, 26);
                Seal(frame);
                return [frame];
            case 9:   // anything at all behind a right Ethernet header
                return [[.. frame.AsSpan(0, 14), .. Random(_random.Next(0, 600))]];
            case 10:   // ARP of any kind
                frame[13] = 0x06;
                return [[.. frame.AsSpan(0, 14), 0, 1, 8, 0, (byte)_random.Next(9), (byte)_random.Next(9), 0, (byte)_random.Next(4), .. Random(_random.Next(0, 40))]];
            default:
                return Fragments(frame);
        }
    }

    IEnumerable<byte[]> Fragments(byte[] frame)
    {
        var id = (ushort)_random.Next(65536);
        var at = 34;
        for (var offset = 0; at < frame.Length; offset += 8)
        {
            var size = Math.Min(8 * _random.Next(1, 20), frame.Length - at);
            var isLast = at + size == frame.Length;
            var kind = _random.Next(6);
            // In their place, overlapping, beyond the largest packet, or never ending.
            var claimed = kind == 0 ? Math.Max(0, (at - 34) / 8 - 1) : kind == 1 ? 8191 : (at - 34) / 8;
            var fragment = frame[..34].Concat(frame.Skip(at).Take(size)).ToArray();
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(16), (ushort)(20 + size));
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(18), id);
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(20), (ushort)((isLast && kind != 2 ? 0 : 0x2000) | claimed));
            Seal(fragment);
            yield return fragment;
            at += size;
            if (kind == 3)
                yield break;
        }
    }

    byte[] WithOptions(byte[] frame)
    {
        var words = _random.Next(1, 11);
        byte[] options = _random.Next(3) switch
        {
            0 => [.. Enumerable.Repeat((byte)1, words * 4)],                                    // NOP
            1 => [131, (byte)(words * 4), 4, .. Random(words * 4 - 3)],                          // loose source route
            _ => Random(words * 4),
        };
        byte[] longer = [.. frame.AsSpan(0, 34), .. options, .. frame.AsSpan(34)];
        longer[14] = (byte)(0x45 + words);
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(16), (ushort)(longer.Length - 14));
        Seal(longer);
        return longer;
    }

    byte[] Whole(byte[] payload, int port)
    {
        var frame = new byte[42 + payload.Length];
        var isBroadcast = _random.Next(2) == 0;
        (isBroadcast ? Everybody : serverMac).CopyTo(frame, 0);
        (frame[6], frame[11], frame[12]) = (2, (byte)_random.Next(256), 8);
        (frame[14], frame[22], frame[23]) = (0x45, 64, 17);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(28 + payload.Length));
        ((byte[])[10, 80, 0, (byte)_random.Next(20, 250)]).CopyTo(frame, 26);
        ((byte[])(isBroadcast ? [255, 255, 255, 255] : [10, 80, 0, 1])).CopyTo(frame, 30);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), (ushort)(port == 68 ? 67 : 68));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(36), (ushort)port);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(38), (ushort)(8 + payload.Length));
        payload.CopyTo(frame, 42);
        Seal(frame);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(40), UdpSum(frame));
        return frame;
    }

    byte[] Dhcp(bool isAnswer)
    {
        var message = RelayedMessage.Write((byte)_random.Next(1, 9), (uint)_random.NextInt64(), 0x0200_0000_0000 + (ulong)_random.Next(1000), giaddr: 0, requested: 0x0A50_0105);
        if (isAnswer)
            (message[0], message[242]) = (2, 2);
        if (_random.Next(3) == 0)
            message[_random.Next(240, message.Length)] = (byte)_random.Next(256);
        return message;
    }

    static byte[] Tftp() => [0, 1, .. "x"u8, 0, .. "octet"u8, 0];

    byte[] Random(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A right checksum of the IP header, so that what is wrong behind it is looked at.</summary>
    static void Seal(byte[] frame)
    {
        frame[24] = frame[25] = 0;
        var end = Math.Min(frame.Length & ~1, 14 + Math.Max(20, (frame[14] & 15) * 4));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(24), Folded(Sum(frame.AsSpan(14, end - 14))));
    }

    static ushort UdpSum(byte[] frame)
    {
        var udp = frame.AsSpan(34);
        var sum = Sum(frame.AsSpan(26, 8)) + 17 + (uint)udp.Length + Sum(udp);
        return Folded(sum) is var folded and not 0 ? folded : (ushort)0xFFFF;
    }

    static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (var i = 0; i < bytes.Length; i++)
            sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
        return sum;
    }

    static ushort Folded(uint sum)
    {
        while (sum >> 16 != 0)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
