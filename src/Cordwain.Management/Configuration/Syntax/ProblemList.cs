using System.Collections.Immutable;

namespace Cordwain.Management.Configuration.Syntax;

/// <summary>Collects what is wrong: all of it, since an operator mends a file in one go.</summary>
sealed class ProblemList
{
    // A file of the wrong kind altogether would list every line of itself.
    const int Most = 200;

    readonly List<Problem> _problems = [];

    public bool HasErrors { get; private set; }

    public void Error(string code, SourcePlace place, string message, string? fix = null) => Add(code, Severity.Error, place, message, fix);

    public void Warning(string code, SourcePlace place, string message, string? fix = null) => Add(code, Severity.Warning, place, message, fix);

    public void Note(string code, SourcePlace place, string message, string? fix = null) => Add(code, Severity.Note, place, message, fix);

    /// <summary>Whether something at this place or below it is wrong already, so that what follows from it need not be reported too.</summary>
    public bool HasErrorAtOrAfter(SourcePlace place) =>
        _problems.Exists(problem => problem.Severity == Severity.Error && (problem.Line > place.Line || (problem.Line == place.Line && problem.Column >= place.Column)));

    /// <summary>In the order of the file; what has no line stands first.</summary>
    public ImmutableArray<Problem> ToSorted() =>
        [.. _problems.Distinct().OrderBy(problem => problem.Line).ThenBy(problem => problem.Column).ThenBy(problem => problem.Code, StringComparer.Ordinal)];

    void Add(string code, Severity severity, SourcePlace place, string message, string? fix)
    {
        HasErrors |= severity == Severity.Error;
        if (_problems.Count < Most)
            _problems.Add(new(code, severity, message, fix) { File = place.Source, Line = place.Line, Column = place.Column });
    }
}
