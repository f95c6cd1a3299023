using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Cordwain.Content.Mirrors;

/// <summary>What transfers share: the disk below the cache's folder, the bound on it, and the way to the mirrors.</summary>
sealed class MirrorParts(MirrorIndex index, MirrorShelf shelf, MirrorClient client, MirrorSettings settings, TimeProvider time)
{
    long _fetched;

    public MirrorShelf Shelf => shelf;

    public MirrorClient Client => client;

    public MirrorSettings Settings => settings;

    public TimeProvider Time => time;

    public long Fetched => Interlocked.Read(ref _fetched);

    /// <summary>Whether a record still speaks of a complete file.</summary>
    public Func<string, bool> IsWanted { get; set; } = _ => true;

    public void OnFetched(int bytes) => Interlocked.Add(ref _fetched, bytes);

    /// <summary>Opens a part for going on at <paramref name="length"/>; what lies beyond is cut off.</summary>
    public SafeFileHandle Open(string key, long length)
    {
        shelf.TakePart(key);
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(index.PartPath(key), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.SetLength(file, length);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw Unwritable(e);
        }
    }

    public static async Task HashAsync(SafeFileHandle file, long length, IncrementalHash hash, CancellationToken cancellationToken)
    {
        var buffer = new byte[128 * 1024];
        for (var at = 0L; at < length;)
        {
            var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - at)), at, cancellationToken);
            if (read == 0)
                throw new MirrorException("CW7005", "the part that was kept in the cache became shorter.");
            hash.AppendData(buffer, 0, read);
            at += read;
        }
    }

    public static async Task<bool> IsSameAsync(SafeFileHandle file, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var kept = ArrayPool<byte>.Shared.Rent(bytes.Length);
        try
        {
            var read = await RandomAccess.ReadAsync(file, kept.AsMemory(0, bytes.Length), offset, cancellationToken);
            return kept.AsSpan(0, read).SequenceEqual(bytes.Span);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(kept);
        }
    }

    /// <summary>Writes, and makes room by clearing idle files when the disk is full.</summary>
    public async Task WriteAsync(SafeFileHandle file, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await RandomAccess.WriteAsync(file, bytes, offset, cancellationToken);
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!shelf.ClearOne())
                    throw Unwritable(e);
            }
        }
    }

    /// <summary>Makes what has come survive a crash.</summary>
    /// <returns>The bytes that do.</returns>
    public long KeepPart(MirrorEntry entry, SafeFileHandle file, long length, long? whole, MirrorVersion version)
    {
        try
        {
            RandomAccess.FlushToDisk(file);
            entry.Save(index, record => record with { Part = new(length, whole, version.ETag, version.LastModified) });
            return length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    public void Complete(MirrorEntry entry, SafeFileHandle file, string sha256, long length, MirrorVersion version)
    {
        try
        {
            RandomAccess.FlushToDisk(file);
            File.Move(index.PartPath(entry.Key), index.FilePath(sha256), overwrite: true);
            var now = time.GetUtcNow();
            shelf.Add(sha256, length, now);
            shelf.TryUse(sha256, now);   // for those who are reading; released with the last of them
            var old = entry.Record.Stored?.Sha256;
            entry.Save(index, record => record with { Stored = new(sha256, length, version.ETag, version.LastModified, now, now), Part = null });
            if (old is not null && old != sha256 && !IsWanted(old))
                shelf.Discard(old);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>Keeps what came for another try, unless it is wrong or there is no room for it.</summary>
    public void Abandon(MirrorEntry entry, SafeFileHandle file, MirrorException failure, long length, long? whole, MirrorVersion version)
    {
        try
        {
            if (failure.Code is "CW7001" or "CW7002" or "CW7003" && length > 0)
            {
                KeepPart(entry, file, length, whole, version);
                shelf.AddIdlePart(entry.Key, length, time.GetUtcNow());
                return;
            }

            File.Delete(index.PartPath(entry.Key));
            entry.Save(index, record => record with { Part = null });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk is at its end: room is worth more than what came. A part that cannot be deleted either is removed at the next start.
            TryDelete(index.PartPath(entry.Key));
        }
    }

    static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing else can be done here.
        }
    }

    public Task PauseAsync(int failures, CancellationToken cancellationToken)
    {
        var pause = settings.RetryAfter * Math.Pow(2, Math.Min(failures, 10));
        return Task.Delay(pause < TimeSpan.FromSeconds(30) ? pause : TimeSpan.FromSeconds(30), time, cancellationToken);
    }

    public static MirrorException Unwritable(Exception e) =>
        e as MirrorException ?? new("CW7005", $"the cache cannot be written: {e.Message}", e);
}
