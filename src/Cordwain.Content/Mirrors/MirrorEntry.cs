namespace Cordwain.Content.Mirrors;

/// <summary>One remote file: what is kept of it, and who is busy with it. Its fields change under the cache's lock.</summary>
sealed class MirrorEntry(string key, Uri url, string? expected)
{
    readonly Lock _saving = new();

    public string Key => key;

    public Uri Url => url;

    /// <summary>SHA-256 the operator gave; null: any bytes are right.</summary>
    public string? Expected => expected;

    public MirrorRecord Record { get; private set; } = new() { Url = url.AbsoluteUri, Expected = expected };

    /// <summary>The transfer under way; null otherwise.</summary>
    public MirrorDownload? Download { get; set; }

    /// <summary>Somebody is finding out where the bytes come from; others wait for the same answer.</summary>
    public Task<MirrorDownload?>? Opening { get; set; }

    public MirrorException? Failure { get; set; }

    public DateTimeOffset FailedAt { get; set; }

    public void Restore(MirrorRecord record) => Record = record;

    /// <summary>Changes the record and writes it. Whoever saves last writes the newest.</summary>
    public void Save(MirrorIndex index, Func<MirrorRecord, MirrorRecord> change)
    {
        lock (_saving)
        {
            Record = change(Record);
            index.Save(Record);
        }
    }
}
