using System.Buffers;
using System.Text;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>Whether bytes are a request that needs no web server.</summary>
enum PlainVerdict
{
    /// <summary>So far it could become one.</summary>
    Incomplete,

    Plain,

    /// <summary>Anything else, good or bad: it is for the full web server to read, from the first byte on.</summary>
    Other,
}

/// <summary>A plain GET or HEAD, as a grammar far stricter than HTTP's takes it: what it accepts has one meaning, and every HTTP server reads the same from it.</summary>
/// <remarks>No body, no folded lines, no header twice, no header that it does not know, no byte that would need thought. RFC 9112 §2 to §6 say what must be left to others.</remarks>
struct PlainRequest
{
    /// <summary>The longest head; a longer one goes to the web server, which has limits of its own.</summary>
    public const int MaxLength = 4096;

    const int MaxTarget = 2048, MaxFields = 32;

    static readonly SearchValues<byte> TargetBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?%"u8);
    static readonly SearchValues<byte> HostBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);

    PlainFields _seen;

    /// <summary>Bytes of the head; the next request begins behind them.</summary>
    public int Length { get; private set; }

    public bool IsHead { get; private set; }

    /// <summary>HTTP/1.0.</summary>
    public bool IsOld { get; private set; }

    /// <summary>The connection stays open after the answer.</summary>
    public bool KeepsAlive { get; private set; }

    public Range Target { get; private set; }

    public Range UserAgent { get; private set; }

    public Range ByteRange { get; private set; }

    public Range IfRange { get; private set; }

    public Range IfNoneMatch { get; private set; }

    public Range IfModifiedSince { get; private set; }

    /// <param name="head">The bytes that this was read from.</param>
    public readonly RequestConditions Conditions(ReadOnlySpan<byte> head) => new(IsHead)
    {
        Range = Has(PlainFields.Range) ? Encoding.ASCII.GetString(head[ByteRange]) : null,
        IfRange = Has(PlainFields.IfRange) ? Encoding.ASCII.GetString(head[IfRange]) : null,
        IfNoneMatch = Has(PlainFields.IfNoneMatch) ? Encoding.ASCII.GetString(head[IfNoneMatch]) : default,
        IfModifiedSince = Has(PlainFields.IfModifiedSince) ? Encoding.ASCII.GetString(head[IfModifiedSince]) : null,
    };

    public readonly bool Has(PlainFields field) => (_seen & field) != 0;

    /// <summary>No header asks for anything but the whole file, now.</summary>
    public readonly bool IsUnconditional => !Has(PlainFields.Range | PlainFields.IfRange | PlainFields.IfNoneMatch | PlainFields.IfModifiedSince);

    public static PlainVerdict Read(ReadOnlySpan<byte> bytes, out PlainRequest request)
    {
        request = default;
        if (!StartsLike(bytes, "GET /"u8) && !StartsLike(bytes, "HEAD /"u8))
            return PlainVerdict.Other;

        var start = 0;
        for (var lines = 0; lines <= MaxFields + 1; lines++)
        {
            var length = bytes[start..].IndexOf((byte)'\n');
            if (length < 0)
                return bytes.Length < MaxLength ? PlainVerdict.Incomplete : PlainVerdict.Other;
            if (length == 0 || bytes[start + length - 1] != '\r' || start + length >= MaxLength)
                return PlainVerdict.Other;

            var end = start + length - 1;
            if (end == start && lines > 0)
            {
                request.Length = end + 2;
                return request.IsWhole() ? PlainVerdict.Plain : PlainVerdict.Other;
            }

            if (!(lines == 0 ? request.TakeLine(bytes[..end]) : request.TakeField(bytes, start, end)))
                return PlainVerdict.Other;
            start = end + 2;
        }

        return PlainVerdict.Other;
    }

    static bool StartsLike(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> prefix) =>
        bytes.Length < prefix.Length ? prefix.StartsWith(bytes) : bytes.StartsWith(prefix);

    bool TakeLine(ReadOnlySpan<byte> line)
    {
        IsHead = line[0] == 'H';
        IsOld = line.EndsWith(" HTTP/1.0"u8);
        if (!IsOld && !line.EndsWith(" HTTP/1.1"u8))
            return false;

        KeepsAlive = !IsOld;
        var start = IsHead ? 5 : 4;
        Target = start..(line.Length - 9);
        var target = line[Target];
        return target.Length is > 0 and <= MaxTarget && target[0] == '/' && !target.ContainsAnyExcept(TargetBytes) && EscapesArePrintable(target);
    }

    static bool EscapesArePrintable(ReadOnlySpan<byte> target)
    {
        for (var at = target.IndexOf((byte)'%'); at >= 0; at = target.IndexOf((byte)'%'))
        {
            if (at + 2 >= target.Length || !char.IsAsciiHexDigit((char)target[at + 1]) || target[at + 1] is not (>= (byte)'2' and <= (byte)'7')
                || !char.IsAsciiHexDigit((char)target[at + 2]) || target[(at + 1)..(at + 3)].SequenceEqual("7F"u8) || target[(at + 1)..(at + 3)].SequenceEqual("7f"u8))
                return false;
            target = target[(at + 3)..];
        }

        return true;
    }

    bool TakeField(ReadOnlySpan<byte> bytes, int start, int end)
    {
        var colon = bytes[start..end].IndexOf((byte)':');
        if (colon <= 0 || PlainField.Of(bytes.Slice(start, colon)) is not { } field || (_seen & field) != 0)
            return false;

        _seen |= field;
        start += colon + 1;
        while (start < end && bytes[start] == ' ')
            start++;
        while (end > start && bytes[end - 1] == ' ')
            end--;
        var value = bytes[start..end];
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            return false;

        switch (field)
        {
            case PlainFields.Host:
                return IsPlainHost(value);
            case PlainFields.Connection:
                return TakeConnection(value);
            case PlainFields.UserAgent:
                UserAgent = start..end;
                return true;
            case PlainFields.Range:
                ByteRange = start..end;
                return true;
            case PlainFields.IfRange:
                IfRange = start..end;
                return true;
            case PlainFields.IfNoneMatch:
                IfNoneMatch = start..end;
                return true;
            case PlainFields.IfModifiedSince:
                IfModifiedSince = start..end;
                return true;
            default:
                return true;   // what a boot file's answer does not depend on
        }
    }

    bool TakeConnection(ReadOnlySpan<byte> value)
    {
        if (System.Text.Ascii.EqualsIgnoreCase(value, "keep-alive"u8))
            KeepsAlive = true;
        else if (System.Text.Ascii.EqualsIgnoreCase(value, "close"u8))
            KeepsAlive = false;
        else
            return false;
        return true;
    }

    static bool IsPlainHost(ReadOnlySpan<byte> value)
    {
        var colon = value.IndexOf((byte)':');
        var name = colon < 0 ? value : value[..colon];
        var port = colon < 0 ? default : value[(colon + 1)..];
        return !name.IsEmpty && !name.ContainsAnyExcept(HostBytes)
            && (colon < 0 || (port.Length is >= 1 and <= 5 && !port.ContainsAnyExceptInRange((byte)'0', (byte)'9')));
    }

    // RFC 9112 §3.2: HTTP/1.1 has exactly one Host.
    readonly bool IsWhole() => IsOld || Has(PlainFields.Host);
}
