using System.Globalization;

namespace Cordwain.Management;

/// <summary>How bad a <see cref="Problem"/> is.</summary>
public enum Severity
{
    Note,
    Warning,
    Error,
}

/// <summary>Something the operator should know: what, where, and the way out. Shown the same in the terminal, the API and the page.</summary>
/// <param name="Code">Public and never renumbered: <c>CW4007</c>; each has a page <c>docs/errors/CW4007.md</c>.</param>
/// <param name="Message">What is wrong, one sentence.</param>
/// <param name="Fix">What to do, one sentence; null when the message says it.</param>
public sealed record Problem(string Code, Severity Severity, string Message, string? Fix = null)
{
    /// <summary>The file; null when the problem is not in one.</summary>
    public string? File { get; init; }

    /// <summary>From 1; 0: unknown.</summary>
    public int Line { get; init; }

    /// <summary>From 1; 0: unknown.</summary>
    public int Column { get; init; }

    /// <summary><c>cordwain.yaml:12:5: error CW4007: … Fix: …</c></summary>
    public override string ToString()
    {
        var place = File is null ? ""
            : Line == 0 ? File + ": "
            : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: ");
        return $"{place}{Severity.ToString().ToLowerInvariant()} {Code}: {Message}{(Fix is null ? "" : " " + Fix)}";
    }
}
