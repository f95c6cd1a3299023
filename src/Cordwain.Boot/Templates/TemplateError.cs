using System.Globalization;

namespace Cordwain.Boot.Templates;

/// <summary>Why a template did not render: what, where, and what would have been possible.</summary>
/// <param name="Code">Public and never renumbered: <c>CW3002</c>; each has a page <c>docs/errors/CW3002.md</c>.</param>
/// <param name="Message">One or two sentences; names the template.</param>
/// <param name="Line">In the template, from 1.</param>
/// <param name="Column">In the template, from 1.</param>
public sealed record TemplateError(string Code, string Message, int Line, int Column)
{
    /// <summary>The template does not parse.</summary>
    public const string Syntax = "CW3001";

    /// <summary>A variable that does not exist.</summary>
    public const string UnknownVariable = "CW3002";

    /// <summary>Too many steps, loops, or too long a text.</summary>
    public const string Limit = "CW3003";

    /// <summary>A function or an operator refused its values.</summary>
    public const string Evaluation = "CW3004";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code} at {Line}:{Column}: {Message}");
}
