namespace Cordwain.Content;

/// <summary>Something that can be served: a file, a part of a file, a rendered text, or a remote file that is still arriving.</summary>
/// <remarks>Safe for several readers at once. Disposed by whoever opened it, when the last byte has left.</remarks>
public abstract class BootContent : IDisposable
{
    /// <summary>Where it comes from, for the journal: <c>folder</c>, <c>loader</c>, <c>menu</c>, <c>mirror</c>.</summary>
    public required string Source { get; init; }

    /// <summary>In bytes; null while a remote file arrives whose length its server did not tell.</summary>
    public abstract long? Length { get; }

    public virtual DateTimeOffset LastModified => DateTimeOffset.UnixEpoch;

    /// <summary>Changes when the bytes do, for HTTP's <c>ETag</c> (without quotes); null: nothing is promised.</summary>
    public virtual string? ETag => null;

    /// <summary>The extent of a plain file that holds all bytes, for <c>sendfile</c> and mapped reads; null when there is none.</summary>
    public virtual FileExtent? Extent => null;

    /// <summary>The whole content when it is a small text in memory; null otherwise.</summary>
    public virtual ReadOnlyMemory<byte>? Bytes => null;

    /// <summary>Reads at an offset. Waits where the bytes are still arriving.</summary>
    /// <returns>0 only at the end; fewer bytes than asked only at the end, or where the rest is still arriving.</returns>
    /// <exception cref="IOException">The bytes cannot be had: the file shrank, the mirror broke off.</exception>
    public abstract ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <param name="File">Stays open as long as the content does.</param>
public readonly record struct FileExtent(Microsoft.Win32.SafeHandles.SafeFileHandle File, long Offset, long Length);
