using Cordwain.Protocols.Wire;

namespace Cordwain.Server.Tftp;

/// <summary>Counts what each address has open and asks for, and says no to too much. Safe for several threads.</summary>
sealed class SourceLimits(TftpSettings settings)
{
    /// <summary>Addresses remembered; forged ones must not fill the memory.</summary>
    const int MaxSources = 16384;

    static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    readonly Dictionary<Ipv4Address, Source> _sources = [];
    readonly Lock _gate = new();
    TimeSpan _forgetAgainAt;

    /// <summary>Counts one request; false when it must not be answered.</summary>
    public bool Admit(Ipv4Address address, TimeSpan now)
    {
        lock (_gate)
        {
            if (!_sources.TryGetValue(address, out var source))
            {
                if (_sources.Count >= MaxSources && !Forget(now))
                    return false;
                source = new() { WindowStart = now };
            }

            if (now - source.WindowStart >= Window)
                source = source with { WindowStart = now, Requests = 0 };
            source.Requests++;
            _sources[address] = source;
            return source.Requests <= settings.MaxRequestsPerSecondPerAddress;
        }
    }

    /// <summary>Counts one transfer; false when the address has too many. Each true is followed by one <see cref="Close"/>.</summary>
    public bool Open(Ipv4Address address)
    {
        lock (_gate)
        {
            var source = _sources.GetValueOrDefault(address);
            if (source.Open >= settings.MaxTransfersPerAddress)
                return false;
            _sources[address] = source with { Open = source.Open + 1 };
            return true;
        }
    }

    public void Close(Ipv4Address address)
    {
        lock (_gate)
        {
            var source = _sources.GetValueOrDefault(address);
            _sources[address] = source with { Open = source.Open - 1 };
        }
    }

    /// <summary>Makes room. A flood of forged addresses must not have the whole table looked through for each.</summary>
    bool Forget(TimeSpan now)
    {
        if (now < _forgetAgainAt)
            return false;
        _forgetAgainAt = now + (Window / 10);
        foreach (var (address, source) in _sources)
        {
            if (source.Open <= 0 && now - source.WindowStart >= Window)
                _sources.Remove(address);
        }

        return _sources.Count < MaxSources;
    }

    record struct Source(int Open, TimeSpan WindowStart, int Requests);
}
