using System.Globalization;

namespace Cordwain.Server.HttpBoot;

/// <summary>What a Range header asks of a file (RFC 9110 §14).</summary>
/// <param name="Offset">First byte to send.</param>
/// <param name="Length">Bytes to send; 0 with <see cref="IsUnsatisfiable"/>.</param>
readonly record struct ByteRange(long Offset, long Length)
{
    public static ByteRange Unsatisfiable => new(-1, 0);

    public bool IsUnsatisfiable => Offset < 0;

    /// <returns>Null when the header does not count: absent, malformed, another unit, or several ranges, which RFC 9110 §14.2 allows to answer in whole.</returns>
    public static ByteRange? Parse(string? header, long length)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            return null;

        var spec = header.AsSpan("bytes=".Length).Trim();
        var dash = spec.IndexOf('-');
        if (dash < 0 || spec.Contains(','))
            return null;

        var firstText = spec[..dash];
        var lastText = spec[(dash + 1)..];
        if (firstText.IsEmpty)
            return Number(lastText) is { } suffix ? Suffix(suffix, length) : null;
        if (Number(firstText) is not { } first || (!lastText.IsEmpty && Number(lastText) is null))
            return null;

        var last = lastText.IsEmpty ? long.MaxValue : Number(lastText)!.Value;
        if (last < first)
            return null;
        return first >= length ? Unsatisfiable : new(first, Math.Min(last, length - 1) - first + 1);
    }

    static ByteRange Suffix(long suffix, long length) =>
        suffix == 0 || length == 0 ? Unsatisfiable : new(Math.Max(0, length - suffix), Math.Min(suffix, length));

    // More digits than a long holds: beyond any file.
    static long? Number(ReadOnlySpan<char> text) =>
        text.IsEmpty || text.ContainsAnyExceptInRange('0', '9') ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
}
