using System.Diagnostics.CodeAnalysis;
using Scriban;
using Scriban.Functions;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;

namespace Cordwain.Boot.Templates;

/// <summary>One rendering: what the template may read and call, and how much of it.</summary>
sealed class TemplateRun : TemplateContext
{
    const int MostSteps = 100_000, MostCharacters = 1 << 20;

    // Scriban's own set has a clock, chance, regular expressions, and eval; texts and lists are enough here. It finds some of them, and what a
    // `for` over a mapping gives, by name only while it runs: the compiler of the program would leave them out.
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(StringFunctions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicMethods, typeof(ArrayFunctions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(KeyValuePair<string, object>))]
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "ScriptObject.From, which both inherit, is no function of templates.")]
    static readonly ScriptObject Functions = new() { ["string"] = new StringFunctions(), ["array"] = new ArrayFunctions() };

    int _steps;

    public TemplateRun(TemplateScope scope)
        : base(Functions)
    {
        StrictVariables = true;
        LoopLimit = 10_000;
        RecursiveLimit = 50;
        ObjectRecursionLimit = 10;
        LimitToString = MostCharacters;
        OutputLimit = MostCharacters;
        OnStringLimit = ScriptLimitBehavior.Throw;
        OnOutputLimit = ScriptLimitBehavior.Throw;
        EnableRelaxedMemberAccess = false;
        EnableRelaxedTargetAccess = false;
        EnableRelaxedFunctionAccess = false;
        EnableRelaxedIndexerAccess = false;

        var variables = new ScriptObject();
        foreach (var (name, group) in scope.Groups)
            variables.SetValue(name, group, readOnly: true);
        PushGlobal(variables);
    }

    public override object? Evaluate(ScriptNode? scriptNode, bool aliasReturnedFunction)
    {
        if (++_steps > MostSteps)
            throw new TemplateLimitException(scriptNode?.Span ?? default, $"the template takes more than {MostSteps} steps. Look for a loop that does not end.");
        return base.Evaluate(scriptNode, aliasReturnedFunction);
    }
}

/// <summary>Ends a rendering that takes too long.</summary>
sealed class TemplateLimitException(SourceSpan span, string message) : ScriptRuntimeException(span, message);
