using System.Collections.Immutable;

namespace Cordwain.Management.Configuration;

/// <summary>What came of reading the file again.</summary>
/// <param name="TookEffect">False: what was in force before still is.</param>
/// <param name="Revision">Of what is in force now.</param>
public sealed record ConfigurationReload(DateTimeOffset At, bool TookEffect, string Revision, ImmutableArray<Problem> Problems);
