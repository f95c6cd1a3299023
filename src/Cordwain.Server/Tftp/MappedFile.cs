using Cordwain.Content;
using Cordwain.Server.Linux;

namespace Cordwain.Server.Tftp;

/// <summary>A transfer's view of a file that the kernel sends from: no byte passes through us.</summary>
sealed class MappedFile : IDisposable
{
    readonly FileMaps _maps;
    readonly FileExtent _extent;
    readonly FileStamp _stamp;
    FilePart? _current, _next;

    MappedFile(FileMaps maps, FileExtent extent, FileStamp stamp)
    {
        _maps = maps;
        _extent = extent;
        _stamp = stamp;
    }

    /// <returns>Null when its bytes have to be read.</returns>
    public static MappedFile? Of(FileMaps? maps, FileExtent extent) =>
        maps is not null && extent.Length > 0 && FileStamp.TryRead(extent.File, out var stamp) && stamp.IsPlain && extent.Offset + extent.Length <= stamp.Size
            ? new(maps, extent, stamp)
            : null;

    /// <summary>Sees to it that these bytes are mapped; there are at most a part's length of them.</summary>
    /// <param name="now">Monotonic.</param>
    /// <returns>False when they have to be read.</returns>
    public bool Holds(long offset, int length, TimeSpan now)
    {
        var place = _extent.Offset + offset;
        var index = place / FileMaps.PartLength;
        return Hold(ref _current, index) && _current!.LengthNow(_extent.File, now) >= place + length
            && (place % FileMaps.PartLength + length <= FileMaps.PartLength || Hold(ref _next, index + 1));
    }

    /// <summary>Adds bytes, of those that <see cref="Holds"/> said yes to last.</summary>
    public void Add(ISendBatch batch, long offset, int length)
    {
        var place = _extent.Offset + offset;
        var part = _current!.Index == place / FileMaps.PartLength ? _current : _next!;
        var within = (int)(place % FileMaps.PartLength);
        var first = Math.Min(length, FileMaps.PartLength - within);
        batch.AddFile(part, within, first);
        if (first < length)
            batch.AddFile(_next!, 0, length - first);
    }

    public void Dispose()
    {
        _current?.Release();
        _next?.Release();
        (_current, _next) = (null, null);
    }

    bool Hold(ref FilePart? part, long index)
    {
        if (part?.Index == index)
            return true;
        part?.Release();
        part = null;
        part = _maps.Use(_extent.File, _stamp, index);
        return part is not null;
    }
}
