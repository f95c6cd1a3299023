using System.Globalization;
using System.Text;

namespace Cordwain.Storm;

/// <summary>The head of an HTTP answer, as far as a boot client reads it (RFC 9112).</summary>
/// <param name="Length">Null: chunked, or until the connection ends.</param>
sealed record HttpHead(int Status, string Reason, long? Length, bool IsChunked, string? Location)
{
    public bool IsRedirect => Status is 301 or 302 or 303 or 307 or 308 && Location is not null;

    /// <param name="bytes">From the status line to the empty line.</param>
    /// <returns>Null when it is no HTTP answer.</returns>
    public static HttpHead? Read(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split('\n');
        var status = lines[0].TrimEnd('\r').Split(' ', 3);
        if (!status[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || status.Length < 2 || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            return null;

        var head = new HttpHead(code, status.Length > 2 ? status[2] : "", null, false, null);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                continue;
            var value = line[(colon + 1)..].Trim();
            head = line[..colon].ToLowerInvariant() switch
            {
                "content-length" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length) => head with { Length = length },
                "transfer-encoding" => head with { IsChunked = value.EndsWith("chunked", StringComparison.OrdinalIgnoreCase) },
                "location" => head with { Location = value },
                _ => head,
            };
        }

        return head;
    }
}
