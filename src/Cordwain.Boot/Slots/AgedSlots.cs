namespace Cordwain.Boot.Slots;

/// <summary>Gives numbers for slots, low ones first and freed ones again, and keeps those in use in the order of their age.</summary>
sealed class AgedSlots
{
    int[] _older = [], _newer = [];
    int _used, _firstFree = -1;

    /// <summary>How many are in use.</summary>
    public int Count { get; private set; }

    /// <summary>-1: none is in use.</summary>
    public int Oldest { get; private set; } = -1;

    int Newest { get; set; } = -1;

    /// <summary>The next newer one; -1 after the last.</summary>
    public int NewerThan(int slot) => _newer[slot];

    /// <summary>Takes a slot into use, as the newest.</summary>
    public int Take()
    {
        var slot = _firstFree;
        if (slot >= 0)
            _firstFree = _newer[slot];
        else
            slot = _used++;
        if (slot >= _older.Length)
        {
            Array.Resize(ref _older, Math.Max(16, _older.Length * 2));
            Array.Resize(ref _newer, _older.Length);
        }

        Count++;
        Append(slot);
        return slot;
    }

    public void Free(int slot)
    {
        Unlink(slot);
        Count--;
        _newer[slot] = _firstFree;
        _firstFree = slot;
    }

    /// <summary>Makes it the newest.</summary>
    public void Renew(int slot)
    {
        if (slot == Newest)
            return;
        Unlink(slot);
        Append(slot);
    }

    void Append(int slot)
    {
        _older[slot] = Newest;
        _newer[slot] = -1;
        if (Newest >= 0)
            _newer[Newest] = slot;
        else
            Oldest = slot;
        Newest = slot;
    }

    void Unlink(int slot)
    {
        var (older, newer) = (_older[slot], _newer[slot]);
        if (older >= 0)
            _newer[older] = newer;
        else
            Oldest = newer;
        if (newer >= 0)
            _older[newer] = older;
        else
            Newest = older;
    }
}
