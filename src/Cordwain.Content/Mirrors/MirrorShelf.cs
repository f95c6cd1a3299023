namespace Cordwain.Content.Mirrors;

/// <summary>Keeps the cache within its bound: counts what is kept, in use and promised, and clears the least recently used when room is wanted.</summary>
sealed class MirrorShelf(MirrorIndex index, long maxBytes)
{
    readonly Lock _gate = new();
    readonly Dictionary<string, Kept> _files = [];
    readonly Dictionary<string, (long Bytes, DateTimeOffset At)> _idleParts = [];
    long _promised;

    /// <summary>Called without locks, with the checksum of a complete file that is gone.</summary>
    public Action<string> FileCleared { get; set; } = _ => { };

    /// <summary>Called without locks, with the key of a part that is gone.</summary>
    public Action<string> PartCleared { get; set; } = _ => { };

    public long Evicted { get; private set; }

    public long Bytes
    {
        get
        {
            lock (_gate)
                return Bytes_NeedsLock;
        }
    }

    long Bytes_NeedsLock => _files.Values.Sum(file => file.Length) + _idleParts.Values.Sum(part => part.Bytes) + _promised;

    public void Add(string sha256, long length, DateTimeOffset usedAt)
    {
        lock (_gate)
        {
            if (!_files.TryGetValue(sha256, out var file))
                _files[sha256] = file = new() { Length = length };
            file.UsedAt = usedAt > file.UsedAt ? usedAt : file.UsedAt;
            file.IsUnwanted = false;
        }
    }

    public bool Has(string sha256, out long length)
    {
        lock (_gate)
        {
            length = _files.GetValueOrDefault(sha256)?.Length ?? 0;
            return _files.ContainsKey(sha256);
        }
    }

    public int ReadersOf(string sha256)
    {
        lock (_gate)
            return _files.GetValueOrDefault(sha256)?.Readers ?? 0;
    }

    /// <summary>Takes a complete file into use; it is not cleared before <see cref="Release"/>.</summary>
    public bool TryUse(string sha256, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!_files.TryGetValue(sha256, out var file))
                return false;
            file.Readers++;
            file.UsedAt = now;
            return true;
        }
    }

    public void Release(string sha256)
    {
        lock (_gate)
        {
            if (!_files.TryGetValue(sha256, out var file) || --file.Readers > 0 || !file.IsUnwanted)
                return;
            _files.Remove(sha256);
        }

        File.Delete(index.FilePath(sha256));
    }

    /// <summary>No record speaks of the file any more: it goes when its last reader does.</summary>
    public void Discard(string sha256)
    {
        lock (_gate)
        {
            if (!_files.TryGetValue(sha256, out var file))
                return;
            file.IsUnwanted = true;
            if (file.Readers > 0)
                return;
            _files.Remove(sha256);
        }

        File.Delete(index.FilePath(sha256));
    }

    /// <summary>A part that nobody is adding to; it is the first to go when room is wanted.</summary>
    public void AddIdlePart(string key, long bytes, DateTimeOffset at)
    {
        lock (_gate)
            _idleParts[key] = (bytes, at);
    }

    public void TakePart(string key)
    {
        lock (_gate)
            _idleParts.Remove(key);
    }

    /// <summary>Promises room, clearing what is not in use where there is none.</summary>
    /// <exception cref="MirrorException">There is not enough that could be cleared.</exception>
    public void Reserve(long bytes)
    {
        var parts = new List<string>();
        var files = new List<string>();
        bool fits;
        lock (_gate)
        {
            while (!(fits = Bytes_NeedsLock + bytes <= maxBytes) && bytes <= maxBytes && ClearOne_NeedsLock(parts, files))
            {
            }

            if (fits)
                _promised += bytes;
        }

        Delete(parts, files);
        if (!fits)
            throw new MirrorException("CW7006", $"the file does not fit into the cache of {maxBytes >> 20} MiB beside the files in use.");
    }

    public void Unreserve(long bytes)
    {
        lock (_gate)
            _promised -= bytes;
    }

    /// <summary>Clears the one file or part that has been idle longest; the disk is full although the bound is not reached.</summary>
    public bool ClearOne()
    {
        var parts = new List<string>();
        var files = new List<string>();
        lock (_gate)
            ClearOne_NeedsLock(parts, files);
        Delete(parts, files);
        return parts.Count + files.Count > 0;
    }

    bool ClearOne_NeedsLock(List<string> parts, List<string> files)
    {
        if (_idleParts.Count > 0)
        {
            var part = _idleParts.MinBy(idle => idle.Value.At).Key;
            _idleParts.Remove(part);
            parts.Add(part);
        }
        else if (_files.Where(file => file.Value.Readers == 0).Select(file => (file.Key, file.Value.UsedAt)).DefaultIfEmpty().MinBy(file => file.UsedAt).Key is { } sha256)
        {
            _files.Remove(sha256);
            files.Add(sha256);
            Evicted++;
        }
        else
        {
            return false;
        }

        return true;
    }

    void Delete(List<string> parts, List<string> files)
    {
        foreach (var key in parts)
        {
            File.Delete(index.PartPath(key));
            PartCleared(key);
        }

        foreach (var sha256 in files)
        {
            File.Delete(index.FilePath(sha256));
            FileCleared(sha256);
        }
    }

    sealed class Kept
    {
        public required long Length { get; init; }

        public int Readers { get; set; }

        public DateTimeOffset UsedAt { get; set; }

        public bool IsUnwanted { get; set; }
    }
}
