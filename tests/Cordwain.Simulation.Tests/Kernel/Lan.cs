namespace Cordwain.Simulation.Tests.Kernel;

/// <summary>How badly a network behaves.</summary>
sealed record LanFaults(double Loss, double Duplication, double LongDelay, TimeSpan Delay, TimeSpan Longest)
{
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
    static readonly TimeSpan Healthy = TimeSpan.FromMilliseconds(1);

    bool _isHealed;

    /// <summary>From now on everything arrives, once and in order.</summary>
    public void Heal() => _isHealed = true;

    /// <param name="arrive">Called for each copy that gets through.</param>
    public void Carry(Action arrive)
    {
        if (_isHealed)
        {
            time.After(Healthy, arrive);
            return;
        }

        if (random.Chance(faults.Loss))
            return;
        time.After(Delay(), arrive);
        while (random.Chance(faults.Duplication))
            time.After(Delay(), arrive);
    }

    TimeSpan Delay() =>
        random.Chance(faults.LongDelay) ? random.Between(faults.Delay, faults.Longest) : random.Between(faults.Delay / 2, faults.Delay * 2);
}
