using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Cordwain.Boot.Catalog;

namespace Cordwain.Content.Mirrors;

/// <summary>Remote files, fetched once and kept: many machines asking for one file cause one transfer and read it while it comes.</summary>
public sealed class MirrorCache : IAsyncDisposable
{
    readonly MirrorSettings _settings;
    readonly TimeProvider _time;
    readonly MirrorIndex _index;
    readonly MirrorClient _client;
    readonly MirrorParts _parts;
    readonly Lock _gate = new();
    readonly Dictionary<string, MirrorEntry> _entries = [];
    readonly ConcurrentDictionary<Task, byte> _running = [];
    readonly CancellationTokenSource _stopping = new();
    bool _isLoaded;
    long _hits, _misses, _stale, _failures;

    public MirrorCache(MirrorSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _time = time;
        _index = new(settings.Folder);
        _client = new(settings, time);
        _parts = new(_index, new(_index, settings.MaxBytes) { FileCleared = OnFileCleared, PartCleared = OnPartCleared }, _client, settings, time)
        {
            IsWanted = IsWanted,
        };
    }

    public MirrorCounters Counters => new(
        Interlocked.Read(ref _hits), Interlocked.Read(ref _misses), Interlocked.Read(ref _stale), Interlocked.Read(ref _failures),
        _parts.Shelf.Evicted, _parts.Fetched, _parts.Shelf.Bytes);

    /// <summary>Every remote file that was asked for, or is kept, in the order of their URLs.</summary>
    public ImmutableArray<MirrorFileStatus> Files
    {
        get
        {
            lock (_gate)
                return [.. _entries.Values.Select(StatusOf).OfType<MirrorFileStatus>().OrderBy(file => file.Url, StringComparer.Ordinal)];
        }
    }

    /// <summary>Opens a remote file: from the cache, or while it arrives.</summary>
    /// <param name="file">As the configuration names it. The caller makes sure that no machine can bring in a URL of its own.</param>
    /// <exception cref="MirrorException">It cannot be had.</exception>
    public async ValueTask<BootContent> OpenAsync(BootFileRef file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!Uri.TryCreate(file.Location, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new MirrorException("CW7007", "only http:// and https:// URLs are fetched.");

        var entry = EntryOf(url, file.Sha256?.ToLowerInvariant());
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var download = IsFresh(entry) ? null : await Opening(entry).WaitAsync(cancellationToken);
            if ((download is null ? (BootContent?)OpenStored(entry) : OpenArriving(download)) is { } content)
                return content;
        }

        throw new MirrorException("CW7006", "the file was cleared from the cache while it was opened; the cache is too small.");
    }

