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
    long _oldest;   // of those remembered, when all places were taken last

    /// <summary>Counts a guess, or says why it must not be looked at.</summary>
    /// <param name="pause">How long that stays so.</param>
    /// <returns>A clause; null: the guess may be compared.</returns>
    public string? Begin(Ipv4Address address, out TimeSpan pause)
    {
        lock (_gate)
        {
            if (_guesses.Count >= MostAddresses && !_guesses.ContainsKey(address) && !Forget())
            {
                pause = Left(_oldest);
                return $"{MostAddresses} other addresses gave wrong passwords within a minute";
            }

            var known = _guesses.TryGetValue(address, out var guesses) && Left(guesses.Began) > TimeSpan.Zero ? guesses : (Count: 0, Began: time.GetTimestamp());
            pause = Left(known.Began);
            if (known.Count >= Most)
                return $"{address} gave {Most} wrong passwords within a minute";
            _guesses[address] = known with { Count = known.Count + 1 };
            return null;
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

    /// <summary>Forgets whose minute is over. Looks through all of them once for the oldest, not at each guess.</summary>
    bool Forget()
    {
        if (_oldest != 0 && Left(_oldest) > TimeSpan.Zero)
            return false;
        foreach (var (address, guesses) in _guesses)
        {
            if (Left(guesses.Began) <= TimeSpan.Zero)
                _guesses.Remove(address);
        }

        _oldest = _guesses.Count < MostAddresses ? 0 : _guesses.Values.Min(guesses => guesses.Began);
        return _oldest == 0;
    }
}
