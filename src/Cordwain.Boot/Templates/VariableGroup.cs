using System.Diagnostics.CodeAnalysis;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;

namespace Cordwain.Boot.Templates;

/// <summary>Variables under one name. Read-only for templates; asking for one that does not exist ends the rendering.</summary>
sealed class VariableGroup : ScriptObject
{
    readonly Dictionary<string, object> _values;

    /// <param name="values">Texts, or groups within the group.</param>
    public VariableGroup(string name, Dictionary<string, object> values)
        : base(StringComparer.Ordinal)
    {
        Name = name;
        _values = values;
        foreach (var (key, value) in values)
            SetValue(key, value, readOnly: true);
        IsReadOnly = true;
    }

    public string Name { get; }

    public IEnumerable<string> QualifiedNames =>
        _values.SelectMany(pair => pair.Value is VariableGroup group ? group.QualifiedNames : [$"{Name}.{pair.Key}"]);

    public override bool TryGetValue(TemplateContext? context, SourceSpan span, string member, [NotNullWhen(true)] out object? value)
    {
        if (_values.TryGetValue(member, out value))
            return true;

        var known = _values.Count == 0 ? $"There are no {Name} variables here." : $"There are: {string.Join(", ", QualifiedNames.Order(StringComparer.Ordinal))}.";
        throw new UnknownVariableException(span, $"{Name}.{member}", known);
    }
}

/// <summary>Ends a rendering that asked for a variable that does not exist.</summary>
sealed class UnknownVariableException(SourceSpan span, string variable, string known)
    : ScriptRuntimeException(span, $"there is no variable {variable}. {known}");
