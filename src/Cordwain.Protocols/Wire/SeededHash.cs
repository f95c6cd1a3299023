using System.Runtime.InteropServices;

namespace Cordwain.Protocols.Wire;

/// <summary>Numbers for tables whose keys strangers choose: another one for each process, and nobody can choose keys that meet in one place.</summary>
/// <remarks>
/// <see cref="HashCode"/> does not do it: it adds its seed, so that pairs of numbers can be chosen that meet under any seed. A number is multiplied
/// by a random one instead (L. Carter and M. Wegman, "Universal classes of hash functions", 1979; the upper half of a linear form, M. Dietzfelbinger
/// 1996), bytes are left to what the runtime has for texts. Never to be stored.
/// </remarks>
public static class SeededHash
{
    // The runtime's numbers of texts are secret: they come from a key drawn for each process.
    static readonly ulong Low = Secret("low"), High = Secret("high"), Sum = Secret("sum");

    public static int Of(uint value) => (int)((value * Low + Sum) >> 32);

    public static int Of(ulong value) => (int)(((uint)value * Low + (value >> 32) * High + Sum) >> 32);

    public static int Of(ReadOnlySpan<byte> bytes)
    {
        var pairs = string.GetHashCode(MemoryMarshal.Cast<byte, char>(bytes));
        return bytes.Length % 2 == 0 ? pairs : Of(((ulong)(uint)pairs << 32) | bytes[^1]);
    }

    static ulong Secret(string name) => ((ulong)(uint)$"{name}, upper half".GetHashCode(StringComparison.Ordinal) << 32) | (uint)name.GetHashCode(StringComparison.Ordinal) | 1;
}
