using System.Collections.Immutable;
using Cordwain.Boot.Catalog;

namespace Cordwain.Management.Configuration;

/// <summary>What a configuration led to.</summary>
/// <param name="Catalog">Null exactly when one of the problems is an error.</param>
/// <param name="Settings">Null exactly when <paramref name="Catalog"/> is.</param>
/// <param name="Problems">All of them, in the order of the file; warnings too when the configuration holds.</param>
public sealed record ConfigurationResult(BootCatalog? Catalog, ServerSettings? Settings, ImmutableArray<Problem> Problems)
{
    public bool Holds => Catalog is not null;
}
