using System.Buffers.Text;
using System.Text;

namespace Cordwain.Protocols.Tftp;

/// <summary>The options of a request. Null: not asked, or a value outside its RFC's range, which is the same thing.</summary>
/// <param name="BlockSize"><c>blksize</c>, 8 to 65464 (RFC 2348).</param>
/// <param name="Timeout"><c>timeout</c>, 1 to 255 seconds (RFC 2349).</param>
/// <param name="WindowSize"><c>windowsize</c>, 1 to 65535 blocks (RFC 7440).</param>
/// <param name="Size"><c>tsize</c>: the client wants to know the length (RFC 2349). The value is 0 by the RFC; any number is taken.</param>
public readonly record struct TftpAsked(int? BlockSize, int? Timeout, int? WindowSize, bool Size)
{
    public const int MinBlockSize = 8, MaxBlockSize = 65464;

    /// <summary>With one more option; one that is unknown, out of range or there already changes nothing (RFC 2347: each at most once).</summary>
    internal TftpAsked With(ReadOnlySpan<byte> option, ReadOnlySpan<byte> value)
    {
        if (!TryReadNumber(value, out var number))
            return this;
        if (Ascii.EqualsIgnoreCase(option, "blksize"u8))
            return BlockSize is null && number is >= MinBlockSize and <= MaxBlockSize ? this with { BlockSize = (int)number } : this;
        if (Ascii.EqualsIgnoreCase(option, "timeout"u8))
            return Timeout is null && number is >= 1 and <= 255 ? this with { Timeout = (int)number } : this;
        if (Ascii.EqualsIgnoreCase(option, "windowsize"u8))
            return WindowSize is null && number is >= 1 and <= 65535 ? this with { WindowSize = (int)number } : this;
        return Ascii.EqualsIgnoreCase(option, "tsize"u8) ? this with { Size = true } : this;
    }

    /// <summary>Decimal digits and nothing else.</summary>
    static bool TryReadNumber(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        return !text.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && Utf8Parser.TryParse(text, out number, out var consumed) && consumed == text.Length;
    }
}
