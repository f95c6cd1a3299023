using System.Collections.Immutable;

namespace Cordwain.Management.Import;

/// <summary>What was not taken over, or only with an assumption: each with its place, the reason and what to do.</summary>
sealed class ImportReport
{
    readonly List<Problem> _problems = [];

    /// <summary>Something of the file is missing in the result.</summary>
    public void LeftOut(string code, ImportPlace place, string message, string fix) => Add(Severity.Warning, code, place, message, fix);

    /// <summary>Nothing is missing, but the operator should know.</summary>
    public void Note(string code, ImportPlace place, string message, string fix) => Add(Severity.Note, code, place, message, fix);

    public ImmutableArray<Problem> ToSorted(IReadOnlyList<string> files) =>
        [.. _problems.Distinct().OrderBy(problem => files.IndexOf(problem.File ?? "")).ThenBy(problem => problem.Line).ThenBy(problem => problem.Column)];

    void Add(Severity severity, string code, ImportPlace place, string message, string fix)
    {
        // A file of a hundred thousand wrong lines is the wrong file, not a hundred thousand things to read.
        if (_problems.Count < Most)
            _problems.Add(new(code, severity, message, fix) { File = place.File, Line = place.Line, Column = place.Column });
    }

    const int Most = 10_000;
}

/// <summary>Where something stands in an imported file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
readonly record struct ImportPlace(string File, int Line, int Column = 1)
{
    /// <summary>For comments in the result: <c>dhcpd.conf:12</c>.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path.GetFileName(File)}:{Line}");
}

static class ReadOnlyListSearch
{
    public static int IndexOf(this IReadOnlyList<string> list, string item)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] == item)
                return i;
        }

        return list.Count;
    }
}