    /// <summary>Ends the transfers; what has come is kept and taken up again at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        while (!_running.IsEmpty)   // what is opening may have begun a transfer
            await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _stopping.Dispose();
    }

    MirrorEntry EntryOf(Uri url, string? expected)
    {
        var key = MirrorIndex.KeyOf(url.AbsoluteUri, expected);
        lock (_gate)
        {
            Load_NeedsLock();
            if (!_entries.TryGetValue(key, out var entry))
                _entries[key] = entry = new(key, url, expected);
            return entry;
        }
    }

    void Load_NeedsLock()
    {
        if (_isLoaded)
            return;

        try
        {
            foreach (var record in _index.Load())
            {
                var entry = new MirrorEntry(MirrorIndex.KeyOf(record.Url, record.Expected), new(record.Url), record.Expected);
                entry.Restore(record);
                _entries[entry.Key] = entry;
                if (record.Stored is { } stored)
                    _parts.Shelf.Add(stored.Sha256, stored.Length, stored.UsedAt);
                if (record.Part is { } part)
                    _parts.Shelf.AddIdlePart(entry.Key, part.Received, DateTimeOffset.UnixEpoch);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw MirrorParts.Unwritable(e);
        }

        _isLoaded = true;
    }

    bool IsFresh(MirrorEntry entry)
    {
        lock (_gate)
        {
            return entry.Download is null && entry.Record.Stored is { } stored
                && (entry.Expected is not null || _time.GetUtcNow() - stored.CheckedAt < _settings.RevalidateAfter);
        }
    }

    /// <summary>Finds out where the bytes come from, once for all who ask at the same time.</summary>
    Task<MirrorDownload?> Opening(MirrorEntry entry)
    {
        lock (_gate)
        {
            if (entry.Download is { Failure: null } arriving)
                return Task.FromResult<MirrorDownload?>(arriving);
            return entry.Opening ??= Track(Task.Run(() => BeginOnceAsync(entry)));
        }
    }

    async Task<MirrorDownload?> BeginOnceAsync(MirrorEntry entry)
    {
        try
        {
            return await BeginAsync(entry);
        }
        catch (Exception e) when (_stopping.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException)
        {
            throw new MirrorException("CW7003", "the server is stopping.", e);
        }
        finally
        {
            lock (_gate)
                entry.Opening = null;
        }
    }

    /// <summary>Remembers what is under way, so that the end waits for it.</summary>
    T Track<T>(T running)
        where T : Task
    {
        _running.TryAdd(running, 0);
        _ = running.ContinueWith(done => _running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return running;
    }

    /// <returns>Null: the stored copy is good.</returns>
    async Task<MirrorDownload?> BeginAsync(MirrorEntry entry)
    {
        if (IsFresh(entry))
            return null;
        if (entry.Expected is { } expected && _parts.Shelf.Has(expected, out var length))
        {
            var now = _time.GetUtcNow();
            TrySave(entry, record => record with { Stored = new(expected, length, null, null, now, now) });
            return null;
        }

        if (entry.Record.Stored is { } stored)
            return await RevalidateAsync(entry, stored);
        if (entry.Failure is { } failure && _time.GetUtcNow() - entry.FailedAt < _settings.FailureMemory)
            throw new MirrorException(failure.Code, failure.Message[(failure.Code.Length + 2)..], failure);

        try
        {
            return await FetchAsync(entry);
        }
        catch (MirrorException e)
        {
            Interlocked.Increment(ref _failures);
            (entry.Failure, entry.FailedAt) = (e, _time.GetUtcNow());
            throw;
        }
    }

    async Task<MirrorDownload> FetchAsync(MirrorEntry entry)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                var part = entry.Record.Part is { } kept && (kept.Version.IsKnown || entry.Expected is not null) ? kept : null;
                var ask = part is null ? default : new MirrorAsk(part.Received, part.Version);
                var response = await _client.GetAsync(entry.Url, ask, entry.Expected is not null, _settings.StallTimeout, _stopping.Token);
                if (part is not null && !GoesOn(response, part))
                {
                    response.Dispose();
                    TrySave(entry, record => record with { Part = null });
                    continue;
                }

                return Start(entry, response, response.StatusCode == HttpStatusCode.PartialContent ? part!.Received : 0);
            }
            catch (MirrorException e) when (e.IsTransient && failures < 1)
            {
                await _parts.PauseAsync(0, _stopping.Token);
            }
        }
    }

    /// <summary>True when an answer brings the rest of a part, or the whole file anew.</summary>
    static bool GoesOn(HttpResponseMessage response, MirrorPart part) =>
        response.StatusCode switch
        {
            HttpStatusCode.PartialContent => response.Content.Headers.ContentRange is { } range && range.From == part.Received
                && range.Length is not null && (part.Length is null || range.Length == part.Length) && part.Version.MayBe(MirrorVersion.Of(response)),
            HttpStatusCode.RequestedRangeNotSatisfiable => false,
            _ => true,
        };

    async Task<MirrorDownload?> RevalidateAsync(MirrorEntry entry, MirrorStored stored)
    {
        try
        {
            var response = await _client.GetAsync(entry.Url, new(0, stored.Version), entry.Expected is not null, _settings.RevalidateTimeout, _stopping.Token);
            if (response.StatusCode != HttpStatusCode.NotModified)
                return Start(entry, response, 0);
            response.Dispose();
        }
        catch (MirrorException)
        {
            // The mirror is down, or has lost the file: the copy is better than nothing. It is asked again when a tenth of the age has passed.
            Interlocked.Increment(ref _stale);
            KeepOldCopy(entry);
            return null;
        }

        var now = _time.GetUtcNow();
        TrySave(entry, record => record with { Stored = record.Stored is { } same ? same with { CheckedAt = now } : null });
        return null;
    }

    MirrorDownload Start(MirrorEntry entry, HttpResponseMessage response, long from)
    {
        MirrorDownload download;
        try
        {
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
                throw MirrorAnswers.Refused(entry.Url, response);
            download = new(entry, _parts, response, from);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        lock (_gate)
            entry.Download = download;
        Track(RunAsync(entry, download, response));
        return download;
    }

    async Task RunAsync(MirrorEntry entry, MirrorDownload download, HttpResponseMessage response)
    {
        await Task.Yield();
        await download.RunAsync(response, _stopping.Token);
        entry.Failure = null;
        if (download.Failure is { } failure)
        {
            Interlocked.Increment(ref _failures);
            KeepOldCopy(entry);
            (entry.Failure, entry.FailedAt) = (failure, _time.GetUtcNow());
        }

        lock (_gate)
            entry.Download = null;
        download.Release();
    }

    /// <summary>A newer file could not be had whole: the old copy serves a while longer.</summary>
    void KeepOldCopy(MirrorEntry entry)
    {
        var checkedAt = _time.GetUtcNow() - (_settings.RevalidateAfter * 0.9);
        if (entry.Record.Stored is not null)
            TrySave(entry, record => record with { Stored = record.Stored is { } old ? old with { CheckedAt = checkedAt } : null });
    }

    /// <summary>Saves what may be lost: the copy itself is served with or without.</summary>
    void TrySave(MirrorEntry entry, Func<MirrorRecord, MirrorRecord> change)
    {
        try
        {
            entry.Save(_index, change);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk must not keep a machine from a copy that is there. The change holds in memory.
        }
    }

    ArrivingContent? OpenArriving(MirrorDownload download)
    {
        if (!download.TryHold())
            return null;
        Interlocked.Increment(ref _misses);
        return new(download) { Source = "mirror" };
    }

    StoredContent? OpenStored(MirrorEntry entry)
    {
        if (entry.Record.Stored is not { } stored || !_parts.Shelf.TryUse(stored.Sha256, _time.GetUtcNow()))
            return null;

        try
        {
            var content = new StoredContent(FileContent.Open(_index.FilePath(stored.Sha256), "mirror"), stored, () => _parts.Shelf.Release(stored.Sha256))
            {
                Source = "mirror",
            };
            Interlocked.Increment(ref _hits);
            if (_time.GetUtcNow() - stored.UsedAt > TimeSpan.FromMinutes(10))
                TrySave(entry, record => record with { Stored = record.Stored is { } now ? now with { UsedAt = _time.GetUtcNow() } : null });
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _parts.Shelf.Release(stored.Sha256);
            TrySave(entry, record => record with { Stored = null });
            return null;
        }
    }

    bool IsWanted(string sha256)
    {
        lock (_gate)
            return _entries.Values.Any(entry => entry.Record.Stored?.Sha256 == sha256);
    }

    void OnFileCleared(string sha256)
    {
        MirrorEntry[] affected;
        lock (_gate)
            affected = [.. _entries.Values.Where(entry => entry.Record.Stored?.Sha256 == sha256)];
        foreach (var entry in affected)
            TrySave(entry, record => record.Stored?.Sha256 == sha256 ? record with { Stored = null } : record);
    }

    void OnPartCleared(string key)
    {
        MirrorEntry? entry;
        lock (_gate)
            entry = _entries.GetValueOrDefault(key);
        if (entry is not null)
            TrySave(entry, record => record with { Part = null });
    }

    MirrorFileStatus? StatusOf(MirrorEntry entry)
    {
        var url = MirrorClient.Shown(entry.Url);
        if (entry.Download is { } download)
            return new(url, MirrorFileState.Arriving, download.Position, download.Length, download.Readers, null);
        if (entry.Record.Stored is { } stored)
            return new(url, MirrorFileState.Complete, stored.Length, stored.Length, _parts.Shelf.ReadersOf(stored.Sha256), entry.Failure?.Message);
        return entry.Failure is null ? null : new(url, MirrorFileState.Failed, entry.Record.Part?.Received ?? 0, entry.Record.Part?.Length, 0, entry.Failure.Message);
    }
}
