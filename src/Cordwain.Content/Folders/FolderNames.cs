using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Cordwain.Content.Folders;

/// <summary>Finds a name in a folder without regard to case, and remembers the folders it has read as long as they stay unchanged.</summary>
/// <remarks>
/// Loaders ask for many names that are not there. Reading a folder of 10,000 files takes milliseconds, asking for its time microseconds.
/// </remarks>
sealed class FolderNames(TimeProvider time)
{
    const int MaxFolders = 256, MaxNames = 100_000, MaxNamesInAll = 500_000;

    // A folder changed in the same tick of the file system's clock as it was read would look unchanged: it is remembered only once its time is past.
    static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<string, Listing> _listings = new(StringComparer.Ordinal);

    /// <summary>The first name, in ordinal order, that equals <paramref name="name"/> but for case; null when there is none.</summary>
    public string? Find(string folder, string name)
    {
        var changed = Directory.GetLastWriteTimeUtc(folder);
        if (!_listings.TryGetValue(folder, out var listing) || listing.Changed != changed)
            listing = Read(folder, changed);

        return listing.Names.GetValueOrDefault(name);
    }

    Listing Read(string folder, DateTime changed)
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in Directory.EnumerateFileSystemEntries(folder).Take(MaxNames))
        {
            var name = Path.GetFileName(path);
            if (!names.TryGetValue(name, out var other) || string.CompareOrdinal(name, other) < 0)
                names[name] = name;
        }

        var listing = new Listing(changed, names);
        if (time.GetUtcNow() - changed > Settled)
        {
            if (_listings.Count >= MaxFolders || _listings.Values.Sum(known => known.Names.Count) > MaxNamesInAll)
                _listings.Clear();
            _listings[folder] = listing;
        }

        return listing;
    }

    sealed record Listing(DateTime Changed, IReadOnlyDictionary<string, string> Names);
}
