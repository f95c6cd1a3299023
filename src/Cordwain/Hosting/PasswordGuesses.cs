using Cordwain.Protocols.Wire;

namespace Cordwain.Hosting;

/// <summary>Counts the wrong passwords of each address, and says no to too many within a minute. Safe for several threads.</summary>
sealed class PasswordGuesses(TimeProvider time)
{
    /// <summary>Wrong passwords in a minute: for slow fingers, and not for a program.</summary>
    public const int Most = 5;

    /// <summary>Addresses remembered. Whoever takes up all of them has others wait for a minute, and gains no guesses.</summary>
    public const int MostAddresses = 4096;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    readonly Dictionary<Ipv4Address, (int Count, long Began)> _guesses = [];

    /// <summary>Counts a guess; false when it must not be looked at.</summary>
    /// <param name="pause">How long that stays so.</param>
    public bool TryBegin(Ipv4Address address, out TimeSpan pause)
    {
        pause = Window;
        lock (_gate)
        {
            if (_guesses.Count >= MostAddresses && !_guesses.ContainsKey(address) && !Forget())
                return false;
            var known = _guesses.TryGetValue(address, out var guesses) && Left(guesses.Began) > TimeSpan.Zero ? guesses : (Count: 0, Began: time.GetTimestamp());
            pause = Left(known.Began);
            if (known.Count >= Most)
                return false;
            _guesses[address] = known with { Count = known.Count + 1 };
            return true;
        }
    }

    /// <summary>It was right, or none at all.</summary>
    public void TakeBack(Ipv4Address address)
    {
        lock (_gate)
        {
            if (!_guesses.Remove(address, out var guesses) || guesses.Count <= 1)
                return;
            _guesses[address] = guesses with { Count = guesses.Count - 1 };
        }
    }

    TimeSpan Left(long began) => Window - time.GetElapsedTime(began);

    bool Forget()
    {
        foreach (var (address, guesses) in _guesses)
        {
            if (Left(guesses.Began) <= TimeSpan.Zero)
                _guesses.Remove(address);
        }

        return _guesses.Count < MostAddresses;
    }
}
