using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Scriban;
using Scriban.Parsing;
using Scriban.Syntax;

namespace Cordwain.Boot.Templates;

/// <summary>Renders a text with <c>{{ }}</c> for one machine: <c>console={{ machine.console }}</c>.</summary>
/// <remarks>A text is compiled once and rendered many times. Templates see only their scope: no clock, no chance, no file, no type of ours.</remarks>
public static class TemplateText
{
    const int MostCached = 1024;

    static readonly ConcurrentDictionary<string, Template> Compiled = new(StringComparer.Ordinal);

    /// <param name="name">What the message calls the template: its place in the configuration.</param>
    /// <returns>False with <paramref name="error"/> set; <paramref name="result"/> is then empty.</returns>
    public static bool TryRender(
        string text, TemplateScope scope, out string result, [NotNullWhen(false)] out TemplateError? error, string name = "template")
    {
        result = text;
        error = null;
        if (!IsTemplate(text))
            return true;

        result = "";
        if (Unclosed(text) is { } open)
        {
            error = new(TemplateError.Syntax, $"{name}: this {{{{ has no }}}} after it.", text[..open].Count(c => c == '\n') + 1, open - text.LastIndexOf('\n', open));
            return false;
        }

        var template = Compile(text);
        if (template.HasErrors)
        {
            error = SyntaxError(template, text, name);
            return false;
        }

        try
        {
            result = template.Render(new TemplateRun(scope));
            return true;
        }
        catch (ScriptRuntimeException failure)
        {
            error = RuntimeError(failure, scope, name);
            return false;
        }
    }

    /// <summary>What is wrong with the text before any machine is known; null when it reads.</summary>
    public static TemplateError? Check(string text, string name = "template") =>
        IsTemplate(text) && Compile(text) is { HasErrors: true } broken ? SyntaxError(broken, text, name) : null;

    /// <summary>True when the text holds anything for the template language to do.</summary>
    public static bool IsTemplate(string text) =>
        text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%{", StringComparison.Ordinal);

    // The parser takes the end of the text for the missing braces.
    static int? Unclosed(string text) =>
        text.LastIndexOf("{{", StringComparison.Ordinal) is >= 0 and var open && text.IndexOf("}}", open, StringComparison.Ordinal) < 0 ? open : null;

    static Template Compile(string text)
    {
        if (Compiled.TryGetValue(text, out var known))
            return known;
        if (Compiled.Count >= MostCached)
            Compiled.Clear();   // texts come from the configuration: this many mean that it has been reloaded often
        return Compiled.GetOrAdd(text, static source => Template.Parse(source));
    }

    static TemplateError SyntaxError(Template template, string text, string name)
    {
        var first = template.Messages.First(message => message.Type == ParserMessageType.Error);
        if (first.Span.Start.Line >= 0)
            return new(TemplateError.Syntax, $"{name}: {first.Message}.", first.Span.Start.Line + 1, first.Span.Start.Column + 1);

        // The engine has no place for what is missing at the end of the text.
        var lastLine = text[(text.LastIndexOf('\n') + 1)..];
        return new(TemplateError.Syntax, $"{name}: {first.Message}.", text.Count(c => c == '\n') + 1, lastLine.Length + 1);
    }

    static TemplateError RuntimeError(ScriptRuntimeException failure, TemplateScope scope, string name)
    {
        var (code, message) = failure switch
        {
            UnknownVariableException => (TemplateError.UnknownVariable, failure.OriginalMessage),
            TemplateLimitException => (TemplateError.Limit, failure.OriginalMessage),
            _ when failure.OriginalMessage.Contains("limit", StringComparison.OrdinalIgnoreCase) => (TemplateError.Limit, failure.OriginalMessage),
            _ when failure.OriginalMessage.Contains("was not found", StringComparison.Ordinal) =>
                (TemplateError.UnknownVariable, $"{failure.OriginalMessage}. There are: {string.Join(", ", scope.Names)}."),
            _ => (TemplateError.Evaluation, failure.OriginalMessage),
        };
        return new(code, $"{name}: {message}", failure.Span.Start.Line + 1, failure.Span.Start.Column + 1);
    }
}
