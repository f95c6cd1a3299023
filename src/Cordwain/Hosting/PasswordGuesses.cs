using Cordwain.Protocols.Wire;

namespace Cordwain.Hosting;

/// <summary>Counts the wrong passwords of each address, and says no to too many: five at once, and then one every 12 seconds. Safe for several threads.</summary>
sealed class PasswordGuesses(TimeProvider time)
{
    /// <summary>Wrong passwords at once, and in a minute from then on: for slow fingers, and not for a program.</summary>
    public const int Most = 5;

    /// <summary>Addresses remembered. Whoever takes up all of them has others wait for a minute, and gains no guesses.</summary>
    public const int MostAddresses = 4096;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1), Each = Window / Most;

    readonly long _began = time.GetTimestamp();
    readonly Lock _gate = new();
    readonly Dictionary<Ipv4Address, TimeSpan> _forgottenAt = [];   // each guess is remembered for 12 seconds, one after the other

    /// <summary>Counts a guess, or says why it must not be looked at.</summary>
    /// <param name="pause">How long that stays so; more than nothing.</param>
    /// <returns>A clause; null: the guess may be compared.</returns>
    public string? Begin(Ipv4Address address, out TimeSpan pause)
    {
        lock (_gate)
        {
            var now = time.GetElapsedTime(_began);
            if (_forgottenAt.Count >= MostAddresses && !_forgottenAt.ContainsKey(address) && !Forget(now, out pause))
                return $"{MostAddresses} other addresses gave wrong passwords within a minute";

            var known = _forgottenAt.TryGetValue(address, out var then) && then > now ? then : now;
            pause = known + Each - Window - now;
            if (pause > TimeSpan.Zero)
                return $"{address} gave {Most} wrong passwords within a minute";
            _forgottenAt[address] = known + Each;
            return null;
        }
    }

    /// <summary>It was right.</summary>
    public void TakeBack(Ipv4Address address)
    {
        lock (_gate)
        {
            if (_forgottenAt.Remove(address, out var then) && then - Each > time.GetElapsedTime(_began))
                _forgottenAt[address] = then - Each;
        }
    }

    /// <summary>Forgets whose guesses are all over.</summary>
    /// <param name="pause">Until the next one is, when there is none now.</param>
    bool Forget(TimeSpan now, out TimeSpan pause)
    {
        pause = Window;
        foreach (var (address, then) in _forgottenAt)
        {
            if (then <= now)
                _forgottenAt.Remove(address);
            else if (then - now < pause)
                pause = then - now;
        }

        return _forgottenAt.Count < MostAddresses;
    }
}
