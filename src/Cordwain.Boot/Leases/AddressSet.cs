using System.Numerics;

namespace Cordwain.Boot.Leases;

/// <summary>A set of small numbers as bits, with a bit above each word that is not empty: the next member is found in a few steps, however large the set.</summary>
sealed class AddressSet
{
    readonly int _size;
    readonly ulong[][] _levels;

    /// <param name="size">Members are 0 to <paramref name="size"/> - 1.</param>
    public AddressSet(int size)
    {
        _size = size;
        var levels = new List<ulong[]>();
        var words = size;
        do
        {
            words = (words + 63) >> 6;
            levels.Add(new ulong[Math.Max(words, 1)]);
        }
        while (words > 1);
        _levels = [.. levels];
    }

    public int Count { get; private set; }

    public bool Contains(int member) => (_levels[0][member >> 6] >> (member & 63) & 1) != 0;

    public void Set(int member, bool isMember)
    {
        if (Contains(member) == isMember)
            return;

        Count += isMember ? 1 : -1;
        foreach (var level in _levels)
        {
            ref var word = ref level[member >> 6];
            var was = word;
            word = isMember ? word | 1UL << (member & 63) : word & ~(1UL << (member & 63));
            if (was != 0 && word != 0)
                return;
            member >>= 6;
        }
    }

    /// <summary>Makes every number a member.</summary>
    public void Fill()
    {
        var members = _size;
        foreach (var level in _levels)
        {
            level.AsSpan(0, members >> 6).Fill(ulong.MaxValue);
            if ((members & 63) != 0)
                level[members >> 6] = (1UL << (members & 63)) - 1;
            members = (members + 63) >> 6;
        }

        Count = _size;
    }

    /// <summary>The first member at or after a number; -1 when there is none.</summary>
    public int Next(int from)
    {
        for (var level = 0; level < _levels.Length; level++)
        {
            var word = from >> 6;
            if (word >= _levels[level].Length)
                return -1;

            var bits = _levels[level][word] & ulong.MaxValue << (from & 63);
            if (bits != 0)
                return Descend(level, (word << 6) + BitOperations.TrailingZeroCount(bits));
            from = word + 1;
        }

        return -1;
    }

    int Descend(int level, int member)
    {
        while (level-- > 0)
            member = (member << 6) + BitOperations.TrailingZeroCount(_levels[level][member]);
        return member;
    }
}
