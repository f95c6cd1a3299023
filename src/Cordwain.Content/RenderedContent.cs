using System.Text;

namespace Cordwain.Content;

/// <summary>Bytes in memory: a rendered menu or script, or an empty file.</summary>
public sealed class RenderedContent(ReadOnlyMemory<byte> bytes) : BootContent
{
    public static RenderedContent Text(string source, string text) => new(Encoding.UTF8.GetBytes(text)) { Source = source };

    public override long? Length => bytes.Length;

    public override ReadOnlyMemory<byte>? Bytes => bytes;

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (offset >= bytes.Length)
            return new(0);

        var part = bytes[(int)offset..];
        var count = Math.Min(part.Length, buffer.Length);
        part[..count].CopyTo(buffer);
        return new(count);
    }
}
