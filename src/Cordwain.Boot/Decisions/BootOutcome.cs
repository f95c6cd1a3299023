using System.Collections.Immutable;
using Cordwain.Boot.Catalog;

namespace Cordwain.Boot.Decisions;

/// <summary>One rule asked, and what it said.</summary>
public sealed record TraceStep(string Rule, bool Decided, string Because)
{
    /// <summary><c>=> loader-for-architecture: …</c>; the arrow marks the rule that decided.</summary>
    public override string ToString() => $"{(Decided ? "=>" : "  ")} {Rule}: {Because}";
}

/// <summary>A decision and the way to it. The trace is what users see: in the log, in <c>cordwain explain</c>, on the "Why?" page.</summary>
/// <remarks>Keeps what it was decided from and not the words: the same question gets the same trace whenever it is read, from any thread.</remarks>
public sealed class BootOutcome(BootDecision decision, BootRequest request, BootCatalog catalog)
{
    public BootDecision Decision => decision;

    /// <summary>Every rule asked, in order. Made when it is first read.</summary>
    public ImmutableArray<TraceStep> Trace => field.IsDefault ? field = BootDecider.Trace(request, catalog) : field;

    public string Explain() =>
        string.Join('\n', Trace);
}
