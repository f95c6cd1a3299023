using System.Collections.Immutable;

namespace Cordwain.Management.Configuration;

/// <summary>What came of reading the file again.</summary>
/// <param name="TookEffect">False: what was in force before still is.</param>
/// <param name="Revision">Of what is in force now.</param>
public sealed record ReloadReport(DateTimeOffset At, bool TookEffect, string Revision, ImmutableArray<Problem> Problems)
{
    /// <summary>What the file says of the server now; null when it did not take effect.</summary>
    public ServerSettings? Settings { get; init; }
}
