using Cordwain.Content;

namespace Cordwain.Server.Tftp;

/// <summary>Gives the bytes that go on the wire, by their place there.</summary>
interface IWireBytes : IDisposable
{
    /// <summary>Fills the destination; less only at the end.</summary>
    /// <returns><see cref="ContentReader.Waiting"/> when the bytes are not there yet: try again when told.</returns>
    /// <exception cref="IOException">They cannot be had.</exception>
    int Read(long offset, Span<byte> destination);
}

/// <summary>Reads content without ever waiting for bytes that are still to arrive. Not safe for several threads.</summary>
/// <param name="ready">Called once, on any thread, after a read answered <see cref="Waiting"/>.</param>
sealed class ContentReader(BootContent content, Action ready) : IWireBytes
{
    public const int Waiting = -1;

    const int ChunkLength = 32 * 1024;

    readonly CancellationTokenSource _disposed = new();
    byte[] _chunk = [];
    long _chunkOffset;
    int _chunkFilled;
    bool _chunkEnds;
    Task? _filling;

    public int Read(long offset, Span<byte> destination)
    {
        if (content.Bytes is { } bytes)
            return Copy(bytes.Span, offset, destination);
        if (content.Extent is { } extent)
            return ReadFile(extent, offset, destination);

        if (_filling is { IsCompleted: false })
            return Waiting;
        if (_filling is { } done)
        {
            _filling = null;
            done.GetAwaiter().GetResult();   // throws what the read threw
        }

        if (!Holds(offset, destination.Length))
        {
            var filling = FillAsync(offset, destination.Length);
            if (!filling.IsCompleted)
            {
                _filling = filling;
                filling.GetAwaiter().OnCompleted(ready);
                return Waiting;
            }

            filling.GetAwaiter().GetResult();
        }

        return Copy(_chunk.AsSpan(0, _chunkFilled), offset - _chunkOffset, destination);
    }

    /// <summary>Ends a read that waits; the content is disposed when nothing reads from it any more.</summary>
    public void Dispose()
    {
        _disposed.Cancel();
        if (_filling is { IsCompleted: false } filling)
            _ = DisposeAfterAsync(filling);
        else
            content.Dispose();
        _disposed.Dispose();
    }

    async Task DisposeAfterAsync(Task filling)
    {
        await filling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        content.Dispose();
    }

    static int Copy(ReadOnlySpan<byte> bytes, long offset, Span<byte> destination)
    {
        var rest = offset < bytes.Length ? bytes[(int)offset..] : [];
        rest = rest[..Math.Min(rest.Length, destination.Length)];
        rest.CopyTo(destination);
        return rest.Length;
    }

    static int ReadFile(FileExtent extent, long offset, Span<byte> destination)
    {
        if (destination.Length > extent.Length - offset)
            destination = destination[..(int)Math.Max(0, extent.Length - offset)];
        var filled = 0;
        while (filled < destination.Length)
        {
            var count = RandomAccess.Read(extent.File, destination[filled..], extent.Offset + offset + filled);
            if (count == 0)
                break;
            filled += count;
        }

        return filled;
    }

    bool Holds(long offset, int length) =>
        offset >= _chunkOffset && offset <= _chunkOffset + _chunkFilled
        && (_chunkEnds || offset + length <= _chunkOffset + _chunkFilled);

    async Task FillAsync(long offset, int length)
    {
        var cancelled = _disposed.Token;
        if (_chunk.Length < length)
            _chunk = new byte[Math.Max(length, ChunkLength)];
        _chunkOffset = offset;
        _chunkFilled = 0;
        _chunkEnds = false;
        while (_chunkFilled < length && !_chunkEnds)
        {
            var count = await content.ReadAsync(offset + _chunkFilled, _chunk.AsMemory(_chunkFilled), cancelled).ConfigureAwait(false);
            _chunkFilled += count;
            _chunkEnds = count == 0;
        }
    }
}
