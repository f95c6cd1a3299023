using System.Collections.Immutable;

namespace Cordwain.Boot.Decisions;

/// <summary>One rule asked, and what it said.</summary>
public sealed record TraceStep(string Rule, bool Decided, string Because)
{
    /// <summary><c>=> loader-for-architecture: …</c>; the arrow marks the rule that decided.</summary>
    public override string ToString() => $"{(Decided ? "=>" : "  ")} {Rule}: {Because}";
}

/// <summary>A decision and the way to it. The trace is what users see: in the log, in <c>cordwain explain</c>, on the "Why?" page.</summary>
public sealed record BootOutcome(BootDecision Decision, ImmutableArray<TraceStep> Trace)
{
    public string Explain() =>
        string.Join('\n', Trace);
}
