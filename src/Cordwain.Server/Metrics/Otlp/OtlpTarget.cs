using System.Collections.Immutable;

namespace Cordwain.Server.Metrics.Otlp;

/// <summary>Where metrics are sent, and how.</summary>
/// <param name="Url">With its path, <c>…/v1/metrics</c>.</param>
public sealed record OtlpTarget(Uri Url)
{
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For one answer of the collector.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The first time; early, so that who has just written the key sees what comes of it.</summary>
    public TimeSpan FirstAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait after a first failure; each that follows doubles it, up to <see cref="Interval"/>.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Sent with every request; they may hold secrets, and are never shown.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    public bool Compress { get; init; }

    /// <summary>Who sends: attributes of the resource.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Resource { get; init; } = [];
}
