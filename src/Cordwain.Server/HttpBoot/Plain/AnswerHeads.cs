using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Cordwain.Server.HttpBoot.Plain;

/// <summary>Writes the heads of answers as bytes. Used by one thread.</summary>
sealed class AnswerHeads(TimeProvider time)
{
    /// <summary>Bytes of a date (RFC 9110 §5.6.7), always.</summary>
    public const int DateLength = 29;

    readonly byte[] _date = new byte[DateLength];
    long _second = -1;

    /// <summary>The moment, for the Date field.</summary>
    public ReadOnlySpan<byte> Date
    {
        get
        {
            var now = time.GetUtcNow();
            var second = now.UtcTicks / TimeSpan.TicksPerSecond;
            if (second != _second)
            {
                now.UtcDateTime.TryFormat(_date, out _, "R", CultureInfo.InvariantCulture);
                _second = second;
            }

            return _date;
        }
    }

    /// <param name="isOld">The request was HTTP/1.0, where staying open is what must be said.</param>
    /// <returns>Where the date stands in <paramref name="to"/>.</returns>
    public int Write(ArrayBufferWriter<byte> to, in BootFileAnswer answer, bool isOld, bool keepsAlive)
    {
        to.Write("HTTP/1.1 "u8);
        Text(to, answer.Status.ToString(CultureInfo.InvariantCulture));
        to.Write(" "u8);
        Text(to, ReasonPhrases.GetReasonPhrase(answer.Status));
        to.Write("\r\nDate: "u8);
        var dateAt = to.WrittenCount;
        to.Write(Date);
        to.Write("\r\n"u8);
        if (answer.ContentLength is { } length)
            Field(to, "Content-Length: "u8, length.ToString(CultureInfo.InvariantCulture));
        Field(to, "Content-Type: "u8, answer.ContentType);
        Field(to, "Content-Range: "u8, answer.ContentRange);
        Field(to, "Accept-Ranges: "u8, answer.AcceptsRanges ? "bytes" : null);
        Field(to, "Cache-Control: "u8, answer.CacheControl);
        Field(to, "ETag: "u8, answer.ETag);
        Field(to, "Last-Modified: "u8, answer.LastModified);
        if (!keepsAlive)
            to.Write("Connection: close\r\n"u8);
        else if (isOld)
            to.Write("Connection: keep-alive\r\n"u8);
        to.Write("\r\n"u8);
        return dateAt;
    }

    static void Field(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
            return;
        to.Write(name);
        Text(to, value);
        to.Write("\r\n"u8);
    }

    static void Text(ArrayBufferWriter<byte> to, string text) => to.Advance(Encoding.ASCII.GetBytes(text, to.GetSpan(text.Length)));
}
