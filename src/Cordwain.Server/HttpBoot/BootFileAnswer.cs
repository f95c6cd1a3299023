using Cordwain.Boot.Journal;
using Cordwain.Content;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Cordwain.Server.HttpBoot;

/// <summary>What is answered, decided from the headers of a request and the content found: the status, the header fields, and which bytes follow.</summary>
/// <param name="Offset">First byte of the content to send.</param>
/// <param name="Length">Bytes to send; null: until the end, which is not known yet.</param>
readonly record struct BootFileAnswer(int Status, long Offset, long? Length)
{
    /// <summary>Null: the field is not sent.</summary>
    public string? ETag { get; init; }

    public string? LastModified { get; init; }

    public string? CacheControl { get; init; }

    public string? ContentType { get; init; }

    public string? ContentRange { get; init; }

    public long? ContentLength { get; init; }

    public bool AcceptsRanges { get; init; }

    public bool IsRange => Status == StatusCodes.Status206PartialContent;

    public static BootFileAnswer Of(in RequestConditions request, BootContent content, string contentType)
    {
        var tag = content.ETag is { } text ? new EntityTagHeaderValue($"\"{text}\"") : null;
        DateTimeOffset? modified = content.LastModified > DateTimeOffset.UnixEpoch ? WholeSeconds(content.LastModified) : null;
        var answer = new BootFileAnswer(StatusCodes.Status200OK, 0, content.Length)
        {
            ETag = tag?.ToString(),
            LastModified = modified is { } date ? HeaderUtilities.FormatDate(date) : null,
            // A menu is written for one machine at one moment.
            CacheControl = content.Source == "menu" ? "no-store" : "no-cache",
        };
        if (IsUnchanged(request, tag, modified))
            return answer with { Status = StatusCodes.Status304NotModified, Length = 0 };

        answer = answer with { ContentType = contentType };
        if (content.Length is not { } length)
            return answer;

        answer = answer with { AcceptsRanges = true, ContentLength = length };
        var range = !request.IsHead && IfRangeHolds(request, tag, modified) ? ByteRange.Parse(request.Range, length) : null;
        if (range is not { } part)
            return answer;

        return answer with
        {
            Status = part.IsUnsatisfiable ? StatusCodes.Status416RangeNotSatisfiable : StatusCodes.Status206PartialContent,
            Offset = part.Offset,
            Length = part.Length,
            ContentLength = part.Length,
            ContentRange = part.IsUnsatisfiable ? $"bytes */{length}" : $"bytes {part.Offset}-{part.Offset + part.Length - 1}/{length}",
        };
    }

    /// <summary>An answer without content.</summary>
    public static BootFileAnswer Empty(int status) => new(status, 0, 0) { ContentLength = 0 };

    /// <summary>What a refusal means in HTTP; the sentence itself goes to the journal.</summary>
    public static BootFileAnswer Refused(string? refusal) => Empty(refusal switch
    {
        null => StatusCodes.Status404NotFound,
        ['C', 'W', '7', '0', '0', '8', ..] => StatusCodes.Status400BadRequest,
        ['C', 'W', '7', '0', '0', '9', ..] or ['C', 'W', '7', '0', '1', '1', ..] => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status502BadGateway,
    });

    public bool HasBody(bool isHead) => !isHead && Status is StatusCodes.Status200OK or StatusCodes.Status206PartialContent;

    /// <summary>How the journal calls an answer of which no bytes of content were to leave.</summary>
    public (ReadOutcome Outcome, string? Reason) WithoutBody => Status == StatusCodes.Status416RangeNotSatisfiable
        ? (ReadOutcome.Failed, "the range asked for lies beyond the file's end")
        : (ReadOutcome.Probed, null);

    static bool IsUnchanged(in RequestConditions request, EntityTagHeaderValue? tag, DateTimeOffset? modified)
    {
        if (request.IfNoneMatch.Count > 0)   // RFC 9110 §13.1.3: then If-Modified-Since does not count
        {
            return tag is not null && EntityTagHeaderValue.TryParseList(request.IfNoneMatch, out var tags)
                && tags.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
        }

        return modified is not null && HeaderUtilities.TryParseDate(request.IfModifiedSince.ToString(), out var since) && modified <= since;
    }

    static bool IfRangeHolds(in RequestConditions request, EntityTagHeaderValue? tag, DateTimeOffset? modified)
    {
        var text = request.IfRange.ToString();
        if (text.Length == 0)
            return true;
        return RangeConditionHeaderValue.TryParse(text, out var condition)
            && (condition.EntityTag is { } known ? tag is not null && known.Compare(tag, useStrongComparison: true) : modified is not null && condition.LastModified == modified);
    }

    static DateTimeOffset WholeSeconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
