using System.Buffers.Binary;
using System.Numerics;
using Cordwain.Protocols.Wire;

namespace Cordwain.Protocols.Tests.Wire;

/// <summary>Families of keys, each of which meets in one place of a table by a hash that is not, or not well, seeded.</summary>
public sealed class SeededHashTests
{
    // A prime, as the framework's tables have places.
    const int Places = 17519, Keys = 1000;

    public static TheoryData<string, Func<uint, ulong>> Numbers => new()
    {
        { "halves whose exclusive or is one value", i => ((ulong)i << 32) | (i ^ 0x1234) },
        { "pairs that meet under every seed of xxHash32", i => ((ulong)i << 32) | Partner(i) },
        { "multiples of the number of places", i => i * (ulong)Places },
        { "neighbors", i => i },
        { "the same low half", i => (ulong)i << 32 },
    };

    [Theory, MemberData(nameof(Numbers))]
    public void Numbers_do_not_meet_in_one_place(string family, Func<uint, ulong> member)
    {
        var hashes = Enumerable.Range(0, Keys).Select(i => SeededHash.Of(member((uint)i))).ToArray();

        Assert.True(PlacesOf(hashes) > Keys * 0.8, family);
        Assert.Equal(hashes, Enumerable.Range(0, Keys).Select(i => new MacAddress(member((uint)i)).GetHashCode()));
    }

    [Fact]
    public void Addresses_do_not_meet_in_one_place() =>
        Assert.InRange(PlacesOf(Enumerable.Range(0, Keys).Select(i => new Ipv4Address((uint)(i * Places)).GetHashCode())), Keys * 0.8, Keys);

    [Fact]
    public void Bytes_do_not_meet_in_one_place()
    {
        var pairs = Enumerable.Range(0, Keys).Select(i =>
        {
            var bytes = new byte[8];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)i);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Partner((uint)i));
            return SeededHash.Of(bytes);
        });

        Assert.InRange(PlacesOf(pairs), Keys * 0.8, Keys);
        Assert.InRange(PlacesOf(Enumerable.Range(0, Keys).Select(i => SeededHash.Of(new byte[i]))), Keys * 0.8, Keys);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(6), InlineData(7), InlineData(40)]
    public void Every_byte_counts(int length)
    {
        var bytes = new byte[length];
        List<int> hashes = [SeededHash.Of(bytes)];
        for (var i = 0; i < length; i++)
        {
            bytes[i]++;
            hashes.Add(SeededHash.Of(bytes));
        }

        Assert.Distinct(hashes);
    }

    static int PlacesOf(IEnumerable<int> hashes) => hashes.Select(hash => (uint)hash % Places).Distinct().Count();

    /// <summary>The second number after which xxHash32 stands where it stood before both, but for carries.</summary>
    static uint Partner(uint first)
    {
        const uint P3 = 3266489917, P4 = 668265263;
        uint inverse = 1;
        while (inverse * P3 != 1)
            inverse *= 2 - inverse * P3;
        return 0u - inverse * P4 * BitOperations.RotateLeft(first * P3, 17);
    }
}
