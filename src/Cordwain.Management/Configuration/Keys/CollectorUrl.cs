using System.Text.Json.Nodes;

namespace Cordwain.Management.Configuration.Keys;

/// <summary>Where an OpenTelemetry collector listens for OTLP over HTTP.</summary>
static class CollectorUrl
{
    /// <summary>The port registered for OTLP over gRPC; 4318 is that for HTTP.</summary>
    public const int GrpcPort = 4317;

    const int HttpPort = 4318;

    public static readonly ScalarKind<Uri> Kind = new("the URL of a collector", new JsonObject { ["type"] = "string", ["pattern"] = "^https?://[^/@]+(/.*)?$" }, Read, WithoutUser);

    public static string OnHttpPort(Uri url) => new UriBuilder(url) { Port = HttpPort }.Uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped).TrimEnd('/');

    static Complaint? Read(string text, out Uri value)
    {
        value = null!;
        if (!text.Contains("://", StringComparison.Ordinal))
            return new Complaint("CW4018", "is not the URL of a collector.", IsHost(text) ? $"Write http://{(text.Contains(':', StringComparison.Ordinal) ? text : text + ":4318")}." : "Write one such as http://collector:4318.");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0 || text.Contains(' ', StringComparison.Ordinal))
            return new Complaint("CW4018", "is not the URL of a collector.", "Write one such as http://collector:4318.");
        if (url.Scheme is not ("http" or "https"))
            return new Complaint("CW4018", $"is a URL of another kind: `{url.Scheme}`.", "Metrics are sent by http and https.");
        if (url.UserInfo.Length > 0)
            return new Complaint("CW4018", "holds a user name.", "Give it to the server in its environment: OTEL_EXPORTER_OTLP_HEADERS=\"Authorization=Basic%20…\".");
        value = url;
        return null;
    }

    /// <summary>Messages go to logs and tickets, which are no place for a password. It may hold any character, so the last @ is taken for its end.</summary>
    static string WithoutUser(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var end = text.LastIndexOf('@');
        return end < 0 ? text : $"{(scheme >= 0 && scheme < end && text[..scheme].All(char.IsAsciiLetterOrDigit) ? text[..(scheme + 3)] : "")}…{text[end..]}";
    }

    static bool IsHost(string text) => text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or ':');
}
