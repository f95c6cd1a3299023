using Cordwain.Content;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Cordwain.Server.HttpBoot;

/// <summary>Decides, from the headers of a request and the content found, what status is answered and which bytes follow; writes the head.</summary>
/// <param name="Offset">First byte of the content to send.</param>
/// <param name="Length">Bytes to send; null: until the end, which is not known yet.</param>
readonly record struct BootFileAnswer(int Status, long Offset, long? Length)
{
    public static BootFileAnswer WriteHead(HttpContext http, BootContent content, string contentType)
    {
        var response = http.Response;
        var headers = response.Headers;
        var tag = content.ETag is { } text ? new EntityTagHeaderValue($"\"{text}\"") : null;
        DateTimeOffset? modified = content.LastModified > DateTimeOffset.UnixEpoch ? WholeSeconds(content.LastModified) : null;

        if (tag is not null)
            headers.ETag = tag.ToString();
        if (modified is { } date)
            headers.LastModified = HeaderUtilities.FormatDate(date);
        // A menu is written for one machine at one moment.
        headers.CacheControl = content.Source == "menu" ? "no-store" : "no-cache";

        if (IsUnchanged(http.Request, tag, modified))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return new(response.StatusCode, 0, 0);
        }

        headers.ContentType = contentType;
        if (content.Length is not { } length)
            return new(response.StatusCode, 0, null);

        headers.AcceptRanges = "bytes";
        var range = HttpMethods.IsGet(http.Request.Method) && IfRangeHolds(http.Request, tag, modified)
            ? ByteRange.Parse(http.Request.Headers.Range, length) : null;
        if (range is not { } part)
        {
            response.ContentLength = length;
            return new(response.StatusCode, 0, length);
        }

        headers.ContentRange = part.IsUnsatisfiable ? $"bytes */{length}" : $"bytes {part.Offset}-{part.Offset + part.Length - 1}/{length}";
        response.StatusCode = part.IsUnsatisfiable ? StatusCodes.Status416RangeNotSatisfiable : StatusCodes.Status206PartialContent;
        response.ContentLength = part.Length;
        return new(response.StatusCode, part.Offset, part.Length);
    }

    static bool IsUnchanged(HttpRequest request, EntityTagHeaderValue? tag, DateTimeOffset? modified)
    {
        var headers = request.Headers;
        if (headers.IfNoneMatch.Count > 0)   // RFC 9110 §13.1.3: then If-Modified-Since does not count
        {
            return tag is not null && EntityTagHeaderValue.TryParseList(headers.IfNoneMatch, out var tags)
                && tags.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
        }

        return modified is not null && HeaderUtilities.TryParseDate(headers.IfModifiedSince.ToString(), out var since) && modified <= since;
    }

    static bool IfRangeHolds(HttpRequest request, EntityTagHeaderValue? tag, DateTimeOffset? modified)
    {
        var text = request.Headers.IfRange.ToString();
        if (text.Length == 0)
            return true;
        return RangeConditionHeaderValue.TryParse(text, out var condition)
            && (condition.EntityTag is { } known ? tag is not null && known.Compare(tag, useStrongComparison: true) : modified is not null && condition.LastModified == modified);
    }

    static DateTimeOffset WholeSeconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
