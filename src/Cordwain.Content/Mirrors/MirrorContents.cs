namespace Cordwain.Content.Mirrors;

/// <summary>A remote file that is still arriving; reading past what has come waits.</summary>
sealed class ArrivingContent(MirrorDownload download) : BootContent
{
    int _isDisposed;

    public override long? Length => download.Length;

    public override DateTimeOffset LastModified => download.Version.LastModified ?? DateTimeOffset.UnixEpoch;

    public override string? ETag => download.Version.StrongTag;

    public override FileExtent? Extent => download.IsComplete ? new(download.File, 0, download.Length!.Value) : null;

    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var available = await download.WaitAsync(offset, cancellationToken);
        var wanted = (int)Math.Min(buffer.Length, available - offset);
        var total = 0;
        while (total < wanted)
        {
            var read = await RandomAccess.ReadAsync(download.File, buffer[total..wanted], offset + total, cancellationToken);
            if (read == 0)
                throw new MirrorException("CW7010", "the cached file became shorter while it was read.");
            total += read;
        }

        return total;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
            download.Release();
        base.Dispose(disposing);
    }
}

/// <summary>A complete copy, in use until it is disposed.</summary>
sealed class StoredContent(FileContent file, MirrorStored stored, Action release) : BootContent
{
    int _isDisposed;

    public override long? Length => file.Length;

    public override DateTimeOffset LastModified => stored.LastModified ?? DateTimeOffset.UnixEpoch;

    // The mirror's own tag where it gives one, the same as while the file arrived: a machine may go on where it broke off.
    public override string? ETag => stored.Version.StrongTag ?? stored.Sha256[..32];

    public override FileExtent? Extent => file.Extent;

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        file.ReadAsync(offset, buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            file.Dispose();
            release();
        }

        base.Dispose(disposing);
    }
}
