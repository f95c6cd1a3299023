namespace Cordwain.Simulation.Tests.Kernel;

/// <summary>Random numbers that are the same for a seed on every machine and every version of .NET (xoshiro256**, seeded by SplitMix64).</summary>
sealed class SeededRandom
{
    ulong _a, _b, _c, _d;

    public SeededRandom(ulong seed)
    {
        _a = Mix(ref seed);
        _b = Mix(ref seed);
        _c = Mix(ref seed);
        _d = Mix(ref seed);
    }

    public ulong Next()
    {
        var result = ulong.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>From 0 to <paramref name="end"/> - 1.</summary>
    public int Below(int end) => (int)((Next() >> 33) % (uint)end);

    /// <summary>Both ends included.</summary>
    public int Between(int first, int last) => first + Below(last - first + 1);

    public bool Chance(double probability) => (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    public TimeSpan Between(TimeSpan shortest, TimeSpan longest) =>
        shortest + TimeSpan.FromTicks((long)(Next() % (ulong)(longest.Ticks - shortest.Ticks + 1)));

    public TimeSpan Seconds(double shortest, double longest) => Between(TimeSpan.FromSeconds(shortest), TimeSpan.FromSeconds(longest));

    /// <summary>A source of its own, so that one part of a world does not draw from what another is going to need.</summary>
    public SeededRandom Branch() => new(Next());

    static ulong Mix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
