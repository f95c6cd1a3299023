using System.Collections.Immutable;
using System.Net;
using Cordwain.Server.Metrics;

namespace Cordwain.Server.HttpBoot;

/// <summary>Boot HTTP as the configuration wants it.</summary>
public sealed record HttpBootSettings
{
    /// <summary>TCP port; 0: any free one, which the service then reports.</summary>
    public int Port { get; init; } = 8067;

    /// <summary>Addresses to listen on; empty: all IPv4 addresses.</summary>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    /// <summary>Connections at a time; more are closed at once, and loaders try again.</summary>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>Connections of one address at a time, so that one machine cannot take the room of all.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 1024;

    /// <summary>How long a connection may stay open without a request.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a request's head may take.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a machine may take nothing of what it asked for; a loader that unpacks what it has pauses for seconds.</summary>
    public TimeSpan PauseAllowed { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an answer that nobody asks for is kept, and its file open with it.</summary>
    internal TimeSpan KeepAnswersFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Answers <c>/metrics</c>; null: that is a name like any other.</summary>
    public MetricsPage? Metrics { get; init; }
}
