using Cordwain.Simulation.Tests.Kernel;

namespace Cordwain.Simulation.Tests.Disk;

/// <summary>One file as two things: what programs see (the page cache) and what would be there after a power cut.</summary>
/// <remarks>
/// A write changes what is seen and is remembered until a sync makes it durable. A cut keeps, drops or tears each remembered write on its
/// own, in sectors, so that later ones may survive earlier ones. Bytes beside a write are never damaged, which is what SQLite assumes too
/// (SQLITE_IOCAP_POWERSAFE_OVERWRITE).
/// </remarks>
sealed class SimulatedFile
{
    public const int Sector = 512;

    const int Page = 4096;

    byte[] _seen = [], _durable = [];
    int _durableLength;
    List<Change> _unsynced = [];
    SeededRandom? _forgetting;   // since a sync failed

    /// <summary>What the file held before, at <paramref name="Offset"/>; without data: cut to that length.</summary>
    readonly record struct Change(int Offset, byte[]? Data);

    public int Length { get; private set; }

    public int Unsynced => _unsynced.Count;

    public ReadOnlySpan<byte> Seen => _seen.AsSpan(0, Length);

    /// <returns>How much was there.</returns>
    public int Read(int offset, Span<byte> into)
    {
        if (_forgetting is { } random && _unsynced.Count == 0 && random.Chance(0.05))
            Forget(offset / Page * Page);
        var count = Math.Clamp(Length - offset, 0, into.Length);
        if (count > 0)
            _seen.AsSpan(offset, count).CopyTo(into);
        return count;
    }

    public void Write(int offset, ReadOnlySpan<byte> data)
    {
        _unsynced.Add(new(offset, data.ToArray()));
        Length = Put(ref _seen, Length, offset, data);
    }

    public void Truncate(int length)
    {
        _unsynced.Add(new(length, null));
        Length = Cut(_seen, Length, length);
    }

    public void Sync()
    {
        foreach (var change in _unsynced)
            Apply(change);
        _unsynced.Clear();
    }

    /// <summary>
    /// A sync that failed. Linux marks the pages clean all the same: some are on the disk, some are only seen until memory is short or the
    /// power goes, some are gone at once, and no later sync writes them.
    /// </summary>
    public void FailSync(SeededRandom random)
    {
        _forgetting = random;
        var isForgotten = random.Chance(0.3);
        foreach (var change in _unsynced)
        {
            if (random.Chance(0.4))
                Apply(change);
        }

        _unsynced.Clear();
        if (isForgotten)
            SeeWhatIsDurable();
    }

    /// <summary>Memory is short: a page that counts as clean is read from the disk the next time.</summary>
    void Forget(int from)
    {
        var length = Math.Min(Page, Length - from);
        if (length <= 0)
            return;
        var stored = Math.Clamp(_durableLength - from, 0, length);
        _durable.AsSpan(Math.Min(from, _durableLength), stored).CopyTo(_seen.AsSpan(from));
        _seen.AsSpan(from + stored, length - stored).Clear();
    }

    public void CutPower(SeededRandom random)
    {
        // Often all or nothing of what was under way survives; the mixtures between are what recovery is tested by.
        var keep = random.Below(4) switch { 0 => 0.0, 1 => 1.0, _ => random.Below(100) / 100.0 };
        var tear = random.Chance(0.5) ? 0.5 : 0;
        foreach (var change in _unsynced)
        {
            if (change.Data is { } data && random.Chance(tear))
                Tear(change.Offset, data, keep, random);
            else if (random.Chance(keep))
                Apply(change);
        }

        _unsynced.Clear();
        SeeWhatIsDurable();
    }

    void Tear(int offset, byte[] data, double keep, SeededRandom random)
    {
        for (var at = 0; at < data.Length;)
        {
            var length = Math.Min(Sector - (offset + at) % Sector, data.Length - at);
            if (random.Chance(keep))
                _durableLength = Put(ref _durable, _durableLength, offset + at, data.AsSpan(at, length));
            at += length;
        }
    }

    void Apply(Change change) =>
        _durableLength = change.Data is { } data ? Put(ref _durable, _durableLength, change.Offset, data) : Cut(_durable, _durableLength, change.Offset);

    void SeeWhatIsDurable()
    {
        if (_seen.Length < _durableLength)
            _seen = new byte[_durable.Length];
        _durable.AsSpan(0, _durableLength).CopyTo(_seen);
        if (Length > _durableLength)
            _seen.AsSpan(_durableLength, Length - _durableLength).Clear();
        Length = _durableLength;
    }

    // What lies beyond the length of an array in use is always zero: a file that grows by a jump has a hole of zeros.
    static int Put(ref byte[] bytes, int length, int offset, ReadOnlySpan<byte> data)
    {
        var end = offset + data.Length;
        if (end > bytes.Length)
            Array.Resize(ref bytes, Math.Max(end, Math.Max(16 * 1024, bytes.Length * 2)));
        data.CopyTo(bytes.AsSpan(offset));
        return Math.Max(length, end);
    }

    static int Cut(byte[] bytes, int length, int to)
    {
        if (to < length)
            bytes.AsSpan(to, length - to).Clear();
        return Math.Min(length, to);
    }
}
