using System.Runtime.InteropServices;

namespace Cordwain.Protocols.Wire;

/// <summary>Numbers for tables whose keys strangers choose: others in each process, and nobody can choose keys that meet in one place. Never to be stored.</summary>
/// <remarks>
/// <see cref="HashCode"/> does not do it: it adds its seed, so that pairs of numbers can be chosen that meet under any. What the runtime has for
/// texts is made for it: it mixes all with a key that it draws for each process.
/// </remarks>
public static class SeededHash
{
    public static int Of(uint value) => string.GetHashCode(stackalloc char[] { (char)value, (char)(value >> 16) });

    public static int Of(ulong value) => string.GetHashCode(stackalloc char[] { (char)value, (char)(value >> 16), (char)(value >> 32), (char)(value >> 48) });

    public static int Of(ReadOnlySpan<byte> bytes)
    {
        var pairs = string.GetHashCode(MemoryMarshal.Cast<byte, char>(bytes));
        return bytes.Length % 2 == 0 ? pairs : Of(((ulong)(uint)pairs << 32) | bytes[^1]);
    }
}
