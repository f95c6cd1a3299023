using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Cordwain.Content;

/// <summary>A plain file, or a part of one, as long as it was when it was opened: what is appended later is not seen.</summary>
/// <remarks>A file that is replaced while it is read keeps its old bytes; one that is cut ends in an <see cref="IOException"/>.</remarks>
public sealed class FileContent : BootContent
{
    readonly FileExtent _extent;
    readonly bool _ownsFile;

    /// <param name="file">Closed with this content.</param>
    public FileContent(SafeFileHandle file, DateTimeOffset lastModified)
        : this(new FileExtent(file, 0, RandomAccess.GetLength(file)), lastModified, ownsFile: true)
    {
    }

    /// <param name="extent">The part of the file to serve.</param>
    /// <param name="ownsFile">True: the file is closed with this content.</param>
    public FileContent(FileExtent extent, DateTimeOffset lastModified, bool ownsFile)
    {
        _extent = extent;
        _ownsFile = ownsFile;
        LastModified = lastModified;
    }

    public override long? Length => _extent.Length;

    public override DateTimeOffset LastModified { get; }

    public override string? ETag =>
        string.Create(CultureInfo.InvariantCulture, $"{_extent.Length:x}-{_extent.Offset:x}-{LastModified.UtcTicks:x}");

    public override FileExtent? Extent => _extent;

    /// <summary>Opens a file that the caller trusts: links in its path are followed.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to read it, or it is a folder.</exception>
    public static FileContent Open(string path, string source)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return new(file, File.GetLastWriteTimeUtc(file)) { Source = source };
    }

    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var wanted = (int)Math.Min(buffer.Length, _extent.Length - offset);
        if (wanted <= 0)
            return 0;

        var total = 0;
        while (total < wanted)
        {
            var read = await RandomAccess.ReadAsync(_extent.File, buffer[total..wanted], _extent.Offset + offset + total, cancellationToken);
            if (read == 0)
                throw new IOException("CW7010: the file became shorter while it was read.");
            total += read;
        }

        return total;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _ownsFile)
            _extent.File.Dispose();
        base.Dispose(disposing);
    }
}
