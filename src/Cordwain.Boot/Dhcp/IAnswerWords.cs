using System.Collections.Immutable;
using Cordwain.Boot.Decisions;

namespace Cordwain.Boot.Dhcp;

/// <summary>An answer in words. They may be put together only when they are read, by whatever thread; they are the same at any time.</summary>
public interface IAnswerWords
{
    /// <summary>One line for lists, such as <c>DISCOVER → OFFER 10.77.0.130, undionly.kpxe</c>.</summary>
    string Summary { get; }

    /// <summary>Everything that was asked on the way to the answer, in order.</summary>
    ImmutableArray<TraceStep> Trace { get; }
}

/// <summary>Words that are there already: out of a store, or with something added.</summary>
public sealed record KnownWords(string Summary, ImmutableArray<TraceStep> Trace) : IAnswerWords;
