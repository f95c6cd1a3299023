using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Cordwain.Management;

/// <summary>SHA-256 (FIPS 180-4): tells whether a text is the one of before. It protects nothing; what does uses the framework's.</summary>
/// <remarks>The framework's brings OpenSSL into memory: 5.7 MiB, and most servers need it for nothing else.</remarks>
public sealed class Fingerprint
{
    const int BlockLength = 64, LengthOfLength = 8;

    readonly uint[] _state = [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19];
    readonly byte[] _block = new byte[BlockLength];
    ulong _length;

    // §4.2.2
    static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
        0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
        0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
        0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
        0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
        0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
        0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
        0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
    ];

    /// <summary>The fingerprint of a text as UTF-8: 64 lower-case hex digits.</summary>
    public static string Of(string text) => new Fingerprint().Add(text).ToHex();

    public Fingerprint Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    public Fingerprint Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = _block.AsSpan((int)(_length % BlockLength));
            var part = bytes[..Math.Min(bytes.Length, room.Length)];
            part.CopyTo(room);
            _length += (uint)part.Length;
            bytes = bytes[part.Length..];
            if (part.Length == room.Length)
                Mix();
        }

        return this;
    }

    /// <summary>64 lower-case hex digits. Nothing can be added afterwards.</summary>
    public string ToHex()
    {
        // §5.1.1: a one, zeros up to the end of a block, and in its last eight bytes the length in bits.
        var bits = _length * 8;
        Add([0x80]);
        while (_length % BlockLength != BlockLength - LengthOfLength)
            Add([0]);
        Span<byte> length = stackalloc byte[LengthOfLength];
        BinaryPrimitives.WriteUInt64BigEndian(length, bits);
        Add(length);

        Span<byte> digest = stackalloc byte[_state.Length * sizeof(uint)];
        for (var i = 0; i < _state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(digest[(i * sizeof(uint))..], _state[i]);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>Takes a full block into the state (§6.2.2).</summary>
    void Mix()
    {
        Span<uint> w = stackalloc uint[64];
        for (var t = 0; t < 16; t++)
            w[t] = BinaryPrimitives.ReadUInt32BigEndian(_block.AsSpan(t * sizeof(uint)));
        for (var t = 16; t < w.Length; t++)
            w[t] = SmallSigma(w[t - 2], 17, 19, 10) + w[t - 7] + SmallSigma(w[t - 15], 7, 18, 3) + w[t - 16];

        var (a, b, c, d) = (_state[0], _state[1], _state[2], _state[3]);
        var (e, f, g, h) = (_state[4], _state[5], _state[6], _state[7]);
        for (var t = 0; t < w.Length; t++)
        {
            var t1 = h + BigSigma(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + RoundConstants[t] + w[t];
            var t2 = BigSigma(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }

        ReadOnlySpan<uint> worked = [a, b, c, d, e, f, g, h];
        for (var i = 0; i < worked.Length; i++)
            _state[i] += worked[i];
    }

    static uint BigSigma(uint x, int first, int second, int third) =>
        BitOperations.RotateRight(x, first) ^ BitOperations.RotateRight(x, second) ^ BitOperations.RotateRight(x, third);

    static uint SmallSigma(uint x, int first, int second, int shift) =>
        BitOperations.RotateRight(x, first) ^ BitOperations.RotateRight(x, second) ^ (x >> shift);
}
