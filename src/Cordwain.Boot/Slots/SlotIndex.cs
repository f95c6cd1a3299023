using Cordwain.Protocols.Wire;

namespace Cordwain.Boot.Slots;

/// <summary>Finds numbered slots by a key: three arrays, and no object for an entry that the garbage collector would have to walk.</summary>
/// <remarks>A slot has one key; several slots may share one.</remarks>
sealed class SlotIndex
{
    // The chains hold slot + 1, so that arrays of zeros are an empty table.
    int[] _first = new int[16], _next = [];
    ulong[] _keys = [];
    int _count;

    /// <returns>-1 when no slot has the key.</returns>
    public int Find(ulong key) => Search(_first[Bucket(key)] - 1, key);

    /// <summary>Another slot of the same key; -1 when there is none.</summary>
    public int FindNext(int slot) => Search(_next[slot] - 1, _keys[slot]);

    public void Add(ulong key, int slot)
    {
        if (slot >= _keys.Length)
        {
            Array.Resize(ref _keys, Math.Max(16, Math.Max(slot + 1, _keys.Length * 2)));
            Array.Resize(ref _next, _keys.Length);
        }

        if (_count++ == _first.Length)
            Grow();
        _keys[slot] = key;
        ref var first = ref _first[Bucket(key)];
        _next[slot] = first;
        first = slot + 1;
    }

    public void Remove(int slot)
    {
        ref var link = ref _first[Bucket(_keys[slot])];
        while (link != slot + 1)
            link = ref _next[link - 1];
        link = _next[slot];
        _count--;
    }

    int Search(int slot, ulong key)
    {
        while (slot >= 0 && _keys[slot] != key)
            slot = _next[slot] - 1;
        return slot;
    }

    void Grow()
    {
        var before = _first;
        _first = new int[before.Length * 2];
        foreach (var head in before)
        {
            for (var link = head; link != 0;)
            {
                var next = _next[link - 1];
                ref var first = ref _first[Bucket(_keys[link - 1])];
                _next[link - 1] = first;
                first = link;
                link = next;
            }
        }
    }

    int Bucket(ulong key) => SeededHash.Of(key) & (_first.Length - 1);
}
