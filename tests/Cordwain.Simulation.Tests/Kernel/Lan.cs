namespace Cordwain.Simulation.Tests.Kernel;

/// <summary>How badly a network behaves.</summary>
sealed record LanFaults(double Loss, double Duplication, double LongDelay, TimeSpan Delay, TimeSpan Longest)
{
    public static LanFaults None { get; } = new(0, 0, 0, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1));

    public static LanFaults From(SeededRandom random) => new(
        random.Chance(0.7) ? random.Between(1, 30) / 100.0 : 0,
        random.Chance(0.6) ? random.Between(1, 20) / 100.0 : 0,
        random.Chance(0.5) ? random.Between(1, 10) / 100.0 : 0,
        random.Seconds(0.0002, 0.03),
        random.Seconds(0.1, 8));
}

/// <summary>Carries packets, loses, repeats, delays and so reorders them.</summary>
sealed class Lan(VirtualTime time, SeededRandom random, LanFaults faults)
{
    bool _isHealed;

    /// <summary>From now on everything arrives.</summary>
    public void Heal() => _isHealed = true;

    /// <param name="arrive">Called for each copy that gets through.</param>
    public void Carry(Action arrive)
    {
        var now = _isHealed ? LanFaults.None : faults;
        if (random.Chance(now.Loss))
            return;
        time.After(Delay(now), arrive);
        while (random.Chance(now.Duplication))
            time.After(Delay(now), arrive);
    }

    TimeSpan Delay(LanFaults now) =>
        random.Chance(now.LongDelay) ? random.Between(now.Delay, now.Longest) : random.Between(now.Delay / 2, now.Delay * 2);
}
