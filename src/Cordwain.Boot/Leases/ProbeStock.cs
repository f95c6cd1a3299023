namespace Cordwain.Boot.Leases;

/// <summary>Free addresses of a network that did not answer a probe lately.</summary>
sealed class ProbeStock
{
    readonly Dictionary<uint, uint> _probedAt = [];
    readonly Queue<uint> _order = new();
    readonly Dictionary<uint, uint> _askedAt = [];

    public int Count => _probedAt.Count;

    public void Add(uint address, uint now)
    {
        _askedAt.Remove(address);
        if (_probedAt.Count >= Most && !_probedAt.ContainsKey(address))
            return;
        if (!_probedAt.ContainsKey(address))
            _order.Enqueue(address);
        _probedAt[address] = now;
    }

    public bool Contains(uint address, uint now) => _probedAt.TryGetValue(address, out var at) && now - at < Fresh;

    public void Remove(uint address)
    {
        if (_probedAt.Count > 0)
            _probedAt.Remove(address);
    }

    /// <summary>Takes the address that has waited longest.</summary>
    public bool TryTake(uint now, uint except, out uint address)
    {
        for (var left = _order.Count; left > 0; left--)
        {
            address = _order.Dequeue();
            if (!Contains(address, now))
                _probedAt.Remove(address);
            else if (address == except)
                _order.Enqueue(address);
            else
                return _probedAt.Remove(address);
        }

        address = 0;
        return false;
    }

    /// <summary>Forgets what was probed too long ago, and probes that nobody reported on.</summary>
    public void DropStale(uint now)
    {
        while (_order.TryPeek(out var oldest) && !Contains(oldest, now))
        {
            _order.Dequeue();
            _probedAt.Remove(oldest);
        }

        if (_askedAt.Count > 0)
        {
            foreach (var (address, at) in _askedAt)
            {
                if (now - at >= Patience)
                    _askedAt.Remove(address);
            }
        }
    }

    public int Asked => _askedAt.Count;

    public bool IsAsked(uint address) => _askedAt.ContainsKey(address);

    public void MarkAsked(uint address, uint now) => _askedAt[address] = now;

    public void MarkAnswered(uint address) => _askedAt.Remove(address);

    // A stock that nobody draws from is probed anew every ten minutes; a report that does not come is waited for ten seconds.
    const uint Fresh = 600, Patience = 10;
    const int Most = 4096;
}
