using System.Collections.Immutable;
using Cordwain.Boot.Leases;

namespace Cordwain.Management.Import;

/// <summary>What became of the imported files.</summary>
/// <param name="Yaml">A whole cordwain.yaml; with only leases to import, empty.</param>
/// <param name="Problems">In the order of the files: warnings for what was not taken over, notes for what the operator should know.</param>
/// <param name="Leases">In the order of addresses, one for each.</param>
public sealed record ImportResult(string Yaml, ImmutableArray<Problem> Problems, ImmutableArray<LeaseBinding> Leases)
{
    /// <summary>Nothing was left out.</summary>
    public bool IsWhole => !Problems.Any(problem => problem.Severity != Severity.Note);
}
